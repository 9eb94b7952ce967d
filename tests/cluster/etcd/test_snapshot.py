"""Snapshots: a keyspace as bytes, and back; damage is noticed and nothing is written then."""

from __future__ import annotations

import asyncio
import io

import pytest

from cluster.etcd import snapshot
from cluster.etcd.models import CurrentKey, Keyspace, Revision
from cluster.etcd.server import Etcd

from .conftest import Store


async def saved(store: Store) -> bytes:
    lease = (await store.ask("LeaseGrant", TTL=60))["ID"]
    await store.put("/a", "1")
    await store.put("/a", "2")
    await store.put("/gone", "1")
    await store.delete("/gone")
    await store.ask("Put", key="/binary", value=bytes(range(256)), lease=lease)
    file = io.BytesIO()
    assert await asyncio.to_thread(snapshot.save, "test", file) == 5
    return file.getvalue()


async def test_a_restored_keyspace_reads_the_same_at_every_revision(store: Store) -> None:
    data = await saved(store)
    assert await asyncio.to_thread(snapshot.restore, io.BytesIO(data), "copy") == 5
    copy = Store("copy")
    copy.clock = store.clock
    copy.etcd = Etcd("copy", store.clock)
    await copy.etcd.open()
    for revision in range(1, 6):
        found = [await each.ask("Range", key="/", rangeEnd="0", revision=revision) for each in (store, copy)]
        assert [kv.value for kv in found[0]["kvs"]] == [kv.value for kv in found[1]["kvs"]]
    assert copy.etcd.inspect()["leases"] == 1
    assert await copy.put("/a", "3") == 6
    await copy.etcd.close()


async def test_a_keyspace_in_use_is_not_overwritten(store: Store) -> None:
    data = await saved(store)
    with pytest.raises(ValueError, match="keyspace test is not empty"):
        await asyncio.to_thread(snapshot.restore, io.BytesIO(data), "test")


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda data: b"", "not a snapshot"),
        (lambda data: b"hello\n", "not a snapshot"),
        (lambda data: data[: len(data) // 2].rpartition(b"\n")[0] + b"\n", "cut short"),
        (lambda data: data.replace(b'"/a"', b'"/x"', 1), "checksum differs"),
        (lambda data: data.replace(b"snapshot/1", b"snapshot/9", 1), "not a snapshot of the format"),
    ],
)
async def test_a_damaged_snapshot_is_refused_and_nothing_is_written(store: Store, damage: object, error: str) -> None:
    data = damage(await saved(store))  # type: ignore[operator]
    with pytest.raises(ValueError, match=error):
        await asyncio.to_thread(snapshot.restore, io.BytesIO(data), "copy")
    for model in (Revision, CurrentKey):
        assert not await model.objects.filter(keyspace="copy").aexists()
    assert not await Keyspace.objects.filter(name="copy").aexists()
