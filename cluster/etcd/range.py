"""Range: keys in [key, rangeEnd), or one, now or at any kept revision.

Reads of the newest revision come from memory and wait until what they saw is committed; older ones come from the log.
Models: server/storage/mvcc/kvstore_txn.go rangeKeys v3.6
"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc, table
from cluster.etcd.key_value import KeyValue
from cluster.etcd.store import Store
from cluster.wire.message import Response


async def range(store: Store, body: dict[str, Any]) -> Response:
    """Answers `kvs`, `more`, `count`. The header's revision is the one of the state that was read."""
    rpc.claim(body, rpc.RANGE_FIELDS, "RangeRequest")
    start, end, revision = rpc.key_of(body), rpc.end_of(body), rpc.number(body, "revision")
    newest = store.writer.revision
    if revision and revision != newest:
        store.check_readable(revision)
        await store.writer.durable()
        found = await store.writer.in_read_thread(table.at_revision, store.keyspace, start, end, revision)
        store.check_readable(revision)
    else:
        found = store.find(start, end)
        await store.writer.durable()
    return store.answer(shaped(body, found), newest)


def shaped(body: dict[str, Any], found: list[KeyValue]) -> dict[str, Any]:
    """A RangeResponse of what was found: `limit`, `countOnly`, `keysOnly` applied."""
    count, limit = len(found), rpc.number(body, "limit")
    if body.get("countOnly"):
        return {"kvs": [], "more": False, "count": count}
    kvs = found[:limit] if limit else found
    if body.get("keysOnly"):
        kvs = [_without_value(kv) for kv in kvs]
    return {"kvs": kvs, "more": len(kvs) < count, "count": count}


def _without_value(kv: KeyValue) -> KeyValue:
    return KeyValue(kv.key, b"", kv.create_revision, kv.mod_revision, kv.version, kv.lease, kv.writer)
