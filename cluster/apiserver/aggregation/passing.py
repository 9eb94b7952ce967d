"""A request passed on to the server that answers for its version, over TLS, with who asks in headers.

Models: k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go, apiserver/pkg/util/proxy v1.37
Simplified: exec and its like are not passed on.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import WatchEvent
from cluster.apiserver import service_resolver
from cluster.apiserver.aggregation.front_proxy import Identity
from cluster.apiserver.authn.user import User
from cluster.apiserver.call import Call
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer, Reader

PATIENCE_SECONDS = 60
PASSED = ("accept", "content-type", "user-agent", "if-none-match")
ANSWERED = ("content-type", "warning", "etag", "retry-after", "cache-control")
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


class Unreached(Exception):
    """No answer; why."""


async def serve(server: ApiServer, call: Call) -> Response:
    """What the other server answers. ApiError 503."""
    assert call.user is not None
    identity = server.aggregation.identity
    if identity is None:
        raise status.failure(503, "ServiceUnavailable", "service unavailable")
    try:
        return await send(server.reader, call.remote, call.request, call.user, identity, lasts=call.verb == "watch")
    except Unreached as error:
        raise status.failure(503, "ServiceUnavailable", f"error trying to reach service: {error}") from error


async def send(
    reader: Reader, service: Obj, request: Request, user: User, identity: Identity, *, lasts: bool = False
) -> Response:
    """The answer of an APIService's server to a request of a user. Unreached."""
    import aiohttp

    wanted = service["spec"]["service"]
    try:
        host, port = service_resolver.resolve(reader, wanted["namespace"], wanted["name"], int(wanted["port"]))
    except service_resolver.Unresolved as error:
        raise Unreached(str(error)) from error
    timeout = aiohttp.ClientTimeout(total=None if lasts else PATIENCE_SECONDS, sock_connect=PATIENCE_SECONDS)
    session = aiohttp.ClientSession(timeout=timeout, auto_decompress=True)
    try:
        answer = await session.request(
            request.verb,
            f"https://{f'[{host}]' if ':' in host else host}:{port}{quote(request.path)}",
            params=request.query,
            data=request.body.raw or None,
            headers=[*_headers(request), *identity_headers(user)],
            ssl=await asyncio.to_thread(_context, service["spec"], identity),
            server_hostname=f"{wanted['name']}.{wanted['namespace']}.svc",
            allow_redirects=False,
        )
        headers = {name: answer.headers[name] for name in ANSWERED if name in answer.headers}
        if lasts and answer.status == 200:
            return Response(200, Payload(), headers, stream=_stream(session, answer))
        body = await answer.content.read(LARGEST_ANSWER_BYTES)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        await session.close()
        raise Unreached(str(error) or "context deadline exceeded") from error
    except asyncio.CancelledError:
        await session.close()
        raise
    await session.close()
    return Response(answer.status, Payload(raw=body), headers)


def _headers(request: Request) -> list[tuple[str, str]]:
    return [(name, request.headers[name]) for name in PASSED if name in request.headers]


def identity_headers(user: User) -> list[tuple[str, str]]:
    """Who asks; what the client itself said of that is not passed on."""
    found = [("X-Remote-User", user.name)]
    if user.uid:
        found.append(("X-Remote-Uid", user.uid))
    found += [("X-Remote-Group", group) for group in user.groups]
    return found + [(f"X-Remote-Extra-{quote(key, safe='')}", value) for key, values in user.extra for value in values]


def _context(spec: Obj, identity: Identity) -> ssl.SSLContext:
    """Whom to trust, and what to show. ValueError."""
    try:
        bundle = base64.b64decode(spec["caBundle"]).decode() if spec.get("caBundle") else None
        context = ssl.create_default_context(cadata=bundle)
    except ssl.SSLError as error:
        raise ValueError(f"unable to load root certificates: {error}") from error
    if spec.get("insecureSkipTLSVerify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return identity.present(context)


def _stream(session: Any, answer: Any) -> Stream:
    """The watch's events, one by one."""
    stream = Stream()

    async def follow() -> None:
        try:
            async for line in _lines(answer.content.iter_any()):
                event = orjson.loads(line)
                stream.push([WatchEvent(event["type"], Payload(object=event["object"]), 0)])
        except (OSError, ValueError, KeyError, asyncio.CancelledError):
            pass
        finally:
            await session.close()
            stream.close()

    task = asyncio.get_running_loop().create_task(follow())
    stream.on_close(lambda: _end(answer, task))
    return stream


def _end(answer: Any, task: asyncio.Task[None]) -> None:
    answer.close()
    task.cancel()


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LARGEST_ANSWER_BYTES:
            raise ValueError("an event is too long")
        for line in whole:
            if line.strip():
                yield line
