"""The exchange of one cluster: who serves at which id, and the road of every message.

A request: record the hop → let `control` admit it → find the server (or wait for it, as patient as the sender is) →
run its handler with `current_hop` set → record the answer as a hop → hand it back. The events of an answered stream
are relayed here one by one, each a hop whose cause is the hop that wrote the revision.

`Connection` is what a component holds; `cluster.wire.http` has the same shape for a peer in another process.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from cluster.clock import Clock
from cluster.wire.control import Control, Dropped, Severed
from cluster.wire.conversation import Conversation, Talk, talk
from cluster.wire.held import edited_event
from cluster.wire.hop import (
    DELIVERED,
    DROPPED,
    FAILED,
    NOTE,
    UNREACHABLE,
    WAITING,
    WATCH,
    Hop,
    current_hop,
)
from cluster.wire.inspection import Inspections
from cluster.wire.instrument import FINISHED, SENT, Instruments
from cluster.wire.message import ConnectionLost, Payload, Request, Response, Unreachable
from cluster.wire.ring import PAYLOAD_WINDOW, RING_SIZE, Ring
from cluster.wire.stream import Delivery, Stream

LARGE_BYTES = 65_536
"""Bodies over this count towards the ring's bound of large ones."""

Handler = Callable[[Request], Awaitable[Response]]

logger = logging.getLogger(__name__)


class Connection(Protocol):
    """One component's line to one peer."""

    async def send(self, request: Request) -> Response:
        """The peer's answer; ConnectionLost when it did not arrive."""

    async def converse(self, request: Request, protocols: tuple[str, ...]) -> Talk | Response:
        """The conversation that the peer agrees to, in one of `protocols`, or its refusal; ConnectionLost as `send`."""

    async def note(self, name: str, path: str, body: Any) -> None:
        """Tell the wire, as a hop from the component to itself, what it just did."""


class Wire:
    """The transport of one cluster."""

    def __init__(
        self,
        cluster: str,
        clock: Clock,
        *,
        pace_clock: Clock | None = None,
        ring_size: int = RING_SIZE,
        payload_window: int = PAYLOAD_WINDOW,
    ) -> None:
        self.cluster = cluster
        self.clock = clock
        self.ring = Ring(ring_size, payload_window)
        self.instruments = Instruments()
        self.inspections = Inspections()
        self.control = Control(
            pace_clock or clock, lambda hop: self.instruments.tell(hop, SENT), self.ring.get, self.call
        )
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        self.last_id = 0
        self.waiting: dict[str, dict[int, Hop]] = defaultdict(dict)
        self._servers: dict[str, Handler] = {}
        self._arrivals: dict[str, list[asyncio.Future[None]]] = defaultdict(list)
        self._streams: dict[str, set[Stream]] = defaultdict(set)

    # --- serving ---------------------------------------------------------------------------------------------------

    def serve(self, component_id: str, handler: Handler) -> None:
        """Answer requests to `component_id` with `handler`; senders that wait for it go on."""
        self._servers[component_id] = handler
        for arrival in self._arrivals.pop(component_id, ()):
            if not arrival.done():
                arrival.set_result(None)

    def withdraw(self, component_id: str) -> None:
        """Stop answering for `component_id`; its open streams end with ConnectionLost."""
        self._servers.pop(component_id, None)
        for stream in list(self._streams.pop(component_id, ())):
            stream.close(Unreachable(component_id))

    def serves(self, component_id: str) -> bool:
        return component_id in self._servers

    def connect(self, source: str, target: str) -> Connection:
        return _Line(self, source, target)

    # --- sending ---------------------------------------------------------------------------------------------------

    async def call(self, source: str, target: str, request: Request) -> Response:
        """Send a request and wait for its answer. Raises ConnectionLost (Unreachable, Dropped)."""
        hop = self.record(source, target, request.verb, request.path, current_hop.get())
        hop.ask(request)
        request.source = source
        request.hop = hop.id
        if self.instruments.sent:
            self.instruments.tell(hop, SENT)
        try:
            if self.control.active:
                await self.control.admit(hop)
            handler = self._servers.get(target) or await self._await_server(hop, request.patience_seconds)
            token = current_hop.set(hop.id)
            try:
                response = await handler(request)
            finally:
                current_hop.reset(token)
        except BaseException as error:
            self._finish(hop, _outcome_of(error))
            raise
        try:
            await self._answer(hop, response)
        except BaseException as error:
            if response.stream is not None:
                response.stream.close()
            self._finish(hop, _outcome_of(error))
            raise
        if response.stream is not None:
            self._attach(hop, response.stream)
        return response

    async def note(self, source: str, name: str, path: str, body: Any) -> None:
        """A message of a component to itself: what it just took up or decided, for all to see."""
        hop = self.record(source, source, NOTE, path, current_hop.get())
        hop.detail = name
        hop.request = body if isinstance(body, Payload) else Payload(object=body)
        if self.instruments.sent:
            self.instruments.tell(hop, SENT)
        try:
            if self.control.active:
                await self.control.admit(hop)
        except Dropped:
            self._finish(hop, DROPPED)
            return
        current_hop.set(hop.id)
        self._finish(hop, DELIVERED)

    def record(self, source: str, target: str, verb: str, path: str, cause: int) -> Hop:
        self.last_id += 1
        hop = Hop(self.cluster, self.last_id, self.clock.now(), source, target, verb, path)
        hop.cause = cause
        self.counts[source, target] += 1
        self.ring.append(hop)
        return hop

    # --- the road's parts ------------------------------------------------------------------------------------------

    async def _answer(self, hop: Hop, response: Response) -> None:
        outcome = str(response.status)
        answer = self.record(hop.target, hop.source, hop.verb, hop.path, hop.id)
        answer.answer(hop, response)
        if self.instruments.sent:
            self.instruments.tell(answer, SENT)
        if self.control.active:
            try:
                await self.control.admit(answer)
            except Dropped:
                self._finish(answer, DROPPED)
                raise
        self._finish(answer, outcome)
        self._finish(hop, outcome)
        held_bytes = hop.request.held_bytes + response.body.held_bytes
        if held_bytes > LARGE_BYTES:
            self.ring.weigh((hop, answer), held_bytes)

    def _finish(self, hop: Hop, outcome: str) -> None:
        hop.outcome = outcome
        if not hop.answers:
            hop.latency_seconds = self.clock.now() - hop.time
        if self.instruments.finished:
            self.instruments.tell(hop, FINISHED)

    async def _await_server(self, hop: Hop, patience_seconds: float) -> Handler:
        target = hop.target
        if patience_seconds <= 0:
            raise Unreachable(target)
        deadline = self.clock.now() + patience_seconds
        hop.outcome = WAITING
        self.waiting[target][hop.id] = hop
        if self.instruments.sent:
            self.instruments.tell(hop, SENT)
        try:
            while (handler := self._servers.get(target)) is None:
                arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._arrivals[target].append(arrival)
                try:
                    await self.clock.wait_for(arrival, deadline - self.clock.now())
                except TimeoutError:
                    raise Unreachable(target) from None
                finally:
                    if not arrival.done() or arrival.cancelled():
                        self._arrivals[target].remove(arrival)
            return handler
        finally:
            del self.waiting[target][hop.id]

    def _attach(self, hop: Hop, stream: Stream) -> None:
        if hop.target not in self._servers:
            stream.close(Unreachable(hop.target))
        streams = self._streams[hop.target]
        streams.add(stream)
        stream.on_close(lambda: streams.discard(stream))
        _Relay(self, hop, stream)


