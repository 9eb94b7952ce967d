"""Compaction: history older than a revision is forgotten, what is current stays; also by itself, to keep N revisions.

The compacted revision is made durable first, then the log is thinned in pieces between which commits pass.
Models: server/storage/mvcc/kvstore_compaction.go and etcdserver/api/v3compactor/revision.go v3.6
"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc, table
from cluster.etcd.key_value import COMPACTED, FUTURE, OUT_OF_RANGE, EtcdError
from cluster.etcd.store import Store
from cluster.wire.message import Response

FIELDS = frozenset({"revision", "physical"})
ROWS_AT_ONCE = 500
MOST_BETWEEN = 10_000


async def compact(store: Store, body: dict[str, Any]) -> Response:
    """Answered when the space is free (etcd's `physical`)."""
    rpc.claim(body, FIELDS, "CompactionRequest")
    revision = rpc.number(body, "revision")
    if revision <= store.compacted:
        raise EtcdError(COMPACTED, OUT_OF_RANGE)
    if revision > store.writer.committed:
        raise EtcdError(FUTURE, OUT_OF_RANGE)
    await forget_before(store, revision)
    return store.answer({})


def due(store: Store, keep_revisions: int) -> int:
    """The revision to compact at so that `keep_revisions` stay, 0 while that would gain little."""
    revision = store.writer.committed - keep_revisions
    step = max(1, min(MOST_BETWEEN, keep_revisions // 10))
    return revision if revision >= store.compacted + step else 0


async def forget_before(store: Store, revision: int) -> None:
    """Forget what no read at `revision` or later needs."""
    store.compacted = max(store.compacted, revision)
    await store.writer.in_thread(table.set_compacted, store.keyspace, revision)
    after: int | None = 0
    while after is not None:
        after = await store.writer.in_thread(table.compact, store.keyspace, revision, after, ROWS_AT_ONCE)
