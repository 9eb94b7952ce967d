"""Range: which keys, at which revision, and never what is not committed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from cluster.etcd import table

from .conftest import ALICE, Store

KEYS = ("/a", "/a/1", "/a/2", "/a0", "/b/1", "/ä")


@pytest.mark.parametrize(
    ("key", "end", "found"),
    [
        ("/a", "", ("/a",)),
        ("/absent", "", ()),
        ("/a/", "/a0", ("/a/1", "/a/2")),
        ("/a", "/a/2", ("/a", "/a/1")),
        ("/b", "\0", ("/b/1", "/ä")),
        ("\0", "\0", KEYS),
        ("/b", "/a", ()),
    ],
)
async def test_it_finds_the_keys_between_start_and_end_in_order(
    store: Store, key: str, end: str, found: tuple[str, ...]
) -> None:
    for name in reversed(KEYS):
        await store.put(name, name)
    assert tuple(await store.get(key, end)) == found
    assert tuple(await store.get(key, end, revision=6)) == found
    await store.put("/zz", "later")
    assert tuple(await store.get(key, end, revision=6)) == found


async def test_limit_count_and_keys_only(store: Store) -> None:
    for name in ("/a/1", "/a/2", "/a/3"):
        await store.put(name, "value")
    page = await store.ask("Range", key="/a/", rangeEnd="/a0", limit=2)
    assert ([kv.key for kv in page["kvs"]], page["more"], page["count"]) == (["/a/1", "/a/2"], True, 3)
    rest = await store.ask("Range", key="/a/2\0", rangeEnd="/a0", limit=2)
    assert ([kv.key for kv in rest["kvs"]], rest["more"]) == (["/a/3"], False)
    counted = await store.ask("Range", key="/a/", rangeEnd="/a0", countOnly=True)
    assert (counted["kvs"], counted["count"]) == ([], 3)
    bare = await store.ask("Range", key="/a/", rangeEnd="/a0", keysOnly=True)
    assert [(kv.key, kv.value) for kv in bare["kvs"]] == [("/a/1", b""), ("/a/2", b""), ("/a/3", b"")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"key": "/a", "revision": 99}, "etcdserver: mvcc: required revision is a future revision"),
        ({"key": "/a", "revision": -1}, "etcdserver: revision is not a non-negative integer"),
        ({"key": "/a", "limit": "2"}, "etcdserver: limit is not a non-negative integer"),
        ({"key": "/a", "sortOrder": "DESCEND"}, "etcdserver: not supported: RangeRequest.sortOrder"),
        ({}, "etcdserver: key is not provided"),
    ],
)
async def test_what_it_can_not_do_it_refuses(store: Store, body: dict[str, object], error: str) -> None:
    await store.put("/a", "1")
    assert await store.refused("Range", **body) == error


async def test_a_read_waits_for_the_commit_of_what_it_saw(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a kill -9 could take back what somebody has read."""
    gate, commit = threading.Event(), table.commit

    def slowly(*args: object) -> None:
        gate.wait(5)
        commit(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "commit", slowly)
    writing = asyncio.ensure_future(store.put("/a", "1"))
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop: the write is applied
    reading = asyncio.ensure_future(store.ask("Range", key="/a"))
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  # the commit is stuck, so nothing may be answered
    assert not reading.done()
    assert not writing.done()
    gate.set()
    answer = await reading
    assert ([kv.value for kv in answer["kvs"]], answer["header"]["revision"]) == ([b"1"], 1)
    assert await writing == 1


async def test_a_read_does_not_see_writes_that_came_after_it(store: Store) -> None:
    await store.put("/a", "1")
    writing = asyncio.ensure_future(store.put("/a", "2"))
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop: the write is applied
    reading = asyncio.ensure_future(store.ask("Range", key="/a"))
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop: the read has looked
    later = asyncio.ensure_future(store.ask("Put", key="/a", value=b"3", writer=ALICE))
    answer = await reading
    await asyncio.gather(writing, later)
    assert ([kv.value for kv in answer["kvs"]], answer["header"]["revision"]) == ([b"2"], 2)
