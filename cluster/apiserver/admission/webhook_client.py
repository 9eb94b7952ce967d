"""Calls to webhooks: an AdmissionReview over HTTPS, with the CA that the configuration brings, in the time it gives.

Models: apiserver/pkg/util/webhook/client.go v1.37
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apiserver import service_resolver

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

LONGEST_ANSWER_BYTES = 3 * 1024 * 1024


class Unreached(Exception):
    """No answer that can be used; why."""


async def post(webhook: Obj, review: Obj, reader: Reader) -> Obj:
    """The AdmissionReview that comes back. Unreached."""
    seconds = int(webhook["timeoutSeconds"])
    url, told, host = _place(webhook["clientConfig"], reader, seconds)
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            headers = {"content-type": "application/json", "accept": "application/json"}
            query = {"timeout": f"{seconds}s"}
            async with session.post(
                url,
                params=query,
                data=orjson.dumps(review),
                headers=headers,
                ssl=_trust(webhook["clientConfig"].get("caBundle")),
                server_hostname=host,
            ) as answer:
                body = b"".join([chunk async for chunk in _bounded(answer.content.iter_any())])
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        why = "context deadline exceeded" if isinstance(error, asyncio.TimeoutError) else str(error)
        raise Unreached(f'Post "{told}?timeout={seconds}s": {why}') from error
    return _read(body, answer.status)


def _place(client: Obj, reader: Reader, seconds: int) -> tuple[str, str, str | None]:
    """(the URL that is called, the URL as it is told, the name that its certificate must have). Unreached."""
    url = client.get("url")
    if url:
        return url, url, None
    service = client["service"]
    name = f"{service['name']}.{service['namespace']}.svc"
    path = service.get("path") or "/"
    told = f"https://{name}:{service['port']}{path}"
    try:
        host, port = service_resolver.resolve(reader, service["namespace"], service["name"], int(service["port"]))
    except service_resolver.Unresolved as error:
        raise Unreached(f'Post "{told}?timeout={seconds}s": {error}') from error
    return f"https://{f'[{host}]' if ':' in host else host}:{port}{path}", told, name


async def _bounded(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """ValueError for an answer that is too long."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > LONGEST_ANSWER_BYTES:
            raise ValueError(f"the answer is longer than {LONGEST_ANSWER_BYTES} bytes")
        yield chunk


def _trust(bundle: str | None) -> Any:
    """The CA to trust, the system's own when none is named. ValueError."""
    if not bundle:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cadata=base64.b64decode(bundle).decode())
    except ssl.SSLError as error:
        raise ValueError(f"unable to load root certificates: {error}") from error


def _read(body: bytes, code: int) -> Obj:
    if code != 200:
        raise Unreached(f"the server responded with the status code {code}")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreached(f"couldn't decode the answer: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise Unreached("the answer is no AdmissionReview with a response")
    return found