class _Line:
    """A connection in this process."""

    __slots__ = ("source", "target", "wire")

    def __init__(self, wire: Wire, source: str, target: str) -> None:
        self.wire = wire
        self.source = source
        self.target = target

    async def send(self, request: Request) -> Response:
        return await self.wire.call(self.source, self.target, request)

    async def converse(self, request: Request, protocols: tuple[str, ...]) -> Talk | Response:
        response = await self.wire.call(self.source, self.target, request)
        if not isinstance(response, Conversation):
            return response
        return talk(response, protocols, request.hop) or response.refused()

    async def note(self, name: str, path: str, body: Any) -> None:
        await self.wire.note(self.source, name, path, body)


class _Relay:
    """Passes one stream's events on, each as a hop; keeps their order when control makes one wait."""

    __slots__ = ("_backlog", "_task", "cause", "path", "source", "stream", "target", "wire")

    def __init__(self, wire: Wire, hop: Hop, stream: Stream) -> None:
        self.wire = wire
        self.source = hop.target
        self.target = hop.source
        self.path = hop.path
        self.cause = hop.id
        self.stream = stream
        self._backlog: deque[Any] = deque()
        self._task: asyncio.Task[None] | None = None
        pushed = stream.attach(self)
        if pushed:
            self.relay(pushed)
        if not self.busy:
            stream.finish()
        stream.on_close(self._let_go)

    @property
    def busy(self) -> bool:
        return self._task is not None

    def relay(self, events: Sequence[Any]) -> None:
        if self._task is not None or self.wire.control.active:
            self._backlog.extend(events)
            if len(self._backlog) > self.stream.limit:
                self.stream.overflow()
            elif self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._relay_slowly())
            return
        deliveries: list[Delivery] = []
        for event in events:
            hop = self._record(event)
            self._finish(hop)
            deliveries.append((event, hop.id))
        self.stream.deliver(deliveries)

    async def _relay_slowly(self) -> None:
        try:
            while self._backlog and not self.stream.ended:
                await self._pass_on(self._backlog.popleft())
        except Exception as error:
            logger.exception("a reader of %s failed and was cut", self.path)
            self.stream.close(error)
        finally:
            self._task = None
            self.stream.finish()

    async def _pass_on(self, event: Any) -> None:
        hop = self._record(event)
        if self.wire.instruments.sent:
            self.wire.instruments.tell(hop, SENT)
        twice = False
        try:
            if self.wire.control.active:
                twice = await self.wire.control.admit(hop)
        except (Dropped, asyncio.CancelledError) as error:
            self.wire._finish(hop, DROPPED)
            if isinstance(error, Severed):
                self.stream.close(error)
            if isinstance(error, Dropped):
                return
            raise
        self._finish(hop)
        if hop.touched:
            event = edited_event(event, hop)
        self.stream.deliver([(event, hop.id)])
        if twice:
            again = self._record(event)
            again.touched = hop.touched
            self._finish(again)
            self.stream.deliver([(event, again.id)])

    def _let_go(self) -> None:
        """The stream is closed: when nobody reads what waits any more, stop waiting."""
        if self._task is not None and self.stream.ended:
            self._task.cancel()

    def _record(self, event: Any) -> Hop:
        path = getattr(event, "path", self.path)
        hop = self.wire.record(self.source, self.target, WATCH, path, event.hop or self.cause)
        hop.revision = event.revision
        hop.detail = getattr(event, "type", "")
        payload = getattr(event, "payload", None)
        if payload is not None:
            hop.request = payload
        return hop

    def _finish(self, hop: Hop) -> None:
        hop.outcome = DELIVERED
        if self.wire.instruments.finished:
            self.wire.instruments.tell(hop, FINISHED)


def _outcome_of(error: BaseException) -> str:
    if isinstance(error, Dropped):
        return DROPPED
    if isinstance(error, ConnectionLost):
        return UNREACHABLE
    return FAILED
