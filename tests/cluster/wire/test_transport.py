"""Every message passes the wire: it is recorded with its cause, may be held, dropped or delayed, and waits for its target."""

from __future__ import annotations

import asyncio

import pytest

from cluster.apimachinery.watch_event import WatchEvent
from cluster.clock import VirtualClock
from cluster.wire.control import Dropped, Rule
from cluster.wire.hop import current_hop
from cluster.wire.message import Payload, Request, Response, Unreachable
from cluster.wire.stream import Stream
from cluster.wire.transport import Wire

PATH = "/api/v1/namespaces/default/pods/web"


def wire() -> Wire:
    return Wire("demo", VirtualClock())


async def ok(request: Request) -> Response:
    return Response(200, Payload(object={"metadata": {"name": "web", "uid": "u1"}}), revision=5)


async def test_a_call_is_two_hops_and_what_it_causes_names_it() -> None:
    w = wire()

    async def relay(request: Request) -> Response:
        return await w.call("b", "c", Request("Txn", "/registry/pods/default/web"))

    w.serve("b", relay)
    w.serve("c", ok)
    await w.connect("a", "b").send(Request("POST", PATH))
    first, second, answer, last = w.ring
    assert (second.cause, answer.answers, last.answers) == (first.id, second.id, first.id)
    assert (last.source, last.target, first.outcome, first.revision) == ("b", "a", "200", 5)
    assert first.subject == ("pods", "default", "web", "u1", "")
    assert current_hop.get() == 0


async def test_a_held_hop_waits_until_it_is_released_or_dropped() -> None:
    w = wire()
    w.serve("b", ok)
    w.control.add(Rule("hold", target="b"))
    going, doomed = (asyncio.ensure_future(w.call("a", "b", Request("GET", PATH))) for _ in range(2))
    await asyncio.sleep(0)  # noqa: TID251  # lets both start
    one, other = w.control.held
    w.control.release(one)
    w.control.drop(other)
    assert (await going).status == 200
    with pytest.raises(Dropped):
        await doomed


async def test_a_patient_call_waits_for_its_target_and_then_fails() -> None:
    w = wire()
    clock = w.clock
    assert isinstance(clock, VirtualClock)
    call = asyncio.ensure_future(w.call("a", "b", Request("GET", PATH, patience_seconds=7)))
    await clock.advance(3)
    assert next(iter(w.waiting["b"].values())).outcome == "waiting"
    w.serve("b", ok)
    assert (await call).status == 200
    w.withdraw("b")
    call = asyncio.ensure_future(w.call("a", "b", Request("GET", PATH, patience_seconds=7)))
    await clock.advance(8)
    with pytest.raises(Unreachable):
        await call


async def test_a_streams_events_keep_their_order_when_one_is_held() -> None:
    w, stream = wire(), Stream()

    async def watch(request: Request) -> Response:
        return Response(200, stream=stream)

    w.serve("b", watch)
    response = await w.call("a", "b", Request("GET", "/api/v1/pods"))
    assert response.stream is not None
    rule = w.control.add(Rule("hold", verb="WATCH", once=True))
    stream.push([WatchEvent("ADDED", Payload(object={"n": number}), number, 9) for number in (1, 2)])
    await asyncio.sleep(0)  # noqa: TID251  # lets the relay start
    w.control.release(next(iter(w.control.held)))
    await w.clock.settle()  # type: ignore[attr-defined]
    assert [event.revision for event, _ in await response.stream.receive()] == [1, 2]
    assert rule not in w.control.rules


async def test_a_listener_that_raises_is_removed_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    w = wire()
    w.serve("b", ok)
    w.instruments.add(lambda hop, moment: 1 / 0)
    assert (await w.call("a", "b", Request("GET", PATH))).status == 200
    assert w.instruments.listeners == ()


async def test_a_stopped_servers_streams_end() -> None:
    w, stream = wire(), Stream()

    async def watch(request: Request) -> Response:
        return Response(200, stream=stream)

    w.serve("b", watch)
    await w.call("a", "b", Request("GET", "/x"))
    w.withdraw("b")
    assert isinstance(stream.error, Unreachable)
