"""Watch: every event from a revision on, once, in order."""

from __future__ import annotations

import asyncio

import pytest

from cluster.etcd import catch_up
from cluster.etcd.key_value import EtcdError

from .conftest import Store


async def test_it_tells_of_the_future(store: Store) -> None:
    await store.put("/a/1", "before")
    stream = await store.watch("/a/", "/a0")
    await store.put("/a/1", "after")
    await store.put("/b/1", "elsewhere")
    await store.delete("/a/1")
    assert await store.events(stream) == [("PUT", "/a/1", "after", 2), ("DELETE", "/a/1", "", 4)]


@pytest.mark.parametrize("piece", [1, 2, 3, 1000])
@pytest.mark.parametrize("since", [1, 3, 5, 6])
async def test_it_tells_the_past_then_the_future(
    store: Store, monkeypatch: pytest.MonkeyPatch, since: int, piece: int
) -> None:
    monkeypatch.setattr(catch_up, "PIECE", piece)
    puts = [{"requestPut": {"key": f"/{n}", "value": b"x"}} for n in range(3)]
    await store.ask("Txn", success=puts)
    for n in range(3):
        await store.put(f"/{n}", str(n))
    await store.delete("/1")
    stream = await store.watch("/", "0", since=since)
    writing = [asyncio.ensure_future(store.put("/1", str(n))) for n in range(5)]
    await asyncio.gather(*writing)
    await store.clock.settle()
    told = [(revision, key) for _, key, _, revision in await store.events(stream)]
    everything = [(1, "/0"), (1, "/1"), (1, "/2"), (2, "/0"), (3, "/1"), (4, "/2"), (5, "/1")]
    everything += [(revision, "/1") for revision in range(6, 11)]
    assert told == [entry for entry in everything if entry[0] >= since]


async def test_a_watch_of_a_later_revision_stays_silent_until_then(store: Store) -> None:
    stream = await store.watch("/a", since=3)
    for value in "1234":
        await store.put("/a", value)
    assert [revision for *_, revision in await store.events(stream)] == [3, 4]


async def test_events_of_the_past_and_the_present_name_what_was_there_before(store: Store) -> None:
    await store.put("/a", "1")
    await store.put("/a", "2")
    await store.delete("/a")
    await store.put("/a", "4")
    stream = await store.watch("/a", since=2)
    await store.put("/a", "5")
    await store.clock.settle()
    previous = [event.prev_kv and event.prev_kv.value for event, _ in await stream.receive()]
    assert previous == [b"1", b"2", None, b"4"]


async def test_events_come_before_the_answer_to_the_writer(store: Store) -> None:
    stream = await store.watch("/", "0")
    seen: list[str] = []
    stream.consume(lambda deliveries: seen.extend(event.kv.key for event, _ in deliveries))

    async def write(n: int) -> None:
        await store.put(f"/{n}", "x")
        assert f"/{n}" in seen

    await asyncio.gather(*(write(n) for n in range(30)))
    assert seen == [f"/{n}" for n in range(30)]


async def test_an_event_names_the_hop_of_its_writer(store: Store) -> None:
    stream = await store.watch("/a")
    await store.ask("Put", key="/a", value=b"{}", writer=["kube-apiserver", "alice", 42])
    [(event, _)] = await stream.receive()
    assert (event.hop, event.payload.object) == (42, {})
    again = await store.watch("/a", since=1)
    await store.clock.settle()
    [(event, _)] = await again.receive()
    assert (event.hop, event.kv.writer) == (42, ("kube-apiserver", "alice", 42))


async def test_a_compacted_start_is_refused_in_etcds_words(store: Store) -> None:
    for value in "12345":
        await store.put("/a", value)
    await store.ask("Compact", revision=3)
    error = "etcdserver: mvcc: required revision has been compacted"
    assert await store.refused("Watch", key="/a", startRevision=2) == error
    stream = await store.watch("/a", since=3)
    assert [revision for *_, revision in await store.events(stream)] == [3, 4, 5]


async def test_a_watch_overtaken_by_a_compaction_ends_with_etcds_words(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in "12345":
        await store.put("/a", value)
    read = catch_up._piece

    def overtaken(*args: object) -> object:
        store.etcd.store.compacted = 4
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(catch_up, "_piece", overtaken)
    stream = await store.watch("/a", since=2)
    assert await stream.receive() == []
    assert isinstance(stream.error, EtcdError)
    assert str(stream.error) == "etcdserver: mvcc: required revision has been compacted"


async def test_a_closed_watch_is_forgotten(store: Store) -> None:
    stream = await store.watch("/a")
    assert store.etcd.inspect()["watchers"] == 1
    stream.close()
    assert store.etcd.inspect()["watchers"] == 0
    await store.put("/a", "1")


async def test_a_reader_that_raises_loses_its_watch_and_nobody_else_suffers(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await store.watch("/a"), await store.watch("/a")

    def stumble(deliveries: object) -> None:
        raise RuntimeError("cannot decode")

    bad.consume(stumble)
    assert await store.put("/a", "1") == 1
    assert await store.put("/a", "2") == 2
    assert [revision for *_, revision in await store.events(good)] == [1, 2]
    assert bad.closed
    assert "was cut" in caplog.text


async def test_what_is_not_supported_is_refused(store: Store) -> None:
    assert await store.refused("Watch", key="/a", progressNotify=True) == (
        "etcdserver: not supported: WatchCreateRequest.progressNotify"
    )
    assert await store.refused("Watch", startRevision=1) == "etcdserver: key is not provided"
