"""Messages: a Request, the Response to it, and the Payload both carry.

A payload is bytes, a decoded object, or both: each is made from the other on first use, so a message that stays in
this process is never serialised and one that came from a socket is parsed once. Decoded objects are shared between
components and must be treated as read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import protobuf

if TYPE_CHECKING:
    from cluster.wire.stream import Stream


class Payload:
    """A JSON body held as bytes, as an object, or both."""

    __slots__ = ("_object", "_raw")

    def __init__(self, raw: bytes | None = None, object: Any = None) -> None:
        self._raw = raw
        self._object = object

    @property
    def raw(self) -> bytes:
        if self._raw is None:
            self._raw = b"" if self._object is None else orjson.dumps(self._object, default=_printable)
        return self._raw

    @property
    def object(self) -> Any:
        """The decoded body, read-only; ValueError when the bytes are not JSON."""
        if self._object is None and self._raw:
            self._object = orjson.loads(self._raw)
        return self._object

    def parts(self) -> tuple[bytes | memoryview, ...]:
        """What the bytes are joined from."""
        return (self.raw,)

    @property
    def named(self) -> Any:
        """What names the object that this message speaks of: the decoded body. A list names none, and is not decoded."""
        return self.object

    def head(self, size_bytes: int) -> bytes:
        """The first bytes of the body; a body that is made of parts makes no more of them than that takes."""
        return self.raw[:size_bytes]

    @property
    def held_bytes(self) -> int:
        """How many bytes of body it holds on to, as far as they are made."""
        return len(self._raw) if self._raw is not None else 0

    @property
    def about(self) -> Mapping[str, Any]:
        """The metadata of the object that the body is, or is about; empty when it names none."""
        try:
            body = self.named
        except ValueError:
            body = _from_protobuf(self.raw)
        if body.__class__ is not dict:
            return NO_METADATA
        found = body.get("metadata")
        if found.__class__ is dict and found.get("name"):
            return found
        for part in (body.get("object"), body.get("sandboxConfig"), body.get("config")):
            found = part.get("metadata") if part.__class__ is dict else None
            if found.__class__ is dict and found.get("name"):
                return found
        return NO_METADATA

    def __bool__(self) -> bool:
        return bool(self._raw) or self._object is not None


NO_METADATA: Mapping[str, Any] = MappingProxyType({})

NOTHING = Payload()
REPEATED = "\0"
"""What joins the values of a parameter that is a list, as the command of an exec is: no argument holds a NUL."""


@dataclass(slots=True)
class Request:
    """One request. `verb` is the HTTP method, or the RPC's name towards etcd ("Txn") and the runtime.

    `query` maps a parameter to its last value. `headers` have lower-case names. `certificate` is the DER client
    certificate whose key the peer proved to own. `patience_seconds` is how long the sender waits, in cluster time, for
    a target that is not there. `source` and `hop` are filled in by the wire.
    """

    verb: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Payload = NOTHING
    certificate: bytes | None = None
    patience_seconds: float = 0.0
    source: str = ""
    hop: int = 0


@dataclass(slots=True)
class Response:
    """The answer to a request. `revision` is the store revision it speaks of, 0 when none. A watch or a followed log
    answers with a `stream`."""

    status: int = 200
    body: Payload = NOTHING
    headers: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    stream: Stream | None = None


class ConnectionLost(Exception):
    """The message did not arrive, or its answer did not: the target is stopped, or the wire dropped the hop."""


class Unreachable(ConnectionLost):
    """Nobody serves at the target's id."""

    def __init__(self, target: str) -> None:
        super().__init__(f"{target} is not running")
        self.target = target


def _from_protobuf(raw: bytes) -> Any:
    """The object that kubectl's typed commands send, None for what is no such thing."""
    try:
        return protobuf.decode(raw) if raw.startswith(protobuf.MAGIC) else None
    except (ValueError, KeyError, RecursionError):
        return None


def _printable(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "as_dict"):
        return value.as_dict()
    raise TypeError(f"{type(value).__name__} is not JSON")
