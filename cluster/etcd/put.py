"""Put: one key gets a value, at the next revision. Models: server/etcdserver/txn/put.go v3.6"""

from __future__ import annotations

from typing import Any

from cluster.etcd import rpc
from cluster.etcd.store import Store, Write
from cluster.wire.message import Response


async def put(store: Store, body: dict[str, Any]) -> Response:
    """Answers `prevKv` when asked for."""
    check(store, body)
    write = store.write(rpc.author_of(body))
    answer = apply(write, body)
    await store.writer.durable()
    return store.answer(answer, write.revision)


def check(store: Store, body: dict[str, Any]) -> None:
    """EtcdError unless the request is one that `apply` can do."""
    rpc.claim(body, rpc.PUT_FIELDS, "PutRequest")
    rpc.key_of(body)
    rpc.value_of(body)
    lease = rpc.number(body, "lease")
    if lease:
        store.leases.get(lease)


def apply(write: Write, body: dict[str, Any]) -> dict[str, Any]:
    """A PutResponse; durable once the store's writer says so."""
    previous = write.put(body["key"], body.get("value", b""), body.get("lease") or 0)
    return {"prevKv": previous} if body.get("prevKv") else {}
