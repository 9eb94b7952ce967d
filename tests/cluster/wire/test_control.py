"""Holding, releasing, dropping, delaying and pacing hops; one hop only, and never out of order."""

from __future__ import annotations

import asyncio

import pytest

from cluster.wire.control import DELAY, DROP, HOLD, Dropped, Rule
from cluster.wire.hop import DELAYED, HELD
from cluster.wire.message import Request, Response
from cluster.wire.rule import FAULT
from cluster.wire.stream import Stream

from .conftest import PODS, Note, Room, get, names


async def call(wire: Room, name: str = "web", source: str = "kubectl") -> Response:
    return await wire.call(source, "kube-apiserver", get(f"{PODS}/{name}"))


async def test_a_held_request_waits_and_others_pass(wire: Room) -> None:
    got = wire.echo("kube-apiserver")
    wire.control.add(Rule(HOLD, target="kube-apiserver", name="web"))
    held = asyncio.ensure_future(call(wire))
    await call(wire, "other")
    await wire.virtual.advance(1000)
    assert [request.path for request in got] == [f"{PODS}/other"]
    [(hop_id, hop)] = wire.control.held.items()
    assert hop.outcome == HELD
    wire.control.release(hop_id)
    assert (await held).status == 200
    assert (hop.outcome, wire.control.held) == ("200", {})


async def test_a_held_hop_can_be_dropped(wire: Room) -> None:
    got = wire.echo("kube-apiserver")
    wire.control.add(Rule(HOLD, target="kube-apiserver"))
    held = asyncio.ensure_future(call(wire))
    await wire.virtual.settle()
    wire.control.drop(next(iter(wire.control.held)))
    with pytest.raises(Dropped):
        await held
    assert (got, [hop.outcome for hop in wire.hops()]) == ([], ["dropped"])


async def test_a_sender_that_gives_up_frees_its_held_hop(wire: Room) -> None:
    wire.echo("kube-apiserver")
    wire.control.add(Rule(HOLD))
    held = asyncio.ensure_future(call(wire))
    await wire.virtual.settle()
    held.cancel()
    await asyncio.gather(held, return_exceptions=True)
    assert wire.control.held == {}


async def test_removing_a_rule_keeps_what_it_holds_until_released(wire: Room) -> None:
    wire.echo("kube-apiserver")
    rule = wire.control.add(Rule(HOLD, target="kube-apiserver"))
    held = asyncio.ensure_future(call(wire))
    await wire.virtual.settle()
    wire.control.remove(rule)
    assert not wire.control.active
    assert (await call(wire, "free")).status == 200
    assert not held.done()
    wire.control.release_all()
    await held


async def test_a_dropped_answer_is_lost_though_the_server_worked(wire: Room) -> None:
    got = wire.echo("kube-apiserver")
    wire.control.add(Rule(DROP, source="kube-apiserver", once=True))
    with pytest.raises(Dropped):
        await call(wire)
    assert len(got) == 1
    assert [hop.outcome for hop in wire.hops()] == ["dropped", "dropped"]
    assert (await call(wire)).status == 200


async def test_a_dropped_answer_closes_its_stream(wire: Room) -> None:
    served = wire.answer_stream("kube-apiserver")
    wire.control.add(Rule(DROP, source="kube-apiserver"))
    with pytest.raises(Dropped):
        await call(wire)
    assert served.closed


async def test_delays_add_up_with_the_pace(wire: Room) -> None:
    wire.echo("kube-apiserver")
    wire.control.add(Rule(DELAY, target="kube-apiserver", delay_seconds=2))
    wire.control.set_pace(0.5)
    waiting = asyncio.ensure_future(call(wire))
    await wire.virtual.settle()
    assert wire.hops()[0].outcome == DELAYED
    await wire.virtual.advance(2.9)
    assert not waiting.done()
    await wire.virtual.advance(0.2)
    assert (await waiting).status == 200
    assert wire.hops()[0].latency_seconds == pytest.approx(3.0)


async def test_a_dropped_note_does_not_disturb_its_component(wire: Room) -> None:
    wire.control.add(Rule(DROP, verb="NOTE"))
    await wire.note("kube-scheduler", "Decide", f"{PODS}/web", {})
    assert [hop.outcome for hop in wire.hops()] == ["dropped"]


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        (Rule(HOLD), True),
        (Rule(HOLD, source="kubelet.*"), True),
        (Rule(HOLD, source="kubelet"), False),
        (Rule(HOLD, target="etcd"), False),
        (Rule(HOLD, verb="PATCH"), True),
        (Rule(HOLD, verb="PUT"), False),
        (Rule(HOLD, resource="pods", name="we*"), True),
        (Rule(HOLD, resource="nodes"), False),
        (Rule(HOLD, name="db"), False),
    ],
)
async def test_a_rule_matches_by_ids_verb_and_subject(wire: Room, rule: Rule, matches: bool) -> None:
    hop = wire.record("kubelet.worker-1", "kube-apiserver", "PATCH", f"{PODS}/web/status", 0)
    assert rule.matching(hop) is matches


@pytest.mark.parametrize("rule", [Rule("break"), Rule(DELAY, delay_seconds=-1)])
def test_what_is_no_rule_is_refused(wire: Room, rule: Rule) -> None:
    with pytest.raises(ValueError, match="not a rule"):
        wire.control.add(rule)


