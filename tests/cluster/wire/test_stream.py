"""Streams: batches in order, a bounded buffer, and an end that both sides see."""

from __future__ import annotations

import asyncio
import weakref

import pytest

from cluster.clock import VirtualClock
from cluster.wire.stream import Stream

from .conftest import Note, names


async def test_a_reader_gets_everything_since_the_last_time() -> None:
    stream = Stream()
    stream.push([Note("a"), Note("b")])
    stream.push([Note("c")])
    assert names(await stream.receive()) == ["a", "b", "c"]
    reading = asyncio.ensure_future(stream.receive())
    await VirtualClock().settle()
    stream.push([Note("d")])
    assert names(await reading) == ["d"]


async def test_what_was_delivered_before_the_end_can_be_read() -> None:
    stream = Stream()
    stream.push([Note("a")])
    stream.close(ConnectionError("gone"))
    stream.push([Note("b")])
    assert names([delivery async for batch in stream for delivery in batch]) == ["a"]
    assert await stream.receive() == []
    assert isinstance(stream.error, ConnectionError)


async def test_the_end_wakes_a_waiting_reader() -> None:
    stream = Stream()
    reading = asyncio.ensure_future(stream.receive())
    await VirtualClock().settle()
    stream.close()
    assert await reading == []


async def test_a_cancelled_reader_loses_nothing() -> None:
    stream = Stream()
    reading = asyncio.ensure_future(stream.receive())
    await VirtualClock().settle()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    stream.push([Note("a")])
    assert names(await stream.receive()) == ["a"]


async def test_a_reader_too_slow_is_cut_never_buffered_for_ever() -> None:
    stream = Stream(limit=10)
    for n in range(20):
        stream.push([Note(str(n))])
    assert isinstance(stream.error, OverflowError)
    assert len(await stream.receive()) == 11


async def test_a_consumer_gets_the_buffered_first_and_then_each_batch_at_once() -> None:
    stream, seen = Stream(limit=2), list[list[str]]()
    stream.push([Note("a")])
    stream.consume(lambda deliveries: seen.append(names(deliveries)))
    for _ in range(5):
        stream.push([Note("b"), Note("c")])
    assert seen == [["a"], *[["b", "c"]] * 5]
    assert not stream.closed


@pytest.mark.parametrize("closed_first", [True, False])
async def test_whoever_asks_is_told_of_the_end_once(closed_first: bool) -> None:
    told: list[str] = []
    stream = Stream(on_close=lambda: told.append("made with"))
    if not closed_first:
        stream.on_close(lambda: told.append("asked"))
    stream.close()
    if closed_first:
        stream.on_close(lambda: told.append("asked"))
    stream.close()
    assert told == ["made with", "asked"]


async def test_a_stream_that_has_ended_lets_both_ends_go() -> None:
    class End:
        busy = False

        def relay(self, events: object) -> None: ...

        def take(self, deliveries: object) -> None: ...

    stream, end = Stream(), End()
    stream.attach(end)
    stream.consume(end.take)
    stream.close()
    left = weakref.ref(end)
    del end
    assert left() is None
