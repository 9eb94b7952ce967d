"""DeleteRange: keys in [key, rangeEnd), or one, are deleted at one revision; none found takes no revision.

Models: server/etcdserver/txn/delete.go v3.6
"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc
from cluster.etcd.store import Store, Write
from cluster.wire.message import Response


async def delete_range(store: Store, body: dict[str, Any]) -> Response:
    """Answers how many were `deleted`, and `prevKvs` when asked for."""
    check(body)
    write = store.write(rpc.author_of(body))
    answer = apply(write, body)
    revision = write.revision or store.writer.revision
    await store.writer.durable()
    return store.answer(answer, revision)


def check(body: dict[str, Any]) -> None:
    """EtcdError unless the request is one that `apply` can do."""
    rpc.claim(body, rpc.DELETE_FIELDS, "DeleteRangeRequest")
    rpc.key_of(body)
    rpc.end_of(body)


def apply(write: Write, body: dict[str, Any]) -> dict[str, Any]:
    """A DeleteRangeResponse; durable once the store's writer says so."""
    doomed = write.store.find(body["key"], rpc.end_of(body))
    for kv in doomed:
        write.delete(kv.key)
    answer: dict[str, Any] = {"deleted": len(doomed)}
    if body.get("prevKv"):
        answer["prevKvs"] = doomed
    return answer
