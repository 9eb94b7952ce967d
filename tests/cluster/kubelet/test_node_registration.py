"""What a kubelet says of its node, and when."""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.rest import MERGE_PATCH
from cluster.kubelet import node_status
from cluster.wire import component
from cluster.wire.control import HOLD, Rule

from .conftest import NODE, Machine


async def node(machine: Machine) -> Obj:
    await machine.clock.settle()
    return await machine.client.get("Node", NODE)


async def test_a_node_registers_with_its_conditions_address_and_lease(machine: Machine) -> None:
    found = await node(machine)
    assert [(each["type"], each["status"]) for each in found["status"]["conditions"]] == [
        ("Ready", "True"), ("MemoryPressure", "False"), ("DiskPressure", "False"), ("PIDPressure", "False"),
        ("NetworkUnavailable", "False"),
    ]  # fmt: skip
    assert found["metadata"]["labels"]["kubernetes.io/hostname"] == NODE
    lease = await machine.client.get("Lease", NODE, "kube-node-lease")
    assert (lease["spec"]["holderIdentity"], lease["spec"]["leaseDurationSeconds"]) == (NODE, 40)


async def test_the_lease_is_renewed_every_ten_seconds_and_the_status_rarely(machine: Machine) -> None:
    before = (await machine.client.get("Lease", NODE, "kube-node-lease"))["spec"]["renewTime"]
    version = (await node(machine))["metadata"]["resourceVersion"]
    await machine.clock.advance(11)
    assert (await machine.client.get("Lease", NODE, "kube-node-lease"))["spec"]["renewTime"] > before
    assert (await node(machine))["metadata"]["resourceVersion"] == version
    await machine.clock.advance(300)
    assert (await node(machine))["metadata"]["resourceVersion"] != version


async def test_images_are_told_at_the_next_heartbeat(machine: Machine) -> None:
    await machine.run()
    await machine.clock.advance(11)
    [image] = (await node(machine))["status"]["images"]
    assert image["names"] == ["docker.io/library/nginx:latest"]


async def test_without_its_runtime_a_node_is_not_ready(machine: Machine) -> None:
    await machine.stop(component.runtime(NODE))
    await machine.clock.advance(11)
    ready = meta.condition_of(await node(machine), "Ready") or {}
    assert (ready["status"], ready["reason"], ready["message"]) == node_status.NO_RUNTIME
    await machine.start_runtime()
    await machine.clock.advance(11)
    assert meta.is_condition_true(await node(machine), "Ready")


async def test_a_node_without_a_pod_network_waits_for_it(machine: Machine) -> None:
    await machine.stop()
    await machine.client.delete("Node", NODE)
    await machine.client.create("Node", {"metadata": {"name": NODE}})
    await machine.start_runtime()
    await machine.start_kubelet()
    await machine.client.patch("Node", NODE, {"spec": {"taints": None}}, content_type=MERGE_PATCH)
    await machine.run()
    assert await machine.phase() == "Pending"
    assert (meta.condition_of(await node(machine), "Ready") or {})["message"] == node_status.NO_NETWORK[2]
    await machine.give_network()
    assert await machine.phase() == "Running"
    assert meta.is_condition_true(await node(machine), "Ready")


async def test_a_pod_network_that_comes_while_the_first_status_is_on_its_way_is_told_at_once(machine: Machine) -> None:
    await machine.stop()
    await machine.client.delete("Node", NODE)
    await machine.client.create("Node", {"metadata": {"name": NODE, "labels": node_status.labels_of(NODE)}})
    control = machine.wire.control
    control.add(Rule(HOLD, component.kubelet(NODE), verb="PATCH", resource="nodes", once=True))
    await machine.start_runtime()
    await machine.start_kubelet()
    began = machine.clock.now()
    await machine.give_network()
    assert len(control.held) == 1
    control.release_all()
    assert meta.is_condition_true(await node(machine), "Ready")
    assert machine.clock.now() == began


def test_what_a_node_declares_of_itself_is_kept() -> None:
    info = {"kubeletVersion": "v1.36.0", "containerRuntimeVersion": "containerd://2.1.0"}
    declared: Obj = {"metadata": {"name": "a"}, "status": {"capacity": {"cpu": "64"}, "nodeInfo": info}}
    found = node_status.status_of(declared, 0.0)
    assert (found["capacity"]["cpu"], found["allocatable"]["cpu"], found["capacity"]["pods"]) == ("64", "64", "110")
    assert found["nodeInfo"]["containerRuntimeVersion"] == "containerd://2.1.0"
