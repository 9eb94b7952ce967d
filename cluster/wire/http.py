"""A connection to an API server in another process, over HTTPS: the same shape as one in this process.

The peer records the hops; here nothing is recorded, so a note to oneself is not sent. aiohttp is imported on first
use: only tools and components outside the server's process need it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery.watch_event import WatchEvent
from cluster.wire.message import ConnectionLost, Payload, Request, Response
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

    async def send(self, request: Request) -> Response:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls if self._tls is not None else False),
                timeout=aiohttp.ClientTimeout(total=None),
                read_bufsize=LONGEST_LINE_BYTES,
            )
        headers = dict(request.headers)
        if request.body:
            headers.setdefault("content-type", "application/json")
        try:
            answer = await self._session.request(
                request.verb,
                self.server + request.path,
                params=request.query,
                headers=headers,
                data=request.body.raw if request.body else None,
            )
            if answer.status == 200 and _is_endless(request):
                return Response(200, headers=_headers_of(answer), stream=self._follow(answer, _decoder(request)))
            return Response(answer.status, Payload(raw=await answer.read()), _headers_of(answer))
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(str(error)) from error

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
