"""Calls to webhooks: an AdmissionReview over HTTPS, with the CA that the configuration brings, in the time it gives.

Models: apiserver/pkg/util/webhook/client.go v1.37
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from typing import Any

import orjson

from cluster.apimachinery.meta import Obj

LONGEST_ANSWER_BYTES = 3 * 1024 * 1024


class Unreached(Exception):
    """No answer that can be used; why."""


async def post(webhook: Obj, review: Obj) -> Obj:
    """The AdmissionReview that comes back. Unreached."""
    client = webhook["clientConfig"]
    seconds = int(webhook["timeoutSeconds"])
    url = client.get("url")
    if not url:
        service = client["service"]
        host = f"{service['name']}.{service['namespace']}.svc"
        full = f"https://{host}:{service['port']}{service.get('path') or ''}?timeout={seconds}s"
        raise Unreached(f'Post "{full}": dial tcp: lookup {host}: no such host')
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            headers = {"content-type": "application/json", "accept": "application/json"}
            query = {"timeout": f"{seconds}s"}
            async with session.post(
                url, params=query, data=orjson.dumps(review), headers=headers, ssl=_trust(client.get("caBundle"))
            ) as answer:
                body = b"".join([chunk async for chunk in _bounded(answer.content.iter_any())])
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        why = "context deadline exceeded" if isinstance(error, asyncio.TimeoutError) else str(error)
        raise Unreached(f'Post "{url}?timeout={seconds}s": {why}') from error
    return _read(body, answer.status)


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
