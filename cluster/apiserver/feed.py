"""A watch's way out: events become lines of JSON, several of a commit in one piece.

Where the server offers to write at once (`push`, an extension of the ASGI scope), an event leaves within the commit that
made it, without a turn of the event loop for each watcher; a reader that is slow is waited for, and cut off when it falls
too far behind. Elsewhere the events are awaited and sent one by one, as ASGI has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from cluster.wire.message import ConnectionLost
from cluster.wire.stream import Delivery, Stream

PUSH = "kubelearn.push"

Push = Callable[[bytes], bool]
"""Writes a piece of the body at once; False when no more should be written for now."""


def push_of(scope: dict[str, Any]) -> Push | None:
    """The server's offer to write at once."""
    found: Push | None = (scope.get("extensions") or {}).get(PUSH)
    return found


async def send_all(stream: Stream, send: Any, push: Push | None) -> None:
    """Send a stream's events until it ends. ConnectionLost when the reader fell too far behind."""
    if push is None:
        async for deliveries in stream:
            await send(_piece(lines_of(deliveries)))
    else:
        feed = Feed(stream, send, push)
        stream.consume(feed.take)
        try:
            await stream.finished()
            if not isinstance(stream.error, OverflowError):
                await feed.emptied()
        finally:
            feed.stop()
    if isinstance(stream.error, OverflowError):
        raise ConnectionLost(str(stream.error))


class Feed:
    """Writes what comes, at once while there is room."""

    def __init__(self, stream: Stream, send: Any, push: Push) -> None:
        self.stream = stream
        self.send = send
        self.push = push
        self._waiting: list[Delivery] = []
        self._emptying: asyncio.Task[None] | None = None

    def take(self, deliveries: Sequence[Delivery]) -> None:
        if self._emptying is not None:
            self._waiting.extend(deliveries)
            if len(self._waiting) > self.stream.limit:
                self.stream.overflow()
        elif not self.push(lines_of(deliveries)):
            self._emptying = asyncio.ensure_future(self._empty())

    async def emptied(self) -> None:
        """Return when all is written."""
        if self._emptying is not None:
            await self._emptying

    def stop(self) -> None:
        """Nobody reads any more: let go of what waits."""
        self._waiting.clear()
        if self._emptying is not None:
            self._emptying.cancel()

    async def _empty(self) -> None:
        await self.send(_piece(b""))
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            await self.send(_piece(lines_of(waiting)))
        self._emptying = None


def lines_of(deliveries: Sequence[Delivery]) -> bytes:
    if len(deliveries) == 1:
        line: bytes = deliveries[0][0].line
        return line
    return b"".join([event.line for event, _ in deliveries])


def _piece(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
