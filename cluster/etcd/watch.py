"""Watches: every event from a revision on, in order, without gap or repeat.

A watch that starts in the past is first given what the log holds, piece by piece; live events wait their turn.
Models: server/storage/mvcc/watchable_store.go v3.6 (unsynced and synced watchers)
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from cluster.etcd.key_value import KeyValue
from cluster.wire.message import Payload
from cluster.wire.stream import DEFAULT_LIMIT, Stream

PUT, DELETE = "PUT", "DELETE"

logger = logging.getLogger(__name__)


class Event:
    """One change of one key. A deletion's `kv` has an empty value; `prev_kv` is what was there before."""

    __slots__ = ("hop", "kv", "prev_kv", "revision", "type")

    def __init__(self, type: str, kv: KeyValue, prev_kv: KeyValue | None) -> None:
        self.type = type
        self.kv = kv
        self.prev_kv = prev_kv
        self.revision = kv.mod_revision
        self.hop = kv.hop

    @property
    def path(self) -> str:
        return self.kv.key

    @property
    def payload(self) -> Payload:
        return Payload(raw=self.kv.value) if self.type == PUT else Payload(object={"deleted": self.kv.key})

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.type, "kv": self.kv.as_dict()}

    def __repr__(self) -> str:
        return f"<{self.type} {self.kv.key} @ {self.revision}>"


class Watcher:
    """One watch of the keys in [start, end) from the revision `since` on."""

    __slots__ = ("_pending", "end", "since", "start", "stream")

    def __init__(self, start: str, end: str, since: int, *, behind: bool) -> None:
        self.start = start
        self.end = end
        self.since = since
        self.stream = Stream()
        self._pending: list[Event] | None = [] if behind else None

    def wants(self, event: Event) -> bool:
        key = event.kv.key
        return (self.start <= key < self.end if self.end else key == self.start) and event.revision >= self.since

    def send(self, events: Sequence[Event]) -> None:
        """Live events of one commit."""
        wanted = [event for event in events if self.wants(event)]
        if not wanted:
            return
        if self._pending is None:
            self.stream.push(wanted)
            return
        self._pending.extend(wanted)
        if len(self._pending) > DEFAULT_LIMIT:
            self.stream.close(OverflowError("the watcher did not catch up with the log"))

    def go_live(self) -> None:
        """The log is told: send what came meanwhile, and stop holding back."""
        pending, self._pending = self._pending, None
        if pending:
            self.stream.push(pending)


class Watchers:
    """All watches of one keyspace."""

    def __init__(self) -> None:
        self.all: set[Watcher] = set()

    def add(self, watcher: Watcher) -> None:
        self.all.add(watcher)
        watcher.stream.on_close(lambda: self.all.discard(watcher))

    def publish(self, events: Sequence[Event]) -> None:
        """Tell every watcher. A reader that raises loses its watch, never the store its writer."""
        for watcher in tuple(self.all):
            try:
                watcher.send(events)
            except Exception as error:
                logger.exception("a watch of %s failed and was cut", watcher.start)
                watcher.stream.close(error)

    def close(self) -> None:
        for watcher in tuple(self.all):
            watcher.stream.close()
