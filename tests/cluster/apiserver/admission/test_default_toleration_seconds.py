"""DefaultTolerationSeconds: five minutes on a node that fails, unless the pod says otherwise."""

from __future__ import annotations

from cluster.apiserver.admission import default_toleration_seconds
from cluster.apiserver.admission.request import UPDATE
from tests.cluster.apiserver.admission.conftest import Desk, pod, request

NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"


async def test_a_pod_gets_both(desk: Desk) -> None:
    obj = pod()
    await default_toleration_seconds.admit(desk, request(obj))
    assert [(each["key"], each["tolerationSeconds"]) for each in obj["spec"]["tolerations"]] == [
        (NOT_READY, 300),
        (UNREACHABLE, 300),
    ]


async def test_what_the_pod_tolerates_itself_stays_as_it_is(desk: Desk) -> None:
    own = {"key": NOT_READY, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    obj = pod(tolerations=[own])
    await default_toleration_seconds.admit(desk, request(obj))
    assert [each["key"] for each in obj["spec"]["tolerations"]] == [NOT_READY, UNREACHABLE]
    assert obj["spec"]["tolerations"][0] == own


async def test_one_that_tolerates_all_gets_none_nor_does_an_update(desk: Desk) -> None:
    obj = pod(tolerations=[{"operator": "Exists"}])
    await default_toleration_seconds.admit(desk, request(obj))
    assert obj["spec"]["tolerations"] == [{"operator": "Exists"}]
    changed = pod()
    await default_toleration_seconds.admit(desk, request(changed, UPDATE, old=pod()))
    assert "tolerations" not in changed["spec"]
