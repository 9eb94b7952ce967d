"""CRI's verbs of the simulated runtime, in virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.runtime import cri
from cluster.runtime.simulated import SimulatedRuntime
from cluster.wire.message import Payload, Request


class Engine:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.runtime = SimulatedRuntime("n1", self.clock)

    async def ask(self, verb: str, **body: Any) -> Any:
        return await self.runtime.handle(Request(verb, "/", body=Payload(object=body)))

    async def call(self, verb: str, **body: Any) -> Any:
        response = await self.ask(verb, **body)
        assert response.status == 200, response.body.object
        return response.body.object

    async def sandbox(self) -> str:
        config = {"metadata": {"uid": "u", "name": "p", "namespace": "default"}, "podCIDR": "10.244.3.0/29"}
        return str((await self.call("RunPodSandbox", config=config))["podSandboxId"])

    async def container(self, image: str, *command: str) -> str:
        config = {"container": "c", "image": {"image": image}, "command": list(command)}
        made = (await self.call("CreateContainer", podSandboxId=await self.sandbox(), config=config))["containerId"]
        await self.call("StartContainer", containerId=made)
        return str(made)

    async def status(self, container: str) -> Any:
        return (await self.call("ContainerStatus", containerId=container))["status"]


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    engine = Engine()
    yield engine
    engine.clock.close()


async def test_every_verb_of_the_interface_is_there(engine: Engine) -> None:
    missing = [verb for verb in cri.VERBS if not hasattr(engine.runtime, f"_{verb}")]
    assert missing == []
    refused = await engine.ask("CheckpointContainer")
    assert (refused.status, refused.body.object["code"]) == (501, "Unimplemented")


async def test_addresses_are_handed_out_once_until_the_subnet_is_full(engine: Engine) -> None:
    for _ in range(5):
        await engine.sandbox()
    found = [each["ip"] for each in (await engine.call("ListPodSandbox"))["items"]]
    assert found == [f"10.244.3.{number}" for number in (2, 3, 4, 5, 6)]
    config = {"metadata": {"uid": "u"}, "podCIDR": "10.244.3.0/29"}
    refused = await engine.ask("RunPodSandbox", config=config)
    assert refused.body.object["error"] == "no IP addresses available in network: 10.244.3.0/29"


@pytest.mark.parametrize(
    ("image", "timeout", "seconds", "code"), [("nginx", 30, 0, 0), ("slow-stop", 30, 5, 0), ("slow-stop", 2, 2, 137),
     ("stubborn", 30, 30, 137), ("nginx", 0, 0, 137)],
)  # fmt: skip
async def test_stopping_waits_for_the_program_or_kills_it(
    engine: Engine, image: str, timeout: int, seconds: float, code: int
) -> None:
    import asyncio

    container = await engine.container(image)
    since = engine.clock.now()
    stopping = asyncio.get_running_loop().create_task(
        engine.call("StopContainer", containerId=container, timeout=timeout)
    )
    await engine.clock.advance_until(stopping.done) if seconds else await engine.clock.advance(0.1)
    assert stopping.done()
    found = await engine.status(container)
    assert (found["state"], found["exitCode"], round(found["finishedAt"] - since)) == (cri.EXITED, code, seconds)


async def test_an_end_is_told_to_who_listens(engine: Engine) -> None:
    stream = (await engine.ask("GetContainerEvents")).stream
    container = await engine.container("busybox", "sleep", "3")
    await engine.clock.advance(4)
    [(event, _)] = await stream.receive()
    assert event.payload.object == {"containerId": container, "podUid": "u", "exitCode": 0}


async def test_images_are_pulled_listed_and_removed(engine: Engine) -> None:
    pulled = await engine.call("PullImage", image={"image": "nginx"})
    [image] = (await engine.call("ListImages"))["images"]
    assert (image["id"], image["repoTags"]) == (pulled["imageRef"], ["docker.io/library/nginx:latest"])
    await engine.call("RemoveImage", image={"image": "docker.io/library/nginx:latest"})
    assert await engine.call("ImageStatus", image={"image": "nginx"}) == {}
    refused = await engine.ask("PullImage", image={"image": "nope"})
    assert (refused.status, refused.body.object["code"]) == (404, "NotFound")


@pytest.mark.parametrize("body", [{}, {"containerId": "none"}, {"containerId": ""}])
async def test_a_container_that_is_not_there_is_refused(engine: Engine, body: Any) -> None:
    assert (await engine.ask("ContainerStatus", **body)).status in (400, 404)


async def test_exec_remembers_files_and_obeys_its_time_limit(engine: Engine) -> None:
    container = await engine.container("nginx")
    await engine.call("ExecSync", containerId=container, cmd=["rm", "/index.html"])
    found = await engine.call("ExecSync", containerId=container, cmd=["cat", "/index.html"])
    assert (found["exitCode"], found["stdout"]) == (1, "")
    assert "No such file" in found["stderr"]


async def test_stats_are_there_in_outline(engine: Engine) -> None:
    container = await engine.container("nginx")
    await engine.clock.advance(10)
    stats = (await engine.call("ContainerStats", containerId=container))["stats"]
    assert stats["cpu"]["usageCoreNanoSeconds"]["value"] == 10_000_000
    assert len((await engine.call("ListContainerStats"))["stats"]) == 1
