"""Leases: keys go when nobody keeps their lease alive, also after a restart."""

from __future__ import annotations

import pytest

from cluster.etcd.models import Lease

from .conftest import Store


async def grant(store: Store, ttl_seconds: int, lease: int = 0) -> int:
    return (await store.ask("LeaseGrant", TTL=ttl_seconds, ID=lease))["ID"]


async def test_keys_go_with_their_lease_in_one_revision(store: Store) -> None:
    lease = await grant(store, 60)
    await store.put("/a", "1", lease=lease)
    await store.put("/b", "1", lease=lease)
    await store.put("/c", "1")
    stream = await store.watch("/", "0")
    await store.clock.advance(59)
    assert len(await store.get("/", "0")) == 3
    await store.clock.advance(2)
    assert await store.get("/", "0") == {"/c": "1"}
    assert await store.events(stream) == [("DELETE", "/a", "", 4), ("DELETE", "/b", "", 4)]
    assert not [row async for row in Lease.objects.all()]


async def test_a_lease_kept_alive_stays(store: Store) -> None:
    lease = await grant(store, 10)
    await store.put("/a", "1", lease=lease)
    for _ in range(5):
        await store.clock.advance(9)
        await store.ask("LeaseKeepAlive", ID=lease)
    assert await store.get("/a")
    await store.clock.advance(11)
    assert not await store.get("/a")


async def test_a_lease_survives_a_restart(store: Store) -> None:
    lease = await grant(store, 60)
    await store.put("/a", "1", lease=lease)
    await store.clock.advance(30)
    await store.restart()
    left = await store.ask("LeaseTimeToLive", ID=lease, keys=True)
    assert (left["TTL"], left["grantedTTL"], left["keys"]) == (30, 60, ["/a"])
    await store.clock.advance(31)
    assert not await store.get("/a")


async def test_a_lease_that_ran_out_while_etcd_was_down_is_dropped_at_the_start(store: Store) -> None:
    lease = await grant(store, 60)
    await store.put("/a", "1", lease=lease)
    await store.etcd.close()
    await store.clock.advance(100)
    await store.restart()
    await store.clock.settle()
    await store.clock.advance(0.1)
    assert not await store.get("/a")
    assert store.etcd.inspect()["leases"] == 0


async def test_a_key_put_again_without_a_lease_stays(store: Store) -> None:
    lease = await grant(store, 60)
    other = await grant(store, 600)
    for key in ("/a", "/b", "/c"):
        await store.put(key, "1", lease=lease)
    await store.put("/a", "2")
    await store.put("/b", "2", lease=other)
    await store.delete("/c")
    assert (await store.ask("LeaseTimeToLive", ID=lease, keys=True))["keys"] == []
    await store.clock.advance(61)
    assert await store.get("/", "0") == {"/a": "2", "/b": "2"}


async def test_revoking_deletes_the_keys_now(store: Store) -> None:
    lease = await grant(store, 60)
    await store.put("/a", "1", lease=lease)
    await store.ask("LeaseRevoke", ID=lease, writer=["kube-apiserver", "alice", 3])
    assert not await store.get("/a")
    assert await store.refused("LeaseRevoke", ID=lease) == "etcdserver: requested lease not found"


async def test_an_id_of_ones_own_may_be_used_once(store: Store) -> None:
    assert await grant(store, 60, lease=77) == 77
    assert await store.refused("LeaseGrant", TTL=5, ID=77) == "etcdserver: lease already exists"
    assert (await store.ask("LeaseLeases"))["leases"] == [{"ID": 77}]


@pytest.mark.parametrize(
    ("verb", "body", "error"),
    [
        ("LeaseGrant", {"TTL": 0}, "etcdserver: lease TTL must be positive"),
        ("LeaseGrant", {"TTL": 9_000_000_001}, "etcdserver: too large lease TTL"),
        ("LeaseGrant", {"TTL": "5"}, "etcdserver: TTL is not a non-negative integer"),
        ("LeaseKeepAlive", {"ID": 5}, "etcdserver: requested lease not found"),
        ("LeaseTimeToLive", {"ID": 5}, "etcdserver: requested lease not found"),
        ("LeaseGrant", {"TTL": 5, "name": "x"}, "etcdserver: not supported: LeaseGrantRequest.name"),
    ],
)
async def test_bad_requests_are_refused(store: Store, verb: str, body: dict[str, object], error: str) -> None:
    assert await store.refused(verb, **body) == error


async def test_many_leases_need_one_timer(store: Store) -> None:
    for ttl_seconds in range(50, 0, -1):
        lease = await grant(store, ttl_seconds)
        await store.put(f"/{ttl_seconds:02}", "x", lease=lease)
    for _ in range(100):
        await store.ask("LeaseKeepAlive", ID=lease)
    assert len(store.clock._heap) <= 51
    await store.clock.advance(25.5)
    assert list(await store.get("/", "0")) == [f"/{n:02}" for n in range(26, 51)]
