"""NodeRestriction: a kubelet changes its own node, its own pods and gets tokens for these alone."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver.admission import node_restriction
from cluster.apiserver.admission.request import DELETE, UPDATE
from tests.cluster.apiserver.admission.conftest import Desk, pod, refusal, request

KUBELET = "system:node:w1"


async def test_another_user_is_not_restricted(desk: Desk) -> None:
    await node_restriction.admit(desk, request(pod(nodeName="w2"), UPDATE, old=pod(nodeName="w2")))


@pytest.mark.parametrize(("operation", "verb"), [(UPDATE, "update status for"), (DELETE, "delete")])
async def test_pods_of_another_node_are_not_its_business(desk: Desk, operation: str, verb: str) -> None:
    theirs, mine = pod(nodeName="w2"), pod(nodeName="w1")
    code, message = await refusal(node_restriction.admit(desk, request(theirs, operation, user=KUBELET, old=theirs)))
    why = f'node "w1" can only {verb} pods with spec.nodeName set to itself'
    assert (code, message) == (403, f'pods "web" is forbidden: {why}')
    await node_restriction.admit(desk, request(mine, operation, user=KUBELET, old=mine))


async def test_it_creates_no_plain_pods(desk: Desk) -> None:
    _, message = await refusal(node_restriction.admit(desk, request(pod(nodeName="w1"), user=KUBELET)))
    assert message.endswith('node "w1" can only create mirror pods')


async def test_another_node_is_not_its_business(desk: Desk) -> None:
    other = {"metadata": {"name": "w2"}, "spec": {}}
    _, message = await refusal(
        node_restriction.admit(desk, request(other, UPDATE, kind="Node", user=KUBELET, old=other))
    )
    assert message == 'nodes "w2" is forbidden: node "w1" is not allowed to modify node "w2"'


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        (None, "node requested token not bound to a pod"),
        ({"kind": "Secret", "apiVersion": "v1", "name": "x"}, "node requested token not bound to a pod"),
        ({"kind": "Pod", "apiVersion": "v1", "name": "web"}, "node requested token with a pod binding without a uid"),
        (
            {"kind": "Pod", "apiVersion": "v1", "name": "far", "uid": "uid-far"},
            "node requested token bound to a pod scheduled on a different node",
        ),
    ],
)
async def test_tokens_are_for_its_own_pods(desk: Desk, reference: dict[str, Any] | None, why: str) -> None:
    desk.put("Pod", "web", spec={"nodeName": "w1"})
    desk.put("Pod", "far", spec={"nodeName": "w2"})
    asked = {"metadata": {"name": "bot"}, "spec": {"boundObjectRef": reference}}
    wanted = request(asked, kind="ServiceAccount", subresource="token", user=KUBELET)
    assert await refusal(node_restriction.admit(desk, wanted)) == (403, f'serviceaccounts "bot" is forbidden: {why}')
    good = {"kind": "Pod", "apiVersion": "v1", "name": "web", "uid": "uid-web"}
    asked["spec"] = {"boundObjectRef": good}
    await node_restriction.admit(desk, wanted)
