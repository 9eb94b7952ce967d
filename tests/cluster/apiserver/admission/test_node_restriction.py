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


def node(**parts: Any) -> dict[str, Any]:
    return {"metadata": {"name": "w1", **parts.pop("metadata", {})}, "spec": parts}


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (node(metadata={"labels": {"disk": "ssd", "topology.kubernetes.io/zone": "z"}}), ""),
        (node(metadata={"labels": {"node.kubernetes.io/x": "1", "a.kubelet.kubernetes.io/x": "1"}}), ""),
        (node(taints=[]), ""),
        (node(unschedulable=True), ""),
        (node(taints=[{"key": "k", "effect": "NoSchedule"}]), "modify taints"),
        (
            node(metadata={"labels": {"node-role.kubernetes.io/control-plane": "", "x.k8s.io/y": ""}}),
            "modify labels: node-role.kubernetes.io/control-plane, x.k8s.io/y",
        ),
        (
            node(metadata={"labels": {"node-restriction.kubernetes.io/fips": ""}}),
            "modify labels: node-restriction.kubernetes.io/fips",
        ),
        (node(metadata={"ownerReferences": [{"uid": "u"}]}), "modify ownerReferences"),
    ],
)
async def test_of_its_own_node_it_changes_what_steers_no_pods(desk: Desk, new: Any, why: str) -> None:
    asked = request(new, UPDATE, kind="Node", user=KUBELET, old=node())
    if not why:
        await node_restriction.admit(desk, asked)
    else:
        _, message = await refusal(node_restriction.admit(desk, asked))
        assert message == f'nodes "w1" is forbidden: node "w1" is not allowed to {why}'


async def test_it_joins_with_no_label_that_is_not_its_own(desk: Desk) -> None:
    new = node(metadata={"labels": {"kubernetes.io/hostname": "w1", "node-role.kubernetes.io/worker": ""}})
    _, message = await refusal(node_restriction.admit(desk, request(new, kind="Node", user=KUBELET)))
    assert message.endswith("is not allowed to set the following labels: node-role.kubernetes.io/worker")


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
