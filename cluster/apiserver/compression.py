"""Large answers, compressed for clients that take it: gzip, its quickest level, from 128 KiB on, in a thread.

Models: apiserver/pkg/endpoints/handlers/responsewriters/writers.go deferredResponseWriter v1.37
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping

from cluster.apiserver.negotiate import OFFERED
from cluster.wire.message import Response

SMALLEST_BYTES = 128 * 1024
LEVEL, WITH_GZIP_HEADER = 1, 31
HEADERS = {"content-encoding": "gzip", "vary": "Accept-Encoding"}


def is_wanted(headers: Mapping[str, str], response: Response) -> bool:
    """May an answer go out compressed, if it is large? Those are objects and lists, not logs and what proxies bring."""
    if response.headers.get("content-type") not in OFFERED or "content-encoding" in response.headers:
        return False
    return any(each.partition(";")[0].strip() == "gzip" for each in headers.get("accept-encoding", "").split(","))


async def compressed(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces of a gzip file, as they are made."""
    made = zlib.compressobj(LEVEL, wbits=WITH_GZIP_HEADER)
    for piece in pieces:
        if part := await asyncio.to_thread(made.compress, piece):
            yield part
    yield made.flush()


def begun(pieces: Iterable[bytes]) -> tuple[list[bytes], bool]:
    """(the first pieces, are they enough to be compressed?); all of them when they are not."""
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > SMALLEST_BYTES:
            return found, True
    return found, False
