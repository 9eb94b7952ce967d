"""What outlives a runtime, a clean stop of the program, a power cut."""

from __future__ import annotations

import orjson
import pytest

from cluster.apimachinery.meta import Obj
from cluster.clock import Clock, VirtualClock
from cluster.runtime import machine
from cluster.runtime.machine import Machine
from cluster.runtime.simulated import SimulatedRuntime


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def started(runtime: SimulatedRuntime, image: str, *command: str) -> str:
    sandbox = runtime._RunPodSandbox({"config": {"metadata": {"uid": image}}})["podSandboxId"]
    config: Obj = {"metadata": {"name": "c"}, "container": "c", "image": {"image": image}, "command": list(command)}
    runtime._PullImage({"image": {"image": image}})
    made = runtime._CreateContainer({"podSandboxId": sandbox, "config": config})["containerId"]
    runtime._StartContainer({"containerId": made})
    return str(made)


def state(runtime: SimulatedRuntime, container: str) -> tuple[str, int]:
    found = runtime._ContainerStatus({"containerId": container})["status"]
    return found["state"], found["exitCode"]


async def test_containers_go_on_while_their_runtime_is_away(clock: VirtualClock) -> None:
    held = Machine()
    first = SimulatedRuntime("n1", clock, held)
    serves, ends, fails = (
        started(first, "nginx"),
        started(first, "busybox", "sleep", "60"),
        started(first, "busybox", "false"),
    )
    await clock.advance(1)
    for container in held.containers.values():
        container.rest()
    await clock.advance(30)
    again = SimulatedRuntime("n1", clock, held)
    assert state(again, serves)[0] == state(again, ends)[0] == "CONTAINER_RUNNING"
    assert state(again, fails) == ("CONTAINER_EXITED", 1)
    await clock.advance(30)
    assert state(again, ends) == ("CONTAINER_EXITED", 0)


async def test_what_ended_meanwhile_ended_then(clock: VirtualClock) -> None:
    held = Machine()
    container = held.containers[started(SimulatedRuntime("n1", clock, held), "busybox", "sleep", "60")]
    container.rest()
    begin = clock.now()
    await clock.advance(600)
    again = SimulatedRuntime("n1", clock, held)
    assert state(again, container.id) == ("CONTAINER_EXITED", 0)
    assert container.finished == begin + 60


async def test_a_machine_is_saved_and_restored(clock: VirtualClock) -> None:
    held = Machine()
    first = SimulatedRuntime("n1", clock, held)
    container = started(first, "nginx")
    address = next(iter(held.sandboxes.values())).ip
    back = machine.restored(orjson.loads(orjson.dumps(held.saved())))
    again = SimulatedRuntime("n1", clock, back)
    assert state(again, container) == ("CONTAINER_RUNNING", 0)
    assert again._ListImages({}) == first._ListImages({})
    assert again._ContainerLogs({"containerId": container}) == first._ContainerLogs({"containerId": container})
    other = again._RunPodSandbox({"config": {"metadata": {"uid": "other"}}})
    assert other["ip"] != address


def test_a_power_cut_leaves_the_disk(clock: VirtualClock) -> None:
    held = Machine()
    started(SimulatedRuntime("n1", clock, held), "nginx")
    held.power_off()
    again = SimulatedRuntime("n1", clock, held)
    assert again._ListContainers({}) == {"containers": []}
    assert len(again._ListImages({})["images"]) == 1


async def test_a_program_that_ends_at_once_is_told_of_in_real_time() -> None:
    runtime = SimulatedRuntime("n1", Clock())
    stream = runtime._GetContainerEvents({})
    container = started(runtime, "busybox", "true")
    [(event, _)] = await anext(aiter(stream))
    assert event.payload.object["containerId"] == container


async def test_a_script_goes_on_without_its_runtime_and_begins_anew_after_a_clean_stop(clock: VirtualClock) -> None:
    held = Machine()
    first = SimulatedRuntime("n1", clock, held)
    container = held.containers[started(first, "busybox", "sh", "-c", "echo one; sleep 5; echo two; sleep 5; exit 4")]
    await clock.advance(1)
    container.rest()
    await clock.advance(6)
    back = machine.restored(orjson.loads(orjson.dumps(held.saved())))
    await clock.advance(5)
    assert state(SimulatedRuntime("n1", clock, held), container.id) == ("CONTAINER_EXITED", 4)
    again = SimulatedRuntime("n1", clock, back)
    await clock.advance(1)
    assert [text for _, text in back.containers[container.id].output or ()] == ["one", "two", "one"]
    assert state(again, container.id)[0] == "CONTAINER_RUNNING"
    back.power_off()
    held.power_off()


async def test_the_disk_is_saved_with_the_machine(clock: VirtualClock) -> None:
    held = Machine()
    held.volume("/data").replace({"a/b": "text"}, clock.now())
    back = machine.restored(orjson.loads(orjson.dumps(held.saved())))
    assert back.volume("/data").entries["a/b"].text == "text"
