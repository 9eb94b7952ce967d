"""A watch's way out: at once while there is room, later when the reader is slow, never for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from cluster.apimachinery.watch_event import ADDED, WatchEvent
from cluster.apiserver import feed
from cluster.clock import VirtualClock
from cluster.wire.message import ConnectionLost, Payload
from cluster.wire.stream import Stream


class Server:
    """The HTTP server's end: what was written, and whether more may be."""

    def __init__(self) -> None:
        self.written = b""
        self.room = asyncio.Event()
        self.room.set()

    def push(self, data: bytes) -> bool:
        self.written += data
        return self.room.is_set()

    async def send(self, message: Any) -> None:
        self.written += message["body"]
        await self.room.wait()

    @property
    def names(self) -> list[str]:
        return [orjson.loads(line)["object"]["metadata"]["name"] for line in self.written.splitlines()]


def event(name: str) -> WatchEvent:
    return WatchEvent(ADDED, Payload(object={"metadata": {"name": name}}), 1)


async def test_events_are_written_within_the_push() -> None:
    server, stream = Server(), Stream()
    stream.push([event("early")])
    task = asyncio.ensure_future(feed.send_all(stream, server.send, server.push))
    await VirtualClock().settle()
    stream.push([event("a"), event("b")])
    assert server.names == ["early", "a", "b"]
    stream.close()
    await task


async def test_a_slow_reader_gets_everything_in_order() -> None:
    server, stream = Server(), Stream()
    task = asyncio.ensure_future(feed.send_all(stream, server.send, server.push))
    await VirtualClock().settle()
    server.room.clear()
    for name in "abc":
        stream.push([event(name)])
        await VirtualClock().settle()
    assert server.names == ["a"]
    server.room.set()
    await VirtualClock().settle()
    assert server.names == ["a", "b", "c"]
    stream.push([event("d")])
    assert server.names == ["a", "b", "c", "d"]
    stream.close()
    await task


async def test_a_reader_that_never_reads_is_cut() -> None:
    server, stream = Server(), Stream(limit=3)
    task = asyncio.ensure_future(feed.send_all(stream, server.send, server.push))
    await VirtualClock().settle()
    server.room.clear()
    for name in "abcdef":
        stream.push([event(name)])
    assert isinstance(stream.error, OverflowError)
    with pytest.raises(ConnectionLost):
        await task
    await VirtualClock().settle()
    server.room.set()
    await VirtualClock().settle()
    assert server.names == ["a"]


async def test_without_the_offer_events_are_sent_as_asgi_has_it() -> None:
    server, stream = Server(), Stream()
    task = asyncio.ensure_future(feed.send_all(stream, server.send, feed.push_of({"type": "http"})))
    stream.push([event("a")])
    stream.push([event("b")])
    stream.close()
    await task
    assert server.names == ["a", "b"]