def test_what_is_not_there_can_not_be_released(wire: Room) -> None:
    for method in (wire.control.release, wire.control.drop, wire.control.remove):
        with pytest.raises(KeyError):
            method(99)
    with pytest.raises(ValueError, match="less than no time"):
        wire.control.set_pace(-1)


# --- streams under control -------------------------------------------------------------------------------------------


async def watched(wire: Room) -> tuple[Stream, Stream]:
    served = wire.answer_stream("kube-apiserver")
    stream = (await wire.call("kubectl", "kube-apiserver", get(PODS))).stream
    assert stream is not None
    return served, stream


async def test_events_keep_their_order_when_one_is_held(wire: Room) -> None:
    served, stream = await watched(wire)
    rule = wire.control.add(Rule(HOLD, verb="WATCH", name="b"))
    served.push([Note("a"), Note("b"), Note("c")])
    await wire.virtual.settle()
    assert names(await stream.receive()) == ["a"]
    wire.control.remove(rule)
    served.push([Note("d")])
    await wire.virtual.settle()
    assert not stream._buffer
    wire.control.release_all()
    await wire.virtual.settle()
    assert names(await stream.receive()) == ["b", "c", "d"]


async def test_a_dropped_event_is_missing_and_the_rest_comes(wire: Room) -> None:
    served, stream = await watched(wire)
    wire.control.add(Rule(DROP, verb="WATCH", name="b"))
    served.push([Note("a"), Note("b"), Note("c")])
    await wire.virtual.settle()
    assert names(await stream.receive()) == ["a", "c"]
    assert [hop.outcome for hop in wire.hops() if hop.verb == "WATCH"] == ["delivered", "dropped", "delivered"]


async def test_paced_events_come_one_by_one(wire: Room) -> None:
    served, stream = await watched(wire)
    wire.control.set_pace(1)
    served.push([Note("a"), Note("b")])
    await wire.virtual.advance(1)
    assert names(await stream.receive()) == ["a"]
    await wire.virtual.advance(1)
    assert names(await stream.receive()) == ["b"]


async def test_the_last_words_of_a_server_arrive_however_slow_the_wire(wire: Room) -> None:
    served, stream = await watched(wire)
    wire.control.set_pace(1)
    served.push([Note("a"), Note("last")])
    served.close()
    served.push([Note("after the end")])
    assert (stream.closed, stream.ended) == (True, False)
    reading = asyncio.ensure_future(read_all(stream))
    await wire.virtual.advance(5)
    assert await reading == ["a", "last"]
    assert stream.ended


async def test_a_power_cut_loses_what_was_on_its_way(wire: Room) -> None:
    served, stream = await watched(wire)
    wire.control.add(Rule(HOLD, verb="WATCH"))
    served.push([Note("a")])
    await wire.virtual.settle()
    wire.withdraw("kube-apiserver")
    assert await stream.receive() == []
    await wire.virtual.settle()
    assert wire.control.held == {}
    assert wire.hops()[-1].outcome == "dropped"


async def test_too_many_held_events_cut_the_stream(wire: Room) -> None:
    stream = Stream(limit=10)

    async def handler(request: Request) -> Response:
        return Response(200, stream=stream)

    wire.serve("kube-apiserver", handler)
    await call(wire)
    wire.control.add(Rule(HOLD, verb="WATCH"))
    for n in range(12):
        stream.push([Note(str(n))])
        await wire.virtual.settle()
    assert isinstance(stream.error, OverflowError)
    await wire.virtual.settle()
    assert wire.control.held == {}


async def test_a_reader_that_raises_on_a_slow_wire_is_cut(wire: Room, caplog: pytest.LogCaptureFixture) -> None:
    served, stream = await watched(wire)

    def stumble(deliveries: object) -> None:
        raise RuntimeError("cannot decode")

    stream.consume(stumble)
    wire.control.set_pace(1)
    served.push([Note("a"), Note("b")])
    await wire.virtual.advance(3)
    assert isinstance(stream.error, RuntimeError)
    assert "was cut" in caplog.text


async def read_all(stream: Stream) -> list[str]:
    return names([delivery async for batch in stream for delivery in batch])


@pytest.mark.parametrize("source", ["dashboard", "kubeadm"])
async def test_who_stands_outside_the_picture_is_never_held_or_slowed(wire: Room, source: str) -> None:
    wire.echo("kube-apiserver")
    wire.control.add(Rule(HOLD))
    wire.control.set_pace(5)
    began = wire.clock.now()
    assert (await call(wire, source=source)).status == 200
    assert wire.clock.now() == began


async def test_a_cut_line_ends_its_streams_once_something_is_lost_on_it(wire: Room) -> None:
    served, stream = await watched(wire)
    wire.control.add(Rule(DROP, source="kubectl", target="kube-apiserver", either_way=True, purpose=FAULT))
    with pytest.raises(Dropped):
        await call(wire)
    assert not stream.closed
    served.push([Note("a"), Note("b")])
    await wire.virtual.settle()
    assert isinstance(stream.error, Dropped)
    assert served.closed
    assert [hop.touched for hop in wire.hops() if hop.outcome == "dropped"] == ["dropped by a fault"] * 2
