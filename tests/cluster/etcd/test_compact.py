"""Compaction: history goes, the present stays, and nobody waits for it."""

from __future__ import annotations

import pytest

from cluster.etcd import compact, table
from cluster.etcd.models import Revision

from .conftest import Store

COMPACTED = "etcdserver: mvcc: required revision has been compacted"


async def kept(store: Store) -> list[int]:
    return [row.revision async for row in Revision.objects.filter(keyspace=store.keyspace).order_by("revision")]


@pytest.mark.parametrize("rows_at_once", [1, 2, 500])
async def test_reads_from_the_compacted_revision_on_still_work(
    store: Store, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(compact, "ROWS_AT_ONCE", rows_at_once)
    await store.put("/a", "1")
    await store.put("/b", "2")
    await store.put("/a", "3")
    await store.delete("/b")
    await store.put("/a", "5")
    await store.put("/c", "6")
    await store.ask("Compact", revision=5)
    assert await store.refused("Range", key="/", rangeEnd="0", revision=4) == COMPACTED
    assert await store.get("/", "0", revision=5) == {"/a": "5"}
    assert await store.get("/", "0") == {"/a": "5", "/c": "6"}
    assert await kept(store) == [5, 6]
    await store.restart()
    assert await store.refused("Range", key="/a", revision=4) == COMPACTED
    assert await store.get("/", "0") == {"/a": "5", "/c": "6"}


async def test_what_has_not_changed_for_long_is_kept(store: Store) -> None:
    await store.put("/old", "1")
    for n in range(2, 12):
        await store.put("/busy", str(n))
    await store.ask("Compact", revision=11)
    assert await kept(store) == [1, 11]
    await store.put("/old", "12")
    await store.put("/busy", "13")
    await store.ask("Compact", revision=13)
    assert await kept(store) == [12, 13]


@pytest.mark.parametrize(
    ("revision", "error"),
    [(0, COMPACTED), (2, COMPACTED), (9, "etcdserver: mvcc: required revision is a future revision")],
)
async def test_it_refuses_revisions_out_of_range(store: Store, revision: int, error: str) -> None:
    for value in "123":
        await store.put("/a", value)
    await store.ask("Compact", revision=2)
    assert await store.refused("Compact", revision=revision) == error


async def test_it_keeps_as_many_revisions_as_the_policy_says(store: Store) -> None:
    store.options["keep_revisions"] = 20
    await store.restart()
    for n in range(100):
        await store.put("/a", str(n))
    await store.clock.settle()
    revisions = await kept(store)
    assert revisions[-1] == 100
    assert 20 <= len(revisions) <= 23
    assert await store.get("/a", revision=81) == {"/a": "80"}


async def test_a_compaction_that_fails_is_logged_and_writing_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store.options["keep_revisions"] = 10
    await store.restart()

    def full(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(table, "set_compacted", full)
    for n in range(30):
        await store.put("/a", str(n))
    await store.clock.settle()
    assert "could not compact" in caplog.text
    assert await store.put("/a", "x") == 31
