"""LeaseGrant, LeaseRevoke, LeaseKeepAlive, LeaseTimeToLive, LeaseLeases; and what happens when a lease runs out.

A lease is in its table before its grant is answered. Its keys go in one revision, and only then its row, so that a kill
in between leaves a lease that has expired and is revoked again at the next start.
Models: server/etcdserver/v3_server.go (Lease*) and server/lease/lessor.go v3.6
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.etcd import rpc, table
from cluster.etcd.key_value import Author
from cluster.etcd.lessor import Held
from cluster.etcd.store import Store
from cluster.wire.message import Response

GRANT_FIELDS = frozenset({"ID", "TTL"})
ID_FIELDS = frozenset({"ID"})
TIME_TO_LIVE_FIELDS = frozenset({"ID", "keys"})
NO_FIELDS = frozenset[str]()


async def grant(store: Store, body: dict[str, Any]) -> Response:
    rpc.claim(body, GRANT_FIELDS, "LeaseGrantRequest")
    held = store.leases.grant(rpc.number(body, "ID"), rpc.number(body, "TTL"))
    await _save(store, held)
    return store.answer({"ID": held.id, "TTL": held.ttl_seconds})


async def revoke(store: Store, body: dict[str, Any]) -> Response:
    rpc.claim(body, ID_FIELDS, "LeaseRevokeRequest")
    held = store.leases.get(rpc.number(body, "ID"))
    store.leases.forget(held.id)
    await drop(store, [held], rpc.author_of(body))
    return store.answer({})


async def keep_alive(store: Store, body: dict[str, Any]) -> Response:
    rpc.claim(body, ID_FIELDS, "LeaseKeepAliveRequest")
    held = store.leases.keep_alive(rpc.number(body, "ID"))
    await _save(store, held)
    return store.answer({"ID": held.id, "TTL": held.ttl_seconds})


async def time_to_live(store: Store, body: dict[str, Any]) -> Response:
    """`TTL` is what is left, `grantedTTL` what was granted; `keys` when asked for."""
    rpc.claim(body, TIME_TO_LIVE_FIELDS, "LeaseTimeToLiveRequest")
    held = store.leases.get(rpc.number(body, "ID"))
    left = max(0, round(held.expires - store.clock.now()))
    answer: dict[str, Any] = {"ID": held.id, "TTL": left, "grantedTTL": held.ttl_seconds}
    if body.get("keys"):
        answer["keys"] = sorted(held.keys)
    return store.answer(answer)


async def leases(store: Store, body: dict[str, Any]) -> Response:
    rpc.claim(body, NO_FIELDS, "LeaseLeasesRequest")
    return store.answer({"leases": [{"ID": lease} for lease in sorted(store.leases.held)]})


async def drop(store: Store, gone: Sequence[Held], author: Author) -> None:
    """Delete the keys of leases that are no longer held, then the leases themselves."""
    write = store.write(author)
    for held in gone:
        for key in sorted(held.keys):
            kv = store.keys.get(key)
            if kv is not None and kv.lease == held.id:
                write.delete(key)
    await store.writer.durable()
    await store.writer.in_thread(table.delete_leases, store.keyspace, [held.id for held in gone])


async def _save(store: Store, held: Held) -> None:
    await store.writer.in_thread(table.save_lease, store.keyspace, held.id, held.ttl_seconds, held.expires)
