"""One TLS connection of a Kubernetes client: requests in, answers out, as ASGI.

What a client of the API sends is plain HTTP/1.1 on a connection that stays open; read and written here a request costs a
fifth of what daphne's and Twisted's general road takes (bench/NOTES.md). The first request that is anything else (a
page, a WebSocket, a chunked or malformed request) hands the whole connection over to daphne, with what was read.

A reader that is slow makes the application wait (`send` returns when there is room again), so nothing piles up here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.web.http import RESPONSES, datetimeToString

from cluster.apiserver import feed
from cluster.wire.message import ConnectionLost
from kubelearn import http_head, tls
from kubelearn.http_head import Head, Unusual

PREFIX = b"/clusters/"
NO_BODY = (204, 304)

logger = logging.getLogger(__name__)


class LineFactory(Factory):
    """Makes the lines of one port. `others` is daphne's factory; `refusal(code, message)` makes a Status as bytes."""

    noisy = False

    def __init__(
        self, application: Any, others: Callable[[], Any], refusal: Callable[[int, str], bytes], body_limit: int
    ) -> None:
        self.application = application
        self.others = others
        self.refusal = refusal
        self.body_limit = body_limit
        self.running: set[asyncio.Task[None]] = set()

    def buildProtocol(self, addr: Any) -> Line:
        return Line(self, addr)


class Line(Protocol):
    """One connection; at most one exchange at a time."""

    def __init__(self, factory: LineFactory, address: Any) -> None:
        self.factory: LineFactory = factory
        self.address = address
        self.certificates: list[str] | None = None
        self._reader = http_head.Reader()
        self._buffer = bytearray()
        self._head: Head | None = None
        self._exchange: Exchange | None = None
        self._other: Any = None
        self._room: asyncio.Future[None] | None = None
        self.gone = False

    # --- Twisted's end ---------------------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        self.transport.registerProducer(self, True)

    def dataReceived(self, data: bytes) -> None:
        if self._other is not None:
            self._other.dataReceived(data)
            return
        self._buffer += data
        if self._exchange is None:
            self._go_on()
        elif len(self._buffer) > self.factory.body_limit:
            self.hang_up()

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self.gone = True
        self.resumeProducing()
        if self._other is not None:
            self._other.connectionLost(reason)
        elif self._exchange is not None:
            self._exchange.disconnected()

    def pauseProducing(self) -> None:
        if self._room is None:
            self._room = asyncio.get_running_loop().create_future()

    def resumeProducing(self) -> None:
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    def stopProducing(self) -> None:
        self.resumeProducing()

    # --- the exchange's end ----------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        if not self.gone:
            self.transport.write_now(data)

    @property
    def has_room(self) -> bool:
        return self._room is None

    async def room(self) -> None:
        """Return when more can be written."""
        if self._room is not None:
            await self._room

    def hang_up(self) -> None:
        """Close without an answer."""
        if not self.gone:
            self.gone = True
            self.transport.abortConnection()

    def ended(self, keeps_alive: bool) -> None:
        """The exchange is over."""
        self._exchange = None
        if self.gone:
            return
        if keeps_alive:
            self._go_on()
        else:
            self.transport.unregisterProducer()
            self.transport.loseConnection()

    # --- requests --------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Take the next request if it is there whole."""
        head = self._head
        try:
            if head is None:
                if not self._buffer or (head := self._read_head()) is None:
                    return
                self._head = head
        except Unusual:
            self._hand_over()
            return
        if len(self._buffer) < head.length:
            return
        body = bytes(self._buffer[: head.length])
        del self._buffer[: head.length]
        self._head = None
        self._exchange = Exchange(self, head, body)
        self._exchange.start(self._scope(head))

    def _read_head(self) -> Head | None:
        end = self._buffer.find(http_head.END)
        if end < 0:
            if len(self._buffer) > http_head.LONGEST_HEAD_BYTES or self._buffer[:1] in (b"\r", b"\n"):
                raise Unusual("no head")
            return None
        head = self._reader.read(bytes(self._buffer[:end]))
        if not head.raw_path.startswith(PREFIX) or head.length > self.factory.body_limit:
            raise Unusual("not for the API, or too much")
        del self._buffer[: end + len(http_head.END)]
        return head

    def _hand_over(self) -> None:
        """Daphne takes the connection, with what was read of it."""
        read, self._buffer = bytes(self._buffer), bytearray()
        self.transport.unregisterProducer()
        self._other = self.factory.others().buildProtocol(self.address)
        self.transport.wrappedProtocol = self._other
        self._other.makeConnection(self.transport)
        self._other.dataReceived(read)

    def _scope(self, head: Head) -> dict[str, Any]:
        if self.certificates is None:
            self.certificates = tls.peer_certificates(self.transport)
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": head.method,
            "path": head.path,
            "raw_path": head.raw_path,
            "root_path": "",
            "scheme": "https",
            "query_string": head.query,
            "headers": head.headers,
            "client": [self.address.host, self.address.port],
            "server": None,
            "extensions": {"tls": {"client_cert_chain": self.certificates}},
        }


