"""The dashboard's read-only door: keys, history with writers, values at a revision."""

from __future__ import annotations

import asyncio

import pytest

from cluster.etcd import inspect
from cluster.etcd.key_value import EtcdError

from .conftest import Store


async def written(store: Store) -> None:
    await store.ask("Put", key="/registry/pods/a", value=b'{"n": 1}', writer=["kube-apiserver", "alice", 11])
    await store.ask("Put", key="/registry/pods/a", value=b'{"n": 2}', writer=["kube-apiserver", "bob", 12])
    await store.ask("Put", key="/registry/nodes/b", value=b"not json", writer=["kube-apiserver", "alice", 13])
    await store.ask("DeleteRange", key="/registry/pods/a", writer=["kube-apiserver", "alice", 14])


async def test_the_history_of_a_key_names_its_writers(store: Store) -> None:
    await written(store)
    rows = await asyncio.to_thread(inspect.revisions, "test", "/registry/pods/a")
    found = [(row["revision"], row["user"], row["hop"], row["version"], row["deleted"]) for row in rows]
    assert found == [(4, "alice", 14, 0, True), (2, "bob", 12, 2, False), (1, "alice", 11, 1, False)]
    assert {row["component"] for row in rows} == {"kube-apiserver"}
    assert rows[0]["time"] == store.clock.now()


async def test_history_can_be_paged(store: Store) -> None:
    await written(store)
    pages = [
        await asyncio.to_thread(inspect.revisions, "test", limit=2),
        await asyncio.to_thread(inspect.revisions, "test", limit=2, before=3),
        await asyncio.to_thread(inspect.revisions, "test", after=3),
    ]
    assert [[row["revision"] for row in page] for page in pages] == [[4, 3], [2, 1], [4]]


async def test_keys_are_listed_in_order(store: Store) -> None:
    await written(store)
    await store.put("/registry/nodes/c", "x")
    names = [row["key"] for row in await asyncio.to_thread(inspect.keys, "test", "/registry/nodes/")]
    assert names == ["/registry/nodes/b", "/registry/nodes/c"]
    after = await asyncio.to_thread(inspect.keys, "test", "/registry/", 10, "/registry/nodes/b")
    assert [row["key"] for row in after] == ["/registry/nodes/c"]


async def test_a_value_can_be_read_at_any_kept_revision(store: Store) -> None:
    await written(store)
    wanted = {0: None, 1: {"n": 1}, 2: {"n": 2}, 3: {"n": 2}, 4: None}
    for revision, value in wanted.items():
        assert await asyncio.to_thread(inspect.value, "test", "/registry/pods/a", revision) == value
    assert await asyncio.to_thread(inspect.value, "test", "/registry/nodes/b") == "not json"
    assert await asyncio.to_thread(inspect.last_hop, "test") == 14


async def test_revisions_that_are_not_kept_are_refused_in_etcds_words(store: Store) -> None:
    await written(store)
    await store.ask("Compact", revision=3)
    for revision, error in ((2, "has been compacted"), (9, "is a future revision")):
        with pytest.raises(EtcdError, match=error):
            await asyncio.to_thread(inspect.value, "test", "/registry/pods/a", revision)
    assert await asyncio.to_thread(inspect.keyspace, "test") == {"revision": 4, "compacted": 3}
    assert await asyncio.to_thread(inspect.keyspace, "nobody") == {"revision": 0, "compacted": 0}


async def test_keys_are_found_by_a_part_of_them(store: Store) -> None:
    for key in (
        "/registry/pods/default/Web-1",
        "/registry/pods/default/db",
        "/registry/events/default/web-1.ab",
        "/registry/web%",
    ):
        await store.ask("Put", key=key, value=b"{}")
    find = inspect.keys_with
    assert await asyncio.to_thread(find, "test", "web-1", ["/registry/events/"], 10) == ["/registry/pods/default/Web-1"]
    assert await asyncio.to_thread(find, "test", "web", [], 2) == [
        "/registry/events/default/web-1.ab",
        "/registry/pods/default/Web-1",
    ]
    assert await asyncio.to_thread(find, "test", "%", [], 10) == ["/registry/web%"]
    assert await asyncio.to_thread(find, "other", "web", [], 10) == []
