"""A keyspace that begins with another's keys as they were at a revision."""

from __future__ import annotations

import asyncio

import pytest

from cluster.clock import VirtualClock
from cluster.etcd import inspect, snapshot
from cluster.etcd.key_value import EtcdError
from cluster.etcd.server import Etcd
from cluster.wire.message import Payload, Request


async def put(etcd: Etcd, key: str, value: bytes) -> int:
    answer = await etcd.handle(Request("Put", key, body=Payload(object={"key": key, "value": value})))
    return answer.revision


async def test_a_fork_has_the_keys_of_its_revision_and_goes_on(transactional_db: None) -> None:
    clock = VirtualClock()
    source = Etcd("source", clock)
    await source.open()
    await put(source, "/registry/pods/a", b'{"n": 1}')
    then = await put(source, "/registry/pods/b", b'{"n": 2}')
    await put(source, "/registry/pods/a", b'{"n": 3}')
    await source.close()
    await asyncio.to_thread(_fork, then)
    fork = Etcd("fork", clock)
    await fork.open()
    assert await put(fork, "/registry/pods/c", b"{}") == then + 1
    await fork.close()


def _fork(then: int) -> None:
    snapshot.fork("source", then, "fork")
    assert inspect.keyspace("fork") == {"revision": then, "compacted": then}
    assert inspect.at("fork", "/registry/", then) == inspect.at("source", "/registry/", then)
    assert [value for _, value in inspect.at("fork", "/registry/", then)] == [{"n": 1}, {"n": 2}]
    assert [each["key"] for each in inspect.keys("source")] == ["/registry/pods/a", "/registry/pods/b"]
    with pytest.raises(ValueError, match="not empty"):
        snapshot.fork("source", then, "fork")
    with pytest.raises(EtcdError):
        snapshot.fork("source", then + 9, "other")
