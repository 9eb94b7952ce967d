"""The writer: groups, order, restart, and what happens when the disk refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.etcd import table
from cluster.etcd.models import Keyspace, Revision
from cluster.etcd.server import Etcd

from .conftest import Store


async def test_writes_that_come_together_share_a_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, commit = [], table.commit

    def counted(keyspace: str, revision: int, log: Any, puts: Any, deletes: Any) -> None:
        sizes.append(len(log))
        commit(keyspace, revision, log, puts, deletes)

    monkeypatch.setattr(table, "commit", counted)
    await asyncio.gather(*(store.put(f"/{n}", "x") for n in range(100)))
    assert sum(sizes) == 100
    assert len(sizes) <= 3


async def test_after_a_restart_everything_is_as_it_was(store: Store) -> None:
    await asyncio.gather(*(store.put(f"/{n}", str(n)) for n in range(20)))
    await store.delete("/3")
    await store.put("/4", "again")
    before = (await store.ask("Range", key="/", rangeEnd="0"))["kvs"]
    await store.restart()
    after = (await store.ask("Range", key="/", rangeEnd="0"))["kvs"]
    fields = ("key", "value", "create_revision", "mod_revision", "version", "lease", "hop", "writer")
    assert [[getattr(kv, f) for f in fields] for kv in after] == [[getattr(kv, f) for f in fields] for kv in before]
    assert await store.put("/new", "x") == 23


async def test_revisions_are_gapless_and_close_commits_what_is_queued(store: Store) -> None:
    writing = [asyncio.ensure_future(store.put("/a", str(n))) for n in range(50)]
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop: all are applied
    await store.etcd.close()
    assert sorted(await asyncio.gather(*writing)) == list(range(1, 51))
    assert [row.revision async for row in Revision.objects.order_by("revision")] == list(range(1, 51))
    assert (await Keyspace.objects.aget(name="test")).revision == 50
    await store.restart()


async def test_when_the_disk_refuses_nothing_has_happened(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await store.put("/a", "good")
    stream = await store.watch("/", "0")
    commit = table.commit

    def full(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(table, "commit", full)
    answers = await asyncio.gather(*(store.send("Put", key=f"/{n}", value=b"x") for n in range(5)))
    assert {answer.body.object["error"] for answer in answers} == {"etcdserver: disk full"}
    assert await store.events(stream) == []
    assert await store.get("/", "0") == {"/a": "good"}
    monkeypatch.setattr(table, "commit", commit)
    assert await store.put("/b", "better") == 2
    assert await store.events(stream) == [("PUT", "/b", "better", 2)]
    assert "could not commit" in caplog.text


async def test_a_commit_that_succeeded_and_then_failed_to_say_so_counts(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stream = await store.watch("/", "0")
    commit = table.commit

    def mute(*args: Any) -> None:
        commit(*args)
        monkeypatch.setattr(table, "commit", commit)
        raise OSError("connection lost after the commit")

    monkeypatch.setattr(table, "commit", mute)
    assert await store.put("/a", "1") == 1
    assert await store.events(stream) == [("PUT", "/a", "1", 1)]
    assert await store.put("/a", "2") == 2
    assert "could not commit" in caplog.text


async def test_two_keyspaces_do_not_see_each_other(store: Store) -> None:
    other = Etcd("other", VirtualClock())
    await other.open()
    second = Store("other")
    second.etcd = other
    await asyncio.gather(*(each.put("/a", each.keyspace) for each in (store, second) for _ in range(20)))
    assert (await store.get("/a"), await second.get("/a")) == ({"/a": "test"}, {"/a": "other"})
    assert (await store.ask("Status"))["header"]["revision"] == 20
    await other.close()
    await asyncio.to_thread(table.erase, "other")
    assert await store.get("/a", revision=5) == {"/a": "test"}
    assert not await Keyspace.objects.filter(name="other").aexists()


async def test_committing_inline_gives_the_same_answers(store: Store) -> None:
    store.options["inline"] = True
    await store.restart()
    assert [await store.put("/a", "1"), await store.put("/a", "2")] == [1, 2]
    assert await store.get("/a", revision=1) == {"/a": "1"}
