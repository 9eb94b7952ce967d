"""The store against a plain model of it: any kept revision, any watch, any restart."""

from __future__ import annotations

import random  # noqa: TID251  # the test's own seed

import pytest

from cluster.clock import VirtualClock
from cluster.etcd.server import Etcd
from cluster.wire.message import Payload, Request

pytestmark = pytest.mark.django_db(transaction=True)
WRITER = ("test", "tara", 7)


async def ask(store: Etcd, verb: str, **body: object) -> dict:
    response = await store.handle(Request(verb, "/", body=Payload(object=body)))
    return {"status": response.status, "stream": response.stream, **(response.body.object or {})}


async def opened(name: str = "k") -> Etcd:
    store = Etcd(name, VirtualClock())
    await store.open()
    return store


async def test_every_kept_revision_can_be_read_and_watched_without_gap_or_repeat() -> None:
    store, chance, model, states = await opened(), random.Random(4), {}, {0: {}}  # the test's own seed
    for number in range(1, 80):
        key = f"/registry/things/{chance.randrange(8)}"
        if key in model and chance.random() < 0.3:
            await ask(store, "DeleteRange", key=key, writer=WRITER)
            del model[key]
        else:
            value = str(number).encode()
            await ask(store, "Put", key=key, value=value, writer=WRITER)
            model[key] = value
        states[store.writer.revision] = dict(model)
    assert store.writer.revision == 79, "one revision a write, none left out"
    for revision in (1, 17, 40, 79):
        found = await ask(store, "Range", key="/registry/", rangeEnd="/registry0", revision=revision)
        assert {kv.key: kv.value for kv in found["kvs"]} == states[revision]
    watch = await ask(store, "Watch", key="/registry/", rangeEnd="/registry0", startRevision=30)
    await ask(store, "Put", key="/registry/things/last", value=b"x", writer=WRITER)
    seen = [event.revision for event, _ in await watch["stream"].receive()]
    assert seen == list(range(30, 81))
    await store.close()
    again = await opened()
    assert {key: kv.value for key, kv in again.writer.keys.items()} == {**model, "/registry/things/last": b"x"}
    assert again.writer.revision == 80
    await again.close()


async def test_a_txn_whose_compare_fails_writes_nothing() -> None:
    store = await opened("txn")
    create = {
        "compare": [{"key": "/a", "target": "MOD", "result": "EQUAL", "modRevision": 0}],
        "success": [{"requestPut": {"key": "/a", "value": b"1"}}],
        "failure": [{"requestRange": {"key": "/a"}}],
        "writer": WRITER,
    }
    assert (await ask(store, "Txn", **create))["succeeded"] is True
    second = await ask(store, "Txn", **create)
    assert (second["succeeded"], second["responses"][0]["responseRange"]["kvs"][0].value) == (False, b"1")
    assert store.writer.revision == 1
    await store.close()


async def test_keys_go_with_their_lease_also_after_a_restart() -> None:
    store = await opened("lease")
    lease = (await ask(store, "LeaseGrant", TTL=30))["ID"]
    await ask(store, "Put", key="/a", value=b"1", lease=lease, writer=WRITER)
    await store.close()
    again = await opened("lease")
    clock = again.clock
    assert isinstance(clock, VirtualClock)
    await clock.advance(29)
    assert "/a" in again.writer.keys
    await clock.advance(2)
    assert "/a" not in again.writer.keys
    await again.close()


async def test_what_is_compacted_is_refused_in_etcds_words() -> None:
    store = await opened("compact")
    for number in range(5):
        await ask(store, "Put", key="/a", value=str(number).encode(), writer=WRITER)
    await ask(store, "Compact", revision=4)
    old = await ask(store, "Range", key="/a", revision=2)
    assert (old["status"], old["error"]) == (400, "etcdserver: mvcc: required revision has been compacted")
    kept = await ask(store, "Range", key="/a", revision=4)
    assert kept["kvs"][0].value == b"3"
    unknown = await ask(store, "Range", key="/a", sortOrder="DESCEND")
    assert unknown["error"] == "etcdserver: not supported: Range.sortOrder"
    await store.close()
