"""A connection whose client asked for SPDY/3.1: taken over from daphne once its request is read, then bytes both ways.

The application sees a scope of type "spdy": it accepts (the answer is then 101 and the line is its own) or answers as to
any request.
Models: apimachinery/pkg/util/httpstream/spdy/upgrade.go v1.37
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from twisted.internet.protocol import Protocol, connectionDone
from twisted.web.http import RESPONSES

from cluster.wire.message import ConnectionLost

NAME = b"spdy/3.1"
MOST_WAITING_BYTES = 1 << 20

logger = logging.getLogger(__name__)


class SpdyLine(Protocol):
    """One connection; the bytes that wait for the application are bounded by stopping to read."""

    def __init__(self, application: Any, scope: dict[str, Any]) -> None:
        self._application = application
        self._scope = scope
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting = 0
        self._start: dict[str, Any] | None = None
        self._gone = False
        self._task: asyncio.Task[None] | None = None

    def connectionMade(self) -> None:
        self._task = asyncio.ensure_future(self._application(self._scope, self._receive, self._send))
        self._task.add_done_callback(self._done)

    def dataReceived(self, data: bytes) -> None:
        self._waiting += len(data)
        if self._waiting > MOST_WAITING_BYTES:
            self.transport.pauseProducing()
        self._said.put_nowait({"type": "spdy.receive", "bytes": data})

    def connectionLost(self, reason: Any = connectionDone) -> None:
        self._gone = True
        self._said.put_nowait({"type": "spdy.disconnect"})

    async def _receive(self) -> dict[str, Any]:
        event = await self._said.get()
        if event["type"] == "spdy.receive":
            if self._waiting > MOST_WAITING_BYTES >= self._waiting - len(event["bytes"]) and not self._gone:
                self.transport.resumeProducing()
            self._waiting -= len(event["bytes"])
        else:
            self._said.put_nowait(event)  # for whoever asks again
        return event

    async def _send(self, message: dict[str, Any]) -> None:
        if self._gone:
            return
        kind = message["type"]
        if kind == "spdy.accept":
            lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: SPDY/3.1"]
            lines += [f"X-Stream-Protocol-Version: {message['protocol']}", "", ""]
            self.transport.write("\r\n".join(lines).encode())
        elif kind == "spdy.send":
            self.transport.write(message["bytes"])
        elif kind == "spdy.close":
            self.transport.loseConnection()
        elif kind == "http.response.start":
            self._start = message
        elif kind == "http.response.body":
            self.transport.write(self._beginning() + message.get("body", b""))
            if not message.get("more_body"):
                self.transport.loseConnection()

    def _beginning(self) -> bytes:
        start, self._start = self._start, None
        if start is None:
            return b""
        lines = [b"HTTP/1.1 %d %b" % (start["status"], RESPONSES.get(start["status"], b""))]
        lines += [b"%b: %b" % (name, value.replace(b"\n", b" ")) for name, value in start["headers"]]
        return b"\r\n".join([*lines, b"connection: close", b"", b""])

    def _done(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ConnectionLost):
            logger.error("the application failed", exc_info=error)
        if not self._gone:
            self.transport.abortConnection() if error is not None else self.transport.loseConnection()
