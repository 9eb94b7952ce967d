"""The head of an HTTP/1.1 request, read fast when it is as every Kubernetes client sends it.

Anything else (another version, a folded line, an upgrade, a chunked body, a length that is no number) is `Unusual`: it is
daphne's to answer. Nothing is guessed here.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

END = b"\r\n\r\n"
LONGEST_HEAD_BYTES = 16 * 1024
MOST_LINES_KNOWN = 128
NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
NOT_IN_A_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
TARGET = re.compile(rb"/[!$-;=?-Z\\_a-z~%@\[\]]*")
NOT_OURS = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"daphne-root-path"})
ONCE = frozenset({b"host", b"content-length", b"connection", b"content-type", b"authorization"})

Header = tuple[bytes, bytes]


class Unusual(Exception):
    """A request that is to be read by somebody more thorough."""


class Head(NamedTuple):
    """A request without its body. Header names are in lower case; `path` is decoded, `raw_path` and `query` are not."""

    method: str
    path: str
    raw_path: bytes
    query: bytes
    headers: list[Header]
    length: int
    keeps_alive: bool


class Reader:
    """Reads the heads of one connection; a header line that came before is known."""

    def __init__(self) -> None:
        self._known: dict[bytes, Header] = {}

    def read(self, head: bytes) -> Head:
        """The head in `head`, which ends before the empty line. Raises Unusual."""
        first, *lines = head.split(b"\r\n")
        method, target, version = _words(first)
        headers: list[Header] = []
        length, keeps_alive = 0, True
        once: set[bytes] = set()
        for line in lines:
            header = self._known.get(line) or self._read_line(line)
            name, value = header
            if name in ONCE:
                if name in once:
                    raise Unusual("a header that may come once came twice")
                once.add(name)
                if name == b"content-length":
                    length = _length(value)
                elif name == b"connection":
                    keeps_alive = _keeps_alive(value)
            headers.append(header)
        if version != b"HTTP/1.1" or b"host" not in once:
            raise Unusual("not HTTP/1.1")
        raw_path, _, query = target.partition(b"?")
        path = raw_path.decode("ascii")
        return Head(method, unquote(path) if "%" in path else path, raw_path, query, headers, length, keeps_alive)

    def _read_line(self, line: bytes) -> Header:
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or NAME.fullmatch(name) is None or b"_" in name or NOT_IN_A_VALUE.search(value):
            raise Unusual("a header line that is none")
        name = name.lower()
        if name in NOT_OURS:
            raise Unusual(name.decode("ascii"))
        if len(self._known) >= MOST_LINES_KNOWN:
            self._known.clear()
        self._known[line] = name, value
        return name, value


def _words(line: bytes) -> tuple[str, bytes, bytes]:
    words = line.split(b" ")
    if len(words) != 3 or not words[0].isalpha() or TARGET.fullmatch(words[1]) is None:
        raise Unusual("not a request line")
    return words[0].decode("ascii"), words[1], words[2]


def _length(value: bytes) -> int:
    if not value.isdigit() or len(value) > 12:
        raise Unusual("a length that is no number")
    return int(value)


def _keeps_alive(value: bytes) -> bool:
    value = value.lower()
    if value not in (b"keep-alive", b"close"):
        raise Unusual("a connection that becomes something else")
    return value == b"keep-alive"
