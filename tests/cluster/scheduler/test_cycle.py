"""One pod: which nodes can take it, which is best, and upstream's words when none can."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.scheduler.cache import Cache
from cluster.scheduler.cycle import decide


def node(name: str, **spec: Any) -> dict[str, Any]:
    allocatable = {"cpu": "2", "memory": "4Gi", "pods": "10"}
    return {
        "metadata": {"name": name, "uid": name, "labels": {"disk": name}},
        "spec": spec,
        "status": {"allocatable": allocatable},
    }


def pod(cpu: str = "100m", **spec: Any) -> dict[str, Any]:
    containers = [{"name": "c", "resources": {"requests": {"cpu": cpu}}}]
    return {"metadata": {"name": "p", "uid": "p"}, "spec": {"containers": containers, **spec}}


def decision(wanted: dict[str, Any], *nodes: dict[str, Any]) -> Any:
    cache = Cache()
    for each in nodes:
        cache.node_changed(None, each)
    return decide(wanted, cache.known(), 0, lambda found: found[0])


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (pod(cpu="64"), "3 Insufficient cpu"),
        (pod(nodeSelector={"disk": "none"}), "3 node(s) didn't match Pod's node affinity/selector"),
    ],
)
def test_a_pod_that_fits_nowhere_is_told_why(wanted: dict[str, Any], reason: str) -> None:
    found = decision(wanted, node("a"), node("b"), node("c"))
    tail = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    assert found.message == f"0/3 nodes are available: {reason}. {tail}"


def test_taints_and_cordons_repel() -> None:
    tainted = node("a", taints=[{"key": "k", "effect": "NoSchedule"}])
    found = decision(pod(), tainted, node("b", unschedulable=True), node("c"))
    assert (found.node, found.reasons) == (
        "c",
        {"a": ["node(s) had untolerated taint(s)"], "b": ["node(s) were unschedulable"]},
    )
    tolerating = pod(tolerations=[{"key": "k", "operator": "Exists"}])
    assert decision(tolerating, tainted).node == "a"


def test_the_emptier_node_wins() -> None:
    cache = Cache()
    for name in ("a", "b"):
        cache.node_changed(None, node(name))
    cache.assume(pod(cpu="1") | {"metadata": {"name": "other", "uid": "other"}}, "a")
    assert decide(pod(), cache.known(), 0, lambda found: found[0]).node == "b"
