"""Daphne, with what the Kubernetes API needs of it.

- both ports are sockets that were bound before anything else, so a taken port is one clear line;
- the HTTPS port asks for a client certificate (`tls`) and hands it to the application (ASGI's TLS extension); whether it
  is to be trusted is each cluster's own decision (`cluster.apiserver.authn`);
- the Kubernetes API's own requests take a shorter road from there (`http_line`), everything else is daphne's;
- a finished request is reaped at once, not once a second in one go (measured: 13 ms pauses at 600 requests a second);
- what HTTP itself refuses is answered with a Status, and a body over the limit is refused before it is read;
- an application that ends with ConnectionLost has its connection closed without an answer (a stopped API server).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from daphne import http_protocol
from daphne import server as daphne_server
from twisted.internet import defer, reactor
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web import http

from cluster.apimachinery import status
from cluster.wire.message import ConnectionLost, Payload
from kubelearn import http_line, spdy_line, tls

BODY_LIMIT_BYTES = 3 * 1024 * 1024
SWITCH_SECONDS = 0.0005
"""How long a thread that commits or records keeps the interpreter when the event loop wants it; Python's own 5 ms are
the tail of every latency (p99 of a write's way to its watcher: a third less)."""

logger = logging.getLogger(__name__)


class ServerError(Exception):
    """The server cannot start; the message is one line for a person."""


def listening_socket(address: str) -> socket.socket:
    """A bound, listening socket for "host:port". Raises ServerError when it can't be had."""
    host, _, port = address.rpartition(":")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), int(port)))
        listener.listen(1024)
        listener.setblocking(False)
    except (OSError, ValueError, OverflowError) as error:
        raise ServerError(f"cannot listen on {address}: {getattr(error, 'strerror', None) or error}") from error
    return listener


