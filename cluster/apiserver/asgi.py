"""The HTTPS door: `/clusters/<slug>/…` on its way to that cluster's API server, and the answer's way back.

A lean ASGI handler in front of the DRF view: no thread, no signals, no middleware for a request (measured: a third of
the CPU). A watch goes out as chunked JSON lines, several events of a commit in one send; a large list in pieces.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import ssl
import types
from collections.abc import Callable, Generator, Iterator
from typing import Any

from cluster.apimachinery import status
from cluster.apiserver import compression, conversation, feed, spdy_socket
from cluster.apiserver.answer import ListPayload
from cluster.apiserver.pipeline import refusal
from cluster.apiserver.views import KubernetesView, request_of
from cluster.wire.conversation import Conversation
from cluster.wire.message import Response
from cluster.wire.stream import Stream
from cluster.wire.transport import Wire

PREFIX = "/clusters/"
BODY_LIMIT_BYTES = 3 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
ITEMS_AT_ONCE = 64


class KubernetesApp:
    """ASGI application; `resolve(slug)` finds the wire of a running cluster."""

    def __init__(self, resolve: Callable[[str], Wire | None]) -> None:
        self.resolve = resolve
        self.view = KubernetesView()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._converse(scope, receive, send)
            return
        if scope["type"] == "spdy":
            await self._converse_by_spdy(scope, receive, send)
            return
        slug, _, rest = scope["path"].removeprefix(PREFIX).partition("/")
        body = await _body(receive)
        wire, gzip = self.resolve(slug), False
        if wire is None:
            response = refusal(status.failure(404, "NotFound", f'cluster "{slug}" not found'), "parse")
        elif body is None:
            response = refusal(status.too_large(f"limit is {BODY_LIMIT_BYTES}"), "parse")
        else:
            request = request_of(scope, f"/{rest}", body, _certificate(scope))
            response = await self.view.answer(wire, request)
            response = response.refused() if isinstance(response, Conversation) else response
            gzip = "accept-encoding" in request.headers and compression.is_wanted(request.headers, response)
        if response.stream is not None:
            await _send_stream(response, response.stream, receive, send, feed.push_of(scope))
        else:
            await self._send(response, scope["method"], send, gzip=gzip)

    async def _converse(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """A WebSocket: exec and its like."""
        await receive()
        slug, _, rest = scope["path"].removeprefix(PREFIX).partition("/")
        wire = self.resolve(slug)
        if wire is None:
            response = refusal(status.failure(404, "NotFound", f'cluster "{slug}" not found'), "parse")
        else:
            response = await self.view.answer(wire, request_of(scope, f"/{rest}", b"", _certificate(scope)))
        await conversation.hold(response, list(scope.get("subprotocols") or ()), receive, send)

    async def _converse_by_spdy(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """A request to change to SPDY; a refusal is answered as any other is."""
        slug, _, rest = scope["path"].removeprefix(PREFIX).partition("/")
        wire = self.resolve(slug)
        if wire is None:
            response = refusal(status.failure(404, "NotFound", f'cluster "{slug}" not found'), "parse")
        else:
            request = request_of(scope, f"/{rest}", b"", _certificate(scope))
            response = await self.view.answer(wire, request)
            if await spdy_socket.hold(response, scope, request.query, receive, send):
                return
            response = response.refused() if isinstance(response, Conversation) else response
        await self._send(response, scope["method"], send, gzip=False)

    async def _send(self, response: Response, method: str, send: Any, *, gzip: bool) -> None:
        if isinstance(response.body, ListPayload) and len(response.body.items) > ITEMS_AT_ONCE and method != "HEAD":
            await _send_list(response, response.body.pieces(ITEMS_AT_ONCE), send, gzip=gzip)
            return
        content = b"" if method == "HEAD" or response.status == 304 else self.view.rendered(response)
        if gzip and len(content) > compression.SMALLEST_BYTES:
            await _send_list(response, iter([content]), send, gzip=True)
            return
        await send(
            {"type": "http.response.start", "status": response.status, "headers": _headers(response, len(content))}
        )
        view = memoryview(content)
        for at in range(0, len(view), CHUNK_BYTES) if len(view) > CHUNK_BYTES else ():
            await send({"type": "http.response.body", "body": bytes(view[at : at + CHUNK_BYTES]), "more_body": True})
        await send(
            {"type": "http.response.body", "body": content if len(view) <= CHUNK_BYTES else b"", "more_body": False}
        )


async def _body(receive: Any) -> bytes | None:
    """The whole body, or None when it is over the limit."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        size += len(message.get("body", b""))
        if size > BODY_LIMIT_BYTES:
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _certificate(scope: dict[str, Any]) -> bytes | None:
    chain = ((scope.get("extensions") or {}).get("tls") or {}).get("client_cert_chain")
    return _der(chain[0]) if chain else None


@functools.lru_cache(maxsize=256)
def _der(pem: str) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem)


def _headers(response: Response, length: int | None) -> list[tuple[bytes, bytes]]:
    found = []
    for name, value in response.headers.items():
        for line in value.split("\n"):
            found.append((name.encode(), line.encode("latin-1", "replace")))
    if length is not None:
        found.append((b"content-length", str(length).encode()))
    return found


async def _send_list(response: Response, pieces: Iterator[bytes], send: Any, *, gzip: bool) -> None:
    """Send a long list piece by piece, each made when the one before is out, and with everybody's turn in between."""
    first, large = compression.begun(pieces) if gzip else ([], False)
    headers = _headers(response, None)
    if large:
        headers += [(name.encode(), value.encode()) for name, value in compression.HEADERS.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if large:
        async for part in compression.compressed(itertools.chain(first, pieces)):
            await send({"type": "http.response.body", "body": part, "more_body": True})
    else:
        for piece in itertools.chain(first, pieces):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await _turn()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@types.coroutine
def _turn() -> Generator[None]:
    """One turn of the event loop for all others."""
    yield


async def _send_stream(response: Response, stream: Stream, receive: Any, send: Any, push: feed.Push | None) -> None:
    """Send events until either side ends."""
    await send({"type": "http.response.start", "status": response.status, "headers": _headers(response, None)})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    gone = asyncio.ensure_future(_gone(receive))
    gone.add_done_callback(lambda _: stream.close())
    try:
        await feed.send_all(stream, send, push)
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        stream.close()


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
