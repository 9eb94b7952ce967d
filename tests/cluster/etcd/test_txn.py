"""Txn: compare, then one branch, all at one revision; what is not supported is refused before anything is done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import ALICE, Store


def put(key: str, value: str = "x", **more: Any) -> dict[str, Any]:
    return {"requestPut": {"key": key, "value": value.encode(), **more}}


def at(key: str, revision: int, **more: Any) -> dict[str, Any]:
    return {"key": key, "target": "MOD", "result": "EQUAL", "modRevision": revision, **more}


@pytest.mark.parametrize(
    ("compare", "holds"),
    [
        (at("/a", 2), True),
        (at("/a", 1), False),
        (at("/absent", 0), True),
        (at("/absent", 1), False),
        ({"key": "/a", "target": "CREATE", "result": "EQUAL", "createRevision": 1}, True),
        ({"key": "/a", "target": "VERSION", "result": "GREATER", "version": 1}, True),
        ({"key": "/a", "target": "VERSION", "result": "LESS", "version": 2}, False),
        ({"key": "/a", "target": "VALUE", "result": "EQUAL", "value": b"two"}, True),
        ({"key": "/a", "target": "VALUE", "result": "NOT_EQUAL", "value": b"two"}, False),
        ({"key": "/absent", "target": "VALUE", "result": "NOT_EQUAL", "value": b"two"}, False),
        ({"key": "/a", "modRevision": 2}, True),
    ],
)
async def test_a_comparison_decides_which_branch(store: Store, compare: dict[str, Any], holds: bool) -> None:
    await store.put("/a", "one")
    await store.put("/a", "two")
    answer = await store.ask("Txn", compare=[compare], success=[put("/yes")], failure=[put("/no")])
    assert answer["succeeded"] is holds
    assert await store.get("/yes" if holds else "/no")
    assert answer["header"]["revision"] == 3


async def test_all_changes_of_a_txn_share_a_revision_and_their_events_keep_their_order(store: Store) -> None:
    await store.put("/b", "old")
    stream = await store.watch("/", "0")
    doomed = {"requestDeleteRange": {"key": "/b", "prevKv": True}}
    answer = await store.ask("Txn", success=[put("/a"), doomed, put("/c"), {"requestRange": {"key": "/a"}}])
    assert answer["header"]["revision"] == 2
    assert answer["responses"][1]["responseDeleteRange"]["prevKvs"][0].value == b"old"
    assert answer["responses"][3]["responseRange"]["kvs"][0].mod_revision == 2
    assert await store.events(stream) == [("PUT", "/a", "x", 2), ("DELETE", "/b", "", 2), ("PUT", "/c", "x", 2)]


async def test_a_txn_that_changes_nothing_takes_no_revision(store: Store) -> None:
    await store.put("/a", "1")
    await store.ask("Txn", success=[{"requestDeleteRange": {"key": "/absent"}}])
    failed = await store.ask(
        "Txn", compare=[at("/a", 9)], success=[put("/a")], failure=[{"requestRange": {"key": "/a"}}]
    )
    assert failed["succeeded"] is False
    assert failed["responses"][0]["responseRange"]["kvs"][0].value == b"1"
    assert await store.put("/a", "2") == 2


async def test_of_many_who_write_at_the_same_revision_one_wins(store: Store) -> None:
    await store.put("/a", "start")
    tries = [store.ask("Txn", compare=[at("/a", 1)], success=[put("/a", str(n))], writer=ALICE) for n in range(20)]
    answers = await asyncio.gather(*tries)
    assert [answer["succeeded"] for answer in answers].count(True) == 1
    assert await store.get("/a") == {"/a": "0"}


async def test_a_chain_of_writes_may_share_one_commit(store: Store) -> None:
    """Each is checked against the one before, committed or not."""

    async def link(n: int) -> bool:
        body = {"compare": [at("/a", n)], "success": [put("/a", str(n))]}
        return (await store.ask("Txn", **body))["succeeded"]

    assert all(await asyncio.gather(*(link(n) for n in range(50))))
    assert await store.get("/a") == {"/a": "49"}


RANGE_IN_THE_PAST = {"requestRange": {"key": "/a", "revision": 1}}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"success": [put("/a"), put("/a")]}, "etcdserver: duplicate key given in txn request"),
        (
            {"success": [put("/a"), {"requestDeleteRange": {"key": "/", "rangeEnd": "0"}}]},
            "etcdserver: duplicate key given in txn request",
        ),
        ({"success": [put("/a"), {"requestTxn": {}}]}, "etcdserver: not supported: requestTxn in a Txn"),
        ({"success": [put("/a"), {}]}, "etcdserver: not supported: a RequestOp of 0 requests"),
        (
            {"success": [put("/a"), RANGE_IN_THE_PAST]},
            "etcdserver: not supported: RangeRequest in a Txn.revision",
        ),
        ({"success": [put(f"/{n}") for n in range(129)]}, "etcdserver: too many operations in txn request"),
        ({"success": [put("/a", lease=5)]}, "etcdserver: requested lease not found"),
        ({"success": [put("")]}, "etcdserver: key is not provided"),
        (
            {"compare": [at("/a", 0, rangeEnd="/b")], "success": [put("/a")]},
            "etcdserver: not supported: Compare.rangeEnd",
        ),
        ({"compare": [{"key": "/a", "target": "LEASE"}]}, "etcdserver: not supported: Compare LEASE EQUAL"),
        ({"compare": [], "dryRun": True}, "etcdserver: not supported: TxnRequest.dryRun"),
        (
            {"compare": [at("/a", 0)], "failure": [put("/a"), {"requestLease": {}}]},
            "etcdserver: not supported: requestLease in a Txn",
        ),
    ],
)
async def test_a_txn_it_can_not_do_is_refused_whole(store: Store, body: dict[str, Any], error: str) -> None:
    assert await store.refused("Txn", **body) == error
    assert await store.get("\0", "\0") == {}
    assert await store.put("/next", "x") == 1