class WebRequest(http_protocol.WebRequest):
    """One HTTP request; what the HTTP layer itself refuses is a Status object."""

    def gotLength(self, length: int | None) -> None:
        self._too_long = length is not None and length > BODY_LIMIT_BYTES
        super().gotLength(0 if self._too_long else length)

    def handleContentChunk(self, data: bytes) -> None:
        if self._too_long or self.content.tell() + len(data) > BODY_LIMIT_BYTES:
            self._too_long = True
            return
        super().handleContentChunk(data)

    def process(self) -> Any:
        if self._too_long:
            self.basic_error(413, b"Request Entity Too Large", f"limit is {BODY_LIMIT_BYTES}")
            return None
        if (self.getHeader(b"upgrade") or b"").lower() == spdy_line.NAME and self.isSecure():
            self._change_to_spdy()
            return None
        return super().process()

    def _change_to_spdy(self) -> None:
        """The connection is no longer HTTP's; nothing was sent on it yet."""
        path, _, query = self.uri.partition(b"?")
        headers = [(name.lower(), value) for name, values in self.requestHeaders.getAllRawHeaders() for value in values]
        certificates = _peer_certificates(self.channel)
        scope = {
            "type": "spdy",
            "scheme": "https",
            "method": self.method.decode("ascii"),
            "path": unquote(path.decode("latin-1")),
            "query_string": query,
            "headers": headers,
            "extensions": {"tls": {"client_cert_chain": certificates}},
        }
        line = spdy_line.SpdyLine(self.server.application, scope)
        transport, self.transport = self.transport, None
        transport.wrappedProtocol = line
        self.server.protocol_disconnected(self)
        self.channel._networkProducer.resumeProducing()
        line.makeConnection(transport)

    def basic_error(self, code: int, status_text: bytes, body: str) -> None:
        content = refusal(code, body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        self.handle_reply({"type": "http.response.start", "status": code, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": content})


class HTTPChannel(http.HTTPChannel):
    """One connection; a request that is no HTTP gets a Status too."""

    def _respondToBadRequestAndDisconnect(self) -> None:
        content = refusal(400, "malformed HTTP request")
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        self.transport.write(head.encode() + content)
        self.loseConnection()


class HTTPFactory(http_protocol.HTTPFactory):
    """Makes connections whose requests are ours."""

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = WebRequest
        protocol._channel.__class__ = HTTPChannel
        return protocol


class Server(daphne_server.Server):
    """Daphne's server on sockets that are already open; without a plain one it serves HTTPS alone."""

    def __init__(
        self, application: Any, plain: socket.socket | None, secure: socket.socket, context: tls.TlsContext
    ) -> None:
        super().__init__(
            application,
            endpoints=[f"fd:fileno={plain.fileno()}" if plain is not None else "none"],
            http_timeout=None,
            request_buffer_size=BODY_LIMIT_BYTES,
            server_name="",
            verbosity=1,
        )
        self._secure = secure
        self._plain = plain
        if plain is None:
            self.endpoints = []
        self._context = context
        self._lines = http_line.LineFactory(application, lambda: self.http_factory, refusal, BODY_LIMIT_BYTES)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope.get("scheme") == "https":
            scope["extensions"] = {"tls": {"client_cert_chain": _peer_certificates(protocol.channel)}}
        elif scope["type"] == "websocket" and isinstance(protocol.transport, tls.TlsTransport):
            scope |= {"scheme": "wss", "extensions": {"tls": {"client_cert_chain": _peer_certificates(protocol)}}}
        queue = super().create_application(protocol, scope)
        instance = self.connections.get(protocol, {}).get("application_instance")
        if instance is not None:
            instance.add_done_callback(partial(self._reap, protocol))
        return queue

    def kill_all_applications(self) -> Any:
        pending = [details.get("application_instance") for details in self.connections.values()]
        running = [instance for instance in pending if instance is not None and not instance.done()]
        running += self._lines.running
        for instance in running:
            instance.cancel()
        waits = [defer.Deferred.fromFuture(instance) for instance in running]
        return defer.DeferredList(waits, consumeErrors=True)

    def listen_tls(self) -> None:
        """Take what comes to the HTTPS port; until then connections wait, none is told that its cluster is not there."""
        factory = TLSMemoryBIOFactory(self._context, False, self._lines)
        factory.protocol = tls.TlsTransport
        port = reactor.adoptStreamPort(self._secure.fileno(), self._secure.family, factory)
        port.transport = tls.PromptSocket

    def _reap(self, protocol: Any, instance: Any) -> None:
        details = self.connections.get(protocol)
        if details is None or details.get("application_instance") is not instance:
            return
        del details["application_instance"]
        gone = "disconnected" in details
        error = None if instance.cancelled() else instance.exception()
        if isinstance(error, ConnectionLost):
            _hang_up(protocol)
        elif error is not None:
            logger.error("the application failed", exc_info=error)
            if not gone:
                protocol.handle_exception(error)
        if gone:
            self.connections.pop(protocol, None)


def serve(server: Server, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]) -> None:
    """Run until SIGINT or SIGTERM; `start` and `stop` run on the server's event loop. A failed `start` ends it."""
    failures: list[BaseException] = []
    starting: list[asyncio.Future[None]] = []

    def begin() -> None:
        task = asyncio.ensure_future(start())
        task.add_done_callback(started)
        starting.append(task)

    def started(task: asyncio.Future[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            failures.append(error)
            reactor.stop()

    async def end() -> None:
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)
        await stop()

    sys.setswitchinterval(SWITCH_SECONDS)
    reactor.callWhenRunning(begin)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: defer.Deferred.fromFuture(asyncio.ensure_future(end())))
    run_daphne(server)
    if failures:
        raise failures[0]


def run_daphne(server: Server) -> None:
    """Serve until the reactor is stopped."""
    daphne_server.HTTPFactory = HTTPFactory
    server.run()


def refusal(code: int, message: str) -> bytes:
    reasons = {400: "BadRequest", 413: "RequestEntityTooLarge"}
    return Payload(object=status.failure(code, reasons.get(code, "InternalError"), message).status).raw


def _peer_certificates(channel: Any) -> list[str]:
    """Read once a connection."""
    if not hasattr(channel, "peer_certificates"):
        channel.peer_certificates = tls.peer_certificates(channel.transport)
    return list(channel.peer_certificates)


def _hang_up(protocol: Any) -> None:
    if protocol.channel is not None:
        protocol.channel.transport.abortConnection()
