"""The recorder keeps a bounded number of hops, and writes them when the cluster has time for it."""

from __future__ import annotations

import asyncio

import pytest

from cluster.clock import VirtualClock
from cluster.recorder.recorder import FLOOD_HOPS, FLUSH_SECONDS, MOST_POSTPONED, Limits, Recorder
from cluster.recorder.sink import KeptHop
from cluster.wire.message import Payload, Request, Response
from cluster.wire.transport import Wire

pytestmark = pytest.mark.django_db(transaction=True)
NOTHING_KEPT = Limits(rows_per_second=0)


async def answer(request: Request) -> Response:
    return Response(200, Payload(object={"metadata": {"name": "web"}}))


def room() -> tuple[Wire, VirtualClock]:
    clock = VirtualClock()
    wire = Wire("test", clock)
    wire.serve("kube-apiserver", answer)
    return wire, clock


def flood(wire: Wire) -> None:
    """A tick's worth of hops that nobody keeps."""
    wire.last_id += FLOOD_HOPS + 1


async def ask(wire: Wire) -> None:
    await wire.call("kubectl", "kube-apiserver", Request("GET", "/api/v1/namespaces/default/pods/web"))


async def kept() -> int:
    return await asyncio.to_thread(KeptHop.objects.count)


async def test_writing_waits_while_there_is_a_flood() -> None:
    wire, clock = room()
    recorder = Recorder(wire, clock)
    recording = asyncio.get_running_loop().create_task(recorder.run())
    await clock.settle()
    await ask(wire)
    for _ in range(3):
        flood(wire)
        await clock.advance(FLUSH_SECONDS)
    assert recorder.inspect() == {"kept": 0, "skipped": 0, "waiting": 2}
    await clock.advance(FLUSH_SECONDS)
    recording.cancel()
    await asyncio.gather(recording, return_exceptions=True)
    assert await kept() == 2


async def test_it_does_not_wait_for_ever() -> None:
    wire, clock = room()
    recorder = Recorder(wire, clock)
    postponed = 0
    for _ in range(MOST_POSTPONED + 2):
        flood(wire)
        postponed += recorder._is_flooded()
    assert postponed == MOST_POSTPONED + 1


async def test_hops_over_the_rate_are_counted_only() -> None:
    wire, clock = room()
    recorder = Recorder(wire, clock, NOTHING_KEPT)
    recording = asyncio.get_running_loop().create_task(recorder.run())
    await clock.settle()
    await ask(wire)
    assert recorder.inspect() == {"kept": 0, "skipped": 2, "waiting": 0}
    assert not wire.instruments.finished, "it need not listen before it may take some again"
    recording.cancel()
    await asyncio.gather(recording, return_exceptions=True)
    assert await kept() == 0


async def test_it_does_not_listen_until_it_may_take_some_again() -> None:
    wire, clock = room()
    recorder = Recorder(wire, clock, Limits(rows_per_second=1))
    recorder._listen()
    for _ in range(8):
        await ask(wire)
    assert not wire.instruments.finished
    assert recorder.inspect() == {"kept": 0, "skipped": 5, "waiting": 10}  # one of the six over the rate is not seen
    recorder._listen()
    assert not wire.instruments.finished
    recorder._allowance = 3.0
    recorder._listen()
    await ask(wire)
    assert recorder.inspect() == {"kept": 0, "skipped": 5, "waiting": 12}
