"""Put and DeleteRange: revisions, versions, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import ALICE, Store


async def test_every_write_takes_the_next_revision(store: Store) -> None:
    assert [await store.put("/a", "1"), await store.put("/b", "1"), await store.put("/a", "2")] == [1, 2, 3]


async def test_a_key_counts_its_versions_and_remembers_its_creation(store: Store) -> None:
    for value in "123":
        await store.put("/a", value)
    [kv] = (await store.ask("Range", key="/a"))["kvs"]
    assert (kv.create_revision, kv.mod_revision, kv.version, kv.value) == (1, 3, 3, b"3")
    assert (kv.hop, kv.writer) == (7, tuple(ALICE))


async def test_a_key_that_comes_back_starts_at_version_1(store: Store) -> None:
    await store.put("/a", "1")
    await store.delete("/a")
    await store.put("/a", "2")
    [kv] = (await store.ask("Range", key="/a"))["kvs"]
    assert (kv.create_revision, kv.version) == (3, 1)


async def test_the_value_is_the_very_bytes_that_were_put(store: Store) -> None:
    value, stream = b"x" * 100, await store.watch("/a")
    await store.ask("Put", key="/a", value=value, writer=ALICE)
    [kv] = (await store.ask("Range", key="/a"))["kvs"]
    [(event, _)] = await stream.receive()
    assert kv.value is value
    assert event.kv.value is value


async def test_the_previous_value_comes_when_asked_for(store: Store) -> None:
    assert "prevKv" not in await store.ask("Put", key="/a", value=b"1")
    answer = await store.ask("Put", key="/a", value=b"2", prevKv=True)
    assert answer["prevKv"].value == b"1"
    answer = await store.ask("DeleteRange", key="/a", prevKv=True)
    assert [kv.value for kv in answer["prevKvs"]] == [b"2"]


async def test_deleting_a_range_takes_one_revision(store: Store) -> None:
    for key in ("/a/1", "/a/2", "/b/1"):
        await store.put(key, "x")
    assert await store.delete("/a/", "/a0") == 2
    assert await store.put("/c", "x") == 5
    assert await store.get("/", "0") == {"/b/1": "x", "/c": "x"}


async def test_deleting_nothing_takes_no_revision(store: Store) -> None:
    await store.put("/a", "1")
    assert await store.delete("/absent") == 0
    assert await store.put("/a", "2") == 2


@pytest.mark.parametrize(
    ("verb", "body", "error"),
    [
        ("Put", {"value": b"1"}, "etcdserver: key is not provided"),
        ("Put", {"key": "/a", "value": "text"}, "etcdserver: value is not bytes"),
        ("Put", {"key": "/a", "value": b"x" * (1536 * 1024 + 1)}, "etcdserver: request is too large"),
        ("Put", {"key": "/a", "value": b"1", "lease": 9}, "etcdserver: requested lease not found"),
        ("Put", {"key": "/a", "value": b"1", "ignoreLease": True}, "etcdserver: not supported: PutRequest.ignoreLease"),
        ("Put", {"key": "/a", "value": b"1", "writer": "me"}, "etcdserver: writer is not [component, user, hop]"),
        ("Put", {"key": 7, "value": b"1"}, "etcdserver: key is not text"),
        ("DeleteRange", {"rangeEnd": "/b"}, "etcdserver: key is not provided"),
        ("DeleteRange", {"key": "/a", "limit": 2}, "etcdserver: not supported: DeleteRangeRequest.limit"),
        ("MoveLeader", {"targetID": 1}, "etcdserver: not supported: MoveLeader"),
        ("Status", {"verbose": True}, "etcdserver: not supported: StatusRequest.verbose"),
    ],
)
async def test_a_bad_request_is_refused_by_name_and_changes_nothing(
    store: Store, verb: str, body: dict[str, Any], error: str
) -> None:
    assert await store.refused(verb, **body) == error
    assert (await store.ask("Status"))["header"]["revision"] == 0


async def test_a_closed_etcd_says_so(store: Store) -> None:
    await store.etcd.close()
    assert await store.refused("Put", key="/a", value=b"1") == "etcdserver: server stopped"
    assert await store.refused("Range", key="/a") == "etcdserver: server stopped"
    await store.restart()
