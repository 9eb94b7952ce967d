"""Frames of SPDY/3.1: several streams over one connection, as port-forward has them inside a WebSocket.

Models: github.com/moby/spdystream/spdy (as client-go uses it); draft-mbelshe-httpbis-spdy-00 for the numbers
Simplified: no flow control (the Go implementation has none either), no push, no settings.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

VERSION = 3
SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN = 0x01
LONGEST_FRAME_BYTES = 1 << 20
WORDS = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie "
    "keep-alive origin"
)
REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative "
    "Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal "
    "Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, "
    "Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset="
    "iso-8859-1,utf-,*,enq=0."
)
Headers = dict[str, str]


def _counted(text: str) -> bytes:
    return struct.pack(">I", len(text)) + text.encode()


DICTIONARY = b"".join(_counted(word.replace("_", " ")) for word in WORDS.split()) + REST.encode()


class SpdyError(ValueError):
    """Bytes that are no frames of this protocol."""


class Frame(NamedTuple):
    """A control frame by its `type`, or data (`type` 0). `headers` of those that open or answer a stream."""

    type: int
    stream: int
    flags: int = 0
    data: bytes = b""
    headers: Headers | None = None

    @property
    def is_last(self) -> bool:
        return bool(self.flags & FIN)


class Session:
    """One end of a connection: reads frames from bytes, and makes bytes of frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def frames(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole with these bytes. SpdyError."""
        self._buffer += data
        while len(self._buffer) >= 8:
            first, second = struct.unpack_from(">II", self._buffer)
            length = second & 0xFFFFFF
            if length > LONGEST_FRAME_BYTES:
                raise SpdyError(f"a frame of {length} bytes")
            if len(self._buffer) < 8 + length:
                return
            content = bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            yield self._read(first, second >> 24, content)

    def _read(self, first: int, flags: int, content: bytes) -> Frame:
        if not first >> 31:
            return Frame(0, first, flags, content)
        kind = first & 0xFFFF
        if (first >> 16) & 0x7FFF != VERSION:
            raise SpdyError("another version of SPDY")
        if kind in (SYN_STREAM, SYN_REPLY):
            start = 10 if kind == SYN_STREAM else 4
            if len(content) < start:
                raise SpdyError("a frame that is cut off")
            return Frame(kind, _number(content), flags, headers=self._headers(content[start:]))
        return Frame(kind, _number(content) if len(content) >= 4 else 0, flags, content[4:])

    def _headers(self, block: bytes) -> Headers:
        try:
            plain = self._inflate.decompress(block, LONGEST_FRAME_BYTES)
            found, at = {}, 4
            for _ in range(_number(plain)):
                name, at = _text(plain, at)
                value, at = _text(plain, at)
                found[name.lower()] = value.replace("\0", ", ")
        except (zlib.error, struct.error, UnicodeDecodeError) as error:
            raise SpdyError(f"headers that cannot be read: {error}") from error
        return found

    # --- frames to send --------------------------------------------------------------------------------------------

    def opening(self, stream: int, headers: Headers, flags: int = 0) -> bytes:
        return self._control(SYN_STREAM, flags, struct.pack(">IIH", stream, 0, 0) + self._block(headers))

    def reply(self, stream: int) -> bytes:
        return self._control(SYN_REPLY, 0, struct.pack(">I", stream) + self._block({}))

    def data(self, stream: int, content: bytes, *, last: bool = False) -> bytes:
        return struct.pack(">II", stream, (FIN << 24 if last else 0) | len(content)) + content

    def ping(self, number: int) -> bytes:
        return self._control(PING, 0, struct.pack(">I", number))

    def _block(self, headers: Headers) -> bytes:
        plain = struct.pack(">I", len(headers))
        plain += b"".join(_counted(name) + _counted(value) for name, value in headers.items())
        return self._deflate.compress(plain) + self._deflate.flush(zlib.Z_SYNC_FLUSH)

    def _control(self, kind: int, flags: int, content: bytes) -> bytes:
        return struct.pack(">II", 1 << 31 | VERSION << 16 | kind, flags << 24 | len(content)) + content


def _number(content: bytes) -> int:
    return int(struct.unpack_from(">I", content)[0]) & 0x7FFFFFFF


def _text(content: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + struct.unpack_from(">I", content, at)[0]
    if end > len(content):
        raise struct.error("a text that is cut off")
    return content[at + 4 : end].decode(), end
