"""A node that falls silent: Unknown after fifty seconds, tainted, its pods not ready, then evicted by their tolerations."""

from __future__ import annotations

from cluster.apimachinery import meta

from .conftest import Office


async def test_a_silent_node_becomes_unknown_tainted_and_its_pods_not_ready(office: Office) -> None:
    await office.start("nodelifecycle")
    await office.node("n1")
    await office.pod("web", on="n1")
    await office.runs("web")
    await office.clock.advance(45)
    assert await office.taints("n1") == []
    await office.clock.advance(11)
    node = await office.get("Node", "n1")
    assert {each["status"] for each in node["status"]["conditions"]} == {"Unknown"}
    ready = meta.condition_of(node, "Ready") or {}
    assert (ready["reason"], ready["message"]) == ("NodeStatusUnknown", "Kubelet stopped posting node status.")
    assert await office.taints("n1") == [("unreachable", "NoExecute"), ("unreachable", "NoSchedule")]
    assert not meta.is_condition_true(await office.get("Pod", "web"), "Ready")
    assert await office.events("NodeNotReady") == ["Node n1 status is now: NodeNotReady", "Node is not ready"]


async def test_a_node_whose_kubelet_never_spoke(office: Office) -> None:
    await office.start("nodelifecycle")
    await office.make("Node", "n1")
    await office.clock.advance(70)
    ready = meta.condition_of(await office.get("Node", "n1"), "Ready") or {}
    assert (ready["status"], ready["reason"]) == ("Unknown", "NodeStatusNeverUpdated")


async def test_taints_follow_conditions_and_the_cordon(office: Office) -> None:
    await office.start("nodelifecycle")
    await office.node("n1", ready="False", unschedulable=True)
    assert await office.taints("n1") == [
        ("not-ready", "NoExecute"), ("not-ready", "NoSchedule"), ("unschedulable", "NoSchedule"),
    ]  # fmt: skip
    now = [{"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "True"}]
    await office.change("Node", "n1", {"status": {"conditions": now}}, subresource="status")
    await office.change("Node", "n1", {"spec": {"unschedulable": None}})
    assert await office.taints("n1") == [("disk-pressure", "NoSchedule")]


async def test_others_taints_are_left_alone(office: Office) -> None:
    await office.start("nodelifecycle")
    await office.node("n1", taints=[{"key": "example.com/gpu", "effect": "NoSchedule"}])
    await office.clock.advance(6)
    assert await office.taints("n1") == [("gpu", "NoSchedule")]


async def test_pods_of_a_silent_node_go_when_they_have_tolerated_it_long_enough(office: Office) -> None:
    """The whole chain: no heartbeat, Unknown, tainted, and five minutes later (the default toleration) evicted."""
    await office.start("nodelifecycle", "tainteviction")
    await office.node("n1")
    await office.pod("web", on="n1")
    await office.runs("web")
    quick = {
        "key": "node.kubernetes.io/unreachable",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 5,
    }
    await office.pod("quick", on="n1", tolerations=[quick])
    await office.clock.advance(56)
    assert ("unreachable", "NoExecute") in await office.taints("n1")
    await office.clock.advance(10)
    going = {each: meta.is_being_deleted(await office.get("Pod", each)) for each in ("quick", "web")}
    assert going == {"quick": True, "web": False}
    await office.clock.advance(280)
    assert not meta.is_being_deleted(await office.get("Pod", "web"))
    await office.clock.advance(30)
    assert meta.is_being_deleted(await office.get("Pod", "web"))
