"""A connection to an API server in another process, over HTTPS: the same shape as one in this process.

The peer records the hops; here nothing is recorded, so a note to oneself is not sent. aiohttp is imported on first
use: only tools and components outside the server's process need it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery.watch_event import WatchEvent
from cluster.wire.conversation import Talk
from cluster.wire.message import REPEATED, ConnectionLost, Payload, Request, Response
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    import aiohttp

LONGEST_LINE_BYTES = 4 * 1024 * 1024


class Chunk:
    """A piece of a followed log."""

    __slots__ = ("hop", "payload", "revision")

    def __init__(self, data: bytes) -> None:
        self.payload = Payload(raw=data)
        self.revision = 0
        self.hop = 0


class HttpConnection:
    """A line to `server` ("https://127.0.0.1:6443/clusters/demo"), with TLS as `tls` says."""

    def __init__(self, server: str, tls: ssl.SSLContext | None) -> None:
        self.server = server.rstrip("/")
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._followers: set[asyncio.Task[None]] = set()

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls if self._tls is not None else False),
                timeout=aiohttp.ClientTimeout(total=None),
                read_bufsize=LONGEST_LINE_BYTES,
            )
        return self._session

    async def send(self, request: Request) -> Response:
        import aiohttp

        session = self._opened()
        headers = dict(request.headers)
        if request.body:
            headers.setdefault("content-type", "application/json")
        try:
            answer = await session.request(
                request.verb,
                self.server + request.path,
                params=_parameters(request),
                headers=headers,
                data=request.body.raw if request.body else None,
            )
            if answer.status == 200 and _is_endless(request):
                return Response(200, headers=_headers_of(answer), stream=self._follow(answer, _decoder(request)))
            return Response(answer.status, Payload(raw=await answer.read()), _headers_of(answer))
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(str(error)) from error

    async def converse(self, request: Request, protocols: tuple[str, ...]) -> Talk | Response:
        """A refusal is not readable in a WebSocket's handshake: it is asked for again, as upstream falls back to SPDY."""
        import aiohttp

        try:
            socket = await self._opened().ws_connect(
                self.server + request.path,
                params=_parameters(request),
                headers=request.headers,
                protocols=protocols,
                max_msg_size=0,
            )
        except aiohttp.WSServerHandshakeError:
            return await self.send(request)
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(str(error)) from error
        return _Talk(socket)

    async def note(self, name: str, path: str, body: Any) -> None:
        """The wire is in the other process; what this one does to itself stays untold."""

    async def close(self) -> None:
        for follower in list(self._followers):
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _follow(self, answer: aiohttp.ClientResponse, decode: Callable[[bytes], Any]) -> Stream:
        stream = Stream(on_close=lambda: _hang_up(answer))
        task = asyncio.get_running_loop().create_task(_pump(answer, stream, decode))
        self._followers.add(task)
        task.add_done_callback(self._followers.discard)
        return stream


class _Talk:
    """A conversation over a WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        connection = socket._response.connection  # forgotten once it is closed, but TLS would wait for a farewell
        self._transport = connection.transport if connection is not None else None

    async def send(self, message: bytes) -> None:
        if not self._socket.closed:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_bytes(message)

    async def messages(self) -> AsyncIterator[bytes]:
        async for message in self._socket:
            yield message.data.encode() if isinstance(message.data, str) else message.data
        if error := self._socket.exception():
            raise ConnectionLost(str(error)) from error

    async def close(self) -> None:
        await self._socket.close()
        if self._transport is not None:
            self._transport.abort()


def _parameters(request: Request) -> list[tuple[str, str]]:
    """The query, a parameter that is a list once for each of its values."""
    return [(name, part) for name, value in request.query.items() for part in value.split(REPEATED)]


def _hang_up(answer: aiohttp.ClientResponse) -> None:
    """Cut the line at once: TLS would wait for the peer's farewell, and the event loop may end before it comes."""
    connection = answer.connection
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
    answer.close()


async def _pump(answer: aiohttp.ClientResponse, stream: Stream, decode: Callable[[bytes], Any]) -> None:
    try:
        while line := await answer.content.readline():
            stream.push([decode(line)])
        stream.close()
    except Exception as error:
        stream.close(ConnectionLost(str(error)))


def _is_endless(request: Request) -> bool:
    return request.query.get("watch") in ("true", "1") or request.query.get("follow") in ("true", "1")


def _decoder(request: Request) -> Callable[[bytes], Any]:
    return _watch_event if request.query.get("watch") in ("true", "1") else Chunk


def _watch_event(line: bytes) -> WatchEvent:
    event = orjson.loads(line)
    obj = event["object"]
    version = (obj.get("metadata") or {}).get("resourceVersion") or "0"
    return WatchEvent(event["type"], Payload(object=obj), int(version) if version.isdigit() else 0)


def _headers_of(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}
