"""Watches: every event from a revision on, in order, without gap or repeat.

A watch that starts in the past is first given what the log holds; while it reads the log, live events wait their turn.
Models: server/storage/mvcc/watchable_store.go v3.6
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.etcd.key_value import KeyValue
from cluster.wire.message import Payload
from cluster.wire.stream import Stream

PUT, DELETE = "PUT", "DELETE"


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
    def payload(self) -> Payload:
        return Payload(raw=self.kv.value) if self.type == PUT else Payload(object={"deleted": self.kv.key})

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.type, "kv": self.kv.as_dict()}


class Watcher:
    """One watch of the keys in [start, end)."""

    __slots__ = ("_pending", "end", "start", "stream")

    def __init__(self, start: str, end: str, stream: Stream) -> None:
        self.start = start
        self.end = end
        self.stream = stream
        self._pending: list[Event] | None = []

    def wants(self, key: str) -> bool:
        return self.start <= key < self.end if self.end else key == self.start

    def send(self, events: Sequence[Event]) -> None:
        """Live events of one commit."""
        wanted = [event for event in events if self.wants(event.kv.key)]
        if not wanted:
            return
        if self._pending is not None:
            self._pending.extend(wanted)
        else:
            self.stream.push(wanted)

    def go_live(self, history: Sequence[Event]) -> None:
        """Send what the log held, then whatever came meanwhile, and stop holding back."""
        newest = history[-1].revision if history else 0
        pending, self._pending = self._pending or [], None
        events = [*history, *(event for event in pending if event.revision > newest)]
        if events:
            self.stream.push(events)


class Watchers:
    """All watches of one keyspace."""

    def __init__(self) -> None:
        self.all: set[Watcher] = set()

    def add(self, start: str, end: str) -> Watcher:
        watcher = Watcher(start, end, Stream())
        watcher.stream.on_close(lambda: self.all.discard(watcher))
        self.all.add(watcher)
        return watcher

    def publish(self, events: Sequence[Event]) -> None:
        for watcher in list(self.all):
            watcher.send(events)

    def close(self) -> None:
        for watcher in list(self.all):
            watcher.stream.close()
