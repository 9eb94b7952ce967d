"""A stream: the one-way messages that follow an answer (a watch, a followed log).

The server pushes batches; the wire relays each event as a hop of its own; the client iterates. Each thing received is
a pair (event, hop id of its delivery), so that what the client does next can name its cause. The buffer is bounded:
a reader that is too slow is cut off, never buffered for ever (as kine and the API server do).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

DEFAULT_LIMIT = 50_000


class Event(Protocol):
    """What a stream carries: `revision` is its store revision (0 when none), `hop` the hop that caused it."""

    revision: int
    hop: int


Delivery = tuple[Any, int]


class Relay(Protocol):
    """The wire's part in a stream: passes events on, maybe later; `busy` while some still wait."""

    @property
    def busy(self) -> bool: ...

    def relay(self, events: Sequence[Any]) -> None: ...


class Stream:
    """A bounded queue of events between one server and one client; both ends live on the event loop."""

    __slots__ = ("_buffer", "_closed", "_consumer", "_ended", "_limit", "_on_close", "_relay", "_waiter", "error")

    def __init__(self, limit: int = DEFAULT_LIMIT, on_close: Callable[[], None] | None = None) -> None:
        self._buffer: list[Delivery] = []
        self._limit = limit
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False
        self._ended = False
        self._on_close: list[Callable[[], None]] = [on_close] if on_close else []
        self._consumer: Callable[[list[Delivery]], None] | None = None
        self._relay: Relay | None = None
        self.error: Exception | None = None

    # --- the server's end ------------------------------------------------------------------------------------------

    def push(self, events: Sequence[Any]) -> None:
        """Send events, in order. Does nothing once the stream is closed."""
        if self._closed:
            return
        if self._relay is not None:
            self._relay.relay(events)
        else:
            self.deliver([(event, event.hop) for event in events])

    def close(self, error: Exception | None = None) -> None:
        """End the stream; what was sent before can still be read. May be called by either end, also twice.

        An error, and a client that consumes, end it at once: what the wire still holds back is lost.
        """
        if self._closed:
            return
        self._closed = True
        self.error = error
        if error is not None or self._consumer is not None or self._relay is None or not self._relay.busy:
            self._end()
        callbacks, self._on_close = self._on_close, []
        for callback in callbacks:
            callback()
        self._wake()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def ended(self) -> bool:
        """Closed, and nothing is on its way any more."""
        return self._ended

    @property
    def limit(self) -> int:
        """How many events may wait before the stream is cut."""
        return self._limit

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback()` when the stream ends; at once if it has."""
        if self._closed:
            callback()
        else:
            self._on_close.append(callback)

    # --- the wire and the client's end -----------------------------------------------------------------------------

    def attach(self, relay: Relay) -> list[Any]:
        """From now on `relay` passes the events on, beginning with those returned (called by the wire)."""
        self._relay = relay
        pushed, self._buffer = [event for event, _ in self._buffer], []
        if pushed:
            self._ended = False
        return pushed

    def finish(self) -> None:
        """The relay has passed everything on: a closed stream ends now (called by the wire)."""
        if self._closed and not self._ended:
            self._end()
            self._wake()

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Hand deliveries to the client (called by the wire)."""
        if self._ended:
            return
        if self._consumer is not None:
            self._consumer(deliveries)
            return
        self._buffer.extend(deliveries)
        if len(self._buffer) > self._limit:
            self.overflow()
        self._wake()

    def overflow(self) -> None:
        """Cut a reader that is too slow."""
        self.close(OverflowError(f"the reader fell {self._limit} events behind"))

    def consume(self, consumer: Callable[[list[Delivery]], None]) -> None:
        """Call `consumer` synchronously for each batch instead of iterating; what is buffered comes first."""
        buffered, self._buffer = self._buffer, []
        self._consumer = consumer
        if buffered:
            consumer(buffered)

    async def finished(self) -> None:
        """Return when the stream has ended; for a client that consumes."""
        while not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    async def receive(self) -> list[Delivery]:
        """Everything delivered since the last call, waiting for at least one; an empty list when the stream ended."""
        while not self._buffer and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        deliveries, self._buffer = self._buffer, []
        return deliveries

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> list[Delivery]:
        deliveries = await self.receive()
        if not deliveries:
            raise StopAsyncIteration
        return deliveries

    def _end(self) -> None:
        """Both ends are let go: a hop may remember the stream for long, and with them a whole connection."""
        self._ended = True
        self._consumer = self._relay = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
