"""A full etcd takes no puts and no leases; reads, deletions and compactions go on; disarmed, all is as before."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.etcd.alarm import NO_SPACE

from .conftest import Store

PUT = {"requestPut": {"key": "/b", "value": b"x"}}


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("Put", {"key": "/b", "value": b"x"}),
        ("Txn", {"compare": [], "success": [PUT]}),
        ("Txn", {"compare": [], "success": [], "failure": [PUT]}),
        ("LeaseGrant", {"TTL": 10}),
    ],
)
async def test_what_takes_space_is_refused_until_the_alarm_is_disarmed(
    store: Store, verb: str, body: dict[str, Any]
) -> None:
    armed = await store.ask("Alarm", action="ACTIVATE", alarm="NOSPACE")
    assert [each["alarm"] for each in armed["alarms"]] == ["NOSPACE"]
    assert await store.refused(verb, **body) == NO_SPACE
    await store.ask("Alarm", action="DEACTIVATE", alarm="NOSPACE")
    assert (await store.ask("Alarm", action="GET"))["alarms"] == []
    await store.ask(verb, **body)


async def test_reading_deleting_and_compacting_go_on(store: Store) -> None:
    revision = await store.put("/a", "one")
    await store.ask("Alarm", action="ACTIVATE", alarm="NOSPACE")
    assert await store.get("/a") == {"/a": "one"}
    await store.ask("Txn", compare=[], success=[{"requestDeleteRange": {"key": "/a"}}])
    assert await store.get("/a") == {}
    await store.ask("Compact", revision=revision)


async def test_another_alarm_is_refused_by_name(store: Store) -> None:
    assert "not supported: Alarm ACTIVATE CORRUPT" in await store.refused("Alarm", action="ACTIVATE", alarm="CORRUPT")
