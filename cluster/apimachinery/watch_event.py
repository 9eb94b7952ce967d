"""A watch event: what a watch sends for one change of one object.

The same event instance goes to every watcher in this process; its object is shared and read-only, and its JSON line is
made once, on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cluster.apimachinery.meta import Obj

ADDED, MODIFIED, DELETED, BOOKMARK, ERROR = "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"


class WatchEvent:
    """`type`, the object (through `payload`, a `cluster.wire.message.Payload`), its revision and the hop that wrote it."""

    __slots__ = ("_forms", "_line", "hop", "payload", "revision", "type")

    def __init__(self, type: str, payload: Any, revision: int, hop: int = 0) -> None:
        self.type = type
        self.payload = payload
        self.revision = revision
        self.hop = hop
        self._line: bytes | None = None
        self._forms: dict[str, bytes] | None = None

    @property
    def object(self) -> Obj:
        """The decoded object, read-only."""
        return self.payload.object  # type: ignore[no-any-return]  # a payload of an event holds an object

    @property
    def forms(self) -> dict[str, bytes]:
        """What it is in other forms than JSON, by media type, as far as somebody asked."""
        if self._forms is None:
            self._forms = {}
        return self._forms

    @property
    def line(self) -> bytes:
        """The event as the line of JSON that a watch response carries, with its newline."""
        if self._line is None:
            self._line = b'{"type":"' + self.type.encode() + b'","object":' + self.payload.raw + b"}\n"
        return self._line
