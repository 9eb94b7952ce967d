"""What a kubelet serves: logs in every form, exec, its pods."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.wire import channels, component
from cluster.wire.message import Payload, Request, Response

from .conftest import Machine

LOOP = ["sh", "-c", "echo begin; while true; do echo tick; sleep 10; done"]


async def test_a_log_grows_as_its_container_writes(machine: Machine) -> None:
    await machine.run(image="busybox", container={"command": LOOP})
    assert await machine.logs() == "begin\ntick\n"
    await machine.clock.advance(21)
    assert await machine.logs() == "begin\ntick\ntick\ntick\n"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"tailLines": "1"}, "tick\n"),
        ({"tailLines": "0"}, ""),
        ({"sinceSeconds": "12"}, "tick\ntick\n"),
        ({"limitBytes": "8"}, "begin\nti"),
        ({"sinceTime": "2100-01-01T00:00:00Z"}, ""),
    ],
)
async def test_a_part_of_a_log(machine: Machine, query: dict[str, str], text: str) -> None:
    await machine.run(image="busybox", container={"command": LOOP})
    await machine.clock.advance(21)
    assert await machine.logs(**query) == text


async def test_timestamps_stand_before_the_lines(machine: Machine) -> None:
    await machine.run(image="busybox", container={"command": LOOP})
    line = (await machine.logs(timestamps="true")).splitlines()[0]
    moment, _, text = line.partition(" ")
    assert (len(moment), moment[-1], text) == (27, "Z", "begin")


async def follow(machine: Machine, **query: str) -> tuple[Any, list[str]]:
    """The stream of a followed log, and what it has brought so far."""
    response = await machine.ask("/containerLogs/default/web/c", follow="true", **query)
    found: list[str] = []
    stream: Any = response.stream
    stream.consume(lambda deliveries: found.extend(event.line.decode() for event, _ in deliveries))
    return stream, found


async def test_a_followed_log_brings_each_line_when_it_is_written_and_ends_with_its_container(machine: Machine) -> None:
    script = ["sh", "-c", "echo one; sleep 5; echo two; sleep 5"]
    await machine.run(image="busybox", restartPolicy="Never", container={"command": script})
    stream, found = await follow(machine)
    await machine.clock.settle()
    assert found == ["one\n"]
    await machine.clock.advance(5)
    assert found == ["one\n", "two\n"]
    assert not stream.ended
    await machine.clock.advance(5.1)
    assert stream.ended


async def test_a_followed_log_may_begin_at_its_end_and_stop_at_a_limit(machine: Machine) -> None:
    await machine.run(image="busybox", container={"command": LOOP})
    await machine.clock.advance(1)
    stream, found = await follow(machine, tailLines="0", limitBytes="7")
    await machine.clock.advance(20)
    assert "".join(found) == "tick\nti"
    assert stream.ended


async def test_a_reader_that_goes_leaves_nothing_behind(machine: Machine) -> None:
    await machine.run(image="busybox", container={"command": LOOP})
    stream, _ = await follow(machine)
    stream.close()
    await machine.clock.settle()
    [container] = machine.runtime.containers.values()
    assert not container.followers


async def test_the_previous_log_is_that_of_the_run_before(machine: Machine) -> None:
    await machine.run(image="crash")
    refused = await machine.ask("/containerLogs/default/web/c", previous="true")
    assert refused.body.object["message"] == 'previous terminated container "c" in pod "web" not found'
    await machine.clock.advance(1.5)
    assert await machine.logs(previous="true") == "starting\nfatal: something went wrong\n"


async def test_only_the_last_dead_container_is_kept(machine: Machine) -> None:
    await machine.run(image="crash")
    await machine.clock.advance(120)
    assert len(machine.runtime.containers) == 2


@pytest.mark.parametrize(("image", "why"), [("nope", "image can't be pulled"), ("Bad", "InvalidImageName")])
async def test_a_container_that_waits_has_no_log_yet(machine: Machine, image: str, why: str) -> None:
    await machine.run(image=image)
    answer = await machine.ask("/containerLogs/default/web/c")
    assert answer.status == 400
    assert answer.body.object["message"] == f'container "c" in pod "web" is waiting to start: {why}'


async def test_exec_leads_to_a_conversation_with_the_runtime(machine: Machine) -> None:
    await machine.run()
    body = {"command": ["sh", "-c", "echo hi; exit 3"]}
    request = Request("POST", "/exec/default/web/c", body=Payload(object=body))
    talk = await machine.wire.connect(component.APISERVER, machine.kubelet.id).converse(request, channels.PROTOCOLS)
    assert not isinstance(talk, Response)
    said = [message async for message in talk.messages()]
    assert said == [b"\x01hi\n", channels.ended(3)]


async def test_it_lists_its_pods_and_knows_nothing_else(machine: Machine) -> None:
    await machine.run()
    assert [each["metadata"]["name"] for each in (await machine.ask("/pods")).body.object["items"]] == ["web"]
    assert (await machine.ask("/healthz")).body.raw == b"ok"
    assert (await machine.ask("/nonsense")).status == 404
    assert (await machine.ask("/containerLogs/default/none/c")).status == 404
