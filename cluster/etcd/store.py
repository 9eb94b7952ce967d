"""The state of one keyspace in memory: its keys as of the newest write, and the writes that change them.

A write is applied here at once, in order, also on top of writes that are not committed yet; the `writer` makes it
durable. Nothing is told to anybody before that.

Models: server/storage/mvcc/{kvstore,kvstore_txn,index}.go v3.6
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from cluster.clock import Clock
from cluster.etcd import table
from cluster.etcd.key_value import COMPACTED, FUTURE, OUT_OF_RANGE, Author, EtcdError, KeyValue
from cluster.etcd.lessor import Leases
from cluster.etcd.watch import DELETE, PUT, Event, Watchers
from cluster.etcd.writer import Writer
from cluster.wire.message import Payload, Response


class Store:
    """One keyspace. `keys` includes applied, not yet committed writes; `writer.committed` is what is durable."""

    def __init__(self, keyspace: str, clock: Clock, *, inline: bool = False) -> None:
        self.keyspace = keyspace
        self.clock = clock
        self.keys: dict[str, KeyValue] = {}
        self.alarms: set[str] = set()
        self.compacted = 0
        self.watchers = Watchers()
        self.leases = Leases(clock)
        self.writer = Writer(keyspace, clock, self.watchers.publish, self.load, inline=inline)
        self._order: list[str] | None = None

    def load(self, loaded: table.Loaded) -> None:
        """Take over what the tables hold."""
        self.keys = loaded.keys
        self.compacted = loaded.compacted
        self._order = None
        attached: dict[int, set[str]] = {}
        for kv in loaded.keys.values():
            if kv.lease:
                attached.setdefault(kv.lease, set()).add(kv.key)
        self.leases.load(loaded.leases, attached)

    # --- reading ---------------------------------------------------------------------------------------------------

    def find(self, start: str, end: str) -> list[KeyValue]:
        """The keys in [start, end), or one, in order, as of the newest write."""
        keys = self.keys
        if not end:
            found = keys.get(start)
            return [] if found is None else [found]
        if self._order is None:
            self._order = sorted(keys)
        order = self._order
        return [keys[key] for key in order[bisect_left(order, start) : bisect_left(order, end)]]

    def check_readable(self, revision: int) -> None:
        """EtcdError when a revision is no longer kept, or not yet there."""
        if revision < self.compacted:
            raise EtcdError(COMPACTED, OUT_OF_RANGE)
        if revision > self.writer.revision:
            raise EtcdError(FUTURE, OUT_OF_RANGE)

    def answer(self, body: dict[str, Any], revision: int = 0) -> Response:
        """A Response with etcd's header."""
        revision = revision or self.writer.committed
        return Response(200, Payload(object={"header": {"revision": revision}, **body}), revision=revision)

    # --- writing ---------------------------------------------------------------------------------------------------

    def write(self, author: Author) -> Write:
        """A write that takes the next revision with its first change."""
        return Write(self, author)

    def key_set_changed(self) -> None:
        self._order = None


class Write:
    """The changes of one request, all at one revision. None at all takes no revision."""

    __slots__ = ("author", "revision", "store", "sub", "time")

    def __init__(self, store: Store, author: Author) -> None:
        self.store = store
        self.author = author
        self.revision = 0
        self.sub = 0
        self.time = 0.0

    def put(self, key: str, value: bytes, lease: int) -> KeyValue | None:
        """Put a key; what was there before."""
        store, sub = self.store, self._next()
        revision, author = self.revision, self.author
        previous = store.keys.get(key)
        if previous is None:
            store.key_set_changed()
            kv = KeyValue(key, value, revision, revision, 1, lease, author)
        else:
            kv = KeyValue(key, value, previous.create_revision, revision, previous.version + 1, lease, author)
        if lease or (previous is not None and previous.lease):
            store.leases.move(key, previous.lease if previous is not None else 0, lease)
        store.keys[key] = kv
        group, space = store.writer.group, store.keyspace
        created, version = kv.create_revision, kv.version
        component, user, hop = author
        group.log.append((space, revision, sub, key, value, created, version, lease, hop, component, user, self.time))
        group.puts[key] = (space, key, value, created, revision, version, lease, hop)
        group.deletes.discard(key)
        group.events.append(Event(PUT, kv, previous))
        return previous

    def delete(self, key: str) -> KeyValue | None:
        """Delete a key; what was there, or None and then nothing happened."""
        store = self.store
        previous = store.keys.get(key)
        if previous is None:
            return None
        sub = self._next()
        store.key_set_changed()
        del store.keys[key]
        if previous.lease:
            store.leases.move(key, previous.lease, 0)
        group, space = store.writer.group, store.keyspace
        component, user, hop = self.author
        group.log.append((space, self.revision, sub, key, None, 0, 0, 0, hop, component, user, self.time))
        group.puts.pop(key, None)
        group.deletes.add(key)
        group.events.append(Event(DELETE, KeyValue(key, b"", 0, self.revision, 0, 0, self.author), previous))
        return previous

    def _next(self) -> int:
        """The place of the next change within the revision; the first one takes the revision."""
        if not self.revision:
            self.revision = self.store.writer.next_revision()
            self.time = self.store.clock.now()
        sub = self.sub
        self.sub = sub + 1
        return sub
