"""etcd's read-only door: folders, what names a uid, a key's values, who wrote a revision, and when."""

from __future__ import annotations

import asyncio

import orjson

from cluster.clock import VirtualClock
from cluster.etcd import inspect
from cluster.etcd.server import Etcd
from cluster.wire.message import Payload, Request


async def test_keys_fold_into_folders_and_values_are_found_by_what_they_name(transactional_db: None) -> None:
    clock = VirtualClock()
    etcd = Etcd("looked-at", clock)
    await etcd.open()
    for key, owner in (("pods/x/a", "u1"), ("pods/x/b", "u2"), ("pods/y/c", "u1"), ("nodes/n", "")):
        body = {"key": f"/registry/{key}", "value": orjson.dumps({"owner": owner}), "writer": ["kubectl", "alice", 7]}
        last = (await etcd.handle(Request("Put", key, body=Payload(object=body)))).revision
    await etcd.close()
    await asyncio.to_thread(_look, last, clock.now())


def _look(last: int, now: float) -> None:
    assert inspect.folder("looked-at", "/registry/") == [{"name": "nodes", "count": 1}, {"name": "pods", "count": 3}]
    assert [each["name"] for each in inspect.folder("looked-at", "/registry/pods/x/")] == ["a", "b"]
    assert inspect.holding("looked-at", "/registry/", "u1") == [{"owner": "u1"}, {"owner": "u1"}]
    assert inspect.holding("looked-at", "/registry/pods/x/", "u1") == [{"owner": "u1"}]
    [(row, value)] = inspect.history("looked-at", "/registry/pods/x/a", 5)
    assert (row["user"], row["hop"], value) == ("alice", 7, {"owner": "u1"})
    assert [each["key"] for each in inspect.written("looked-at", last)] == ["/registry/nodes/n"]
    assert inspect.time_of("looked-at", last) == now