class Exchange:
    """One request and its answer, as ASGI's receive and send."""

    def __init__(self, line: Line, head: Head, body: bytes) -> None:
        self.line = line
        self.keeps_alive = head.keeps_alive
        self._body: bytes | None = body
        self._bare = head.method == "HEAD"
        self._start: dict[str, Any] | None = None
        self._begun = False
        self._chunked = False
        self._over = False
        self._gone: asyncio.Future[None] | None = None

    def start(self, scope: dict[str, Any]) -> None:
        factory = self.line.factory
        scope["extensions"][feed.PUSH] = self.push
        task = asyncio.ensure_future(factory.application(scope, self.receive, self.send))
        factory.running.add(task)
        task.add_done_callback(self._done)

    async def receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self.line.gone and not self._over:
            self._gone = self._gone or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._gone)
        return {"type": "http.disconnect"}

    def push(self, body: bytes) -> bool:
        """Write a piece of a body that has begun, without waiting; False when the next had better wait."""
        self.line.write(_chunk(body, True) if self._chunked else body)
        return self.line.has_room

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if not self._begun:
            self.line.write(self._beginning(body, more))
        elif self._chunked:
            self.line.write(_chunk(body, more))
        else:
            self.line.write(body)
        self._over = not more
        await self.line.room()

    def disconnected(self) -> None:
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def _beginning(self, body: bytes, more: bool) -> bytes:
        assert self._start is not None
        status, headers = self._start["status"], self._start["headers"]
        self._begun = True
        lines = [b"HTTP/1.1 %d %b\r\ndate: %b\r\n" % (status, RESPONSES.get(status, b""), datetimeToString())]
        lines += [b"%b: %b\r\n" % (name, _one_line(value)) for name, value in headers]
        if not any(name == b"content-length" for name, _ in headers) and status not in NO_BODY:
            if more:
                self._chunked = True
                lines.append(b"transfer-encoding: chunked\r\n")
            else:
                lines.append(b"content-length: %d\r\n" % len(body))
        if not self.keeps_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        if not self._bare:
            lines.append(_chunk(body, more) if self._chunked else body)
        return b"".join(lines)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.line.factory.running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ConnectionLost):
            logger.error("the application failed", exc_info=error)
            if not self._begun:
                self._refuse()
        if self._over:
            self.line.ended(self.keeps_alive)
        else:
            self.line.hang_up()

    def _refuse(self) -> None:
        content = self.line.factory.refusal(500, "the application failed")
        self._start = {"status": 500, "headers": [(b"content-type", b"application/json")]}
        self.line.write(self._beginning(content, False))
        self._over = True


def _chunk(body: bytes, more: bool) -> bytes:
    end = b"" if more else b"0\r\n\r\n"
    return b"%x\r\n%b\r\n%b" % (len(body), body, end) if body else end


def _one_line(value: bytes) -> bytes:
    return value.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in value or b"\r" in value else value
