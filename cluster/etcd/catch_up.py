"""The Watch RPC, and how a watch that starts in the past is brought up to the present.

The log is read in pieces beside the commits, so that neither memory nor the writer suffers; a compaction that overtakes
the reading ends the watch with etcd's words.
Models: server/etcdserver/api/v3rpc/watch.go and mvcc/watchable_store.go (syncWatchers) v3.6
"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc, table
from cluster.etcd.key_value import COMPACTED, OUT_OF_RANGE, EtcdError, KeyValue
from cluster.etcd.store import Store
from cluster.etcd.watch import DELETE, PUT, Event, Watcher
from cluster.wire.message import Response

FIELDS = frozenset({"key", "rangeEnd", "startRevision", "prevKv"})
PIECE = 1000


def watch(store: Store, body: dict[str, Any]) -> tuple[Response, Watcher | None]:
    """Start a watch from `startRevision` (0: from now on). A watcher that is behind is for `catch_up` to bring up."""
    rpc.claim(body, FIELDS, "WatchCreateRequest")
    since = rpc.number(body, "startRevision")
    if since and since < store.compacted:
        raise EtcdError(COMPACTED, OUT_OF_RANGE)
    behind = 0 < since <= store.writer.committed
    watcher = Watcher(rpc.key_of(body), rpc.end_of(body), since or store.writer.committed + 1, behind=behind)
    store.watchers.add(watcher)
    response = store.answer({"created": True})
    response.stream = watcher.stream
    return response, watcher if behind else None


async def catch_up(store: Store, watcher: Watcher, until: int) -> None:
    """Send what the log holds from the watcher's start to the revision `until`, then let it go live."""
    after, known = (watcher.since, -1), dict[str, KeyValue]()
    try:
        while not watcher.stream.closed:
            events = await store.writer.in_read_thread(_piece, store.keyspace, watcher, after, until, known)
            if store.compacted > after[0]:
                raise EtcdError(COMPACTED, OUT_OF_RANGE)
            if events:
                watcher.stream.push([event for event, _ in events])
                last, sub = events[-1]
                after = (last.revision, sub)
            if len(events) < PIECE:
                watcher.go_live()
                return
    except Exception as error:
        watcher.stream.close(error)


def _piece(
    keyspace: str, watcher: Watcher, after: tuple[int, int], until: int, known: dict[str, KeyValue]
) -> list[tuple[Event, int]]:
    """The next events of the log with their places in their revisions. `known` holds what was told of each key."""
    events = []
    for change in table.changes(keyspace, watcher.start, watcher.end, after, until, PIECE):
        kv = change.kv
        previous = known.pop(kv.key, None)
        if previous is None and kv.version != 1:
            previous = table.before(keyspace, kv.key, kv.mod_revision)
        if change.put:
            known[kv.key] = kv
        events.append((Event(PUT if change.put else DELETE, kv, previous), change.sub))
    return events
