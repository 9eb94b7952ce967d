"""One etcd over a real database file, with virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.etcd.server import Etcd
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Stream

ALICE = ["kube-apiserver", "alice", 7]


class Store:
    """An etcd that is asked in one line, and that can be closed and opened again over the same tables."""

    def __init__(self, keyspace: str, **options: Any) -> None:
        self.clock = VirtualClock()
        self.keyspace = keyspace
        self.options = options
        self.etcd = Etcd(keyspace, self.clock, **options)

    async def restart(self) -> None:
        await self.etcd.close()
        self.etcd = Etcd(self.keyspace, self.clock, **self.options)
        await self.etcd.open()

    async def send(self, verb: str, **body: Any) -> Response:
        return await self.etcd.handle(Request(verb, body.get("key", "/"), body=Payload(object=body)))

    async def ask(self, verb: str, **body: Any) -> dict[str, Any]:
        """The body of an answer that must be a success."""
        response = await self.send(verb, **body)
        assert response.status == 200, response.body.object
        return response.body.object

    async def refused(self, verb: str, **body: Any) -> str:
        """The error of an answer that must be a refusal."""
        response = await self.send(verb, **body)
        assert response.status == 400, response.body.object
        return response.body.object["error"]

    async def put(self, key: str, value: str, **more: Any) -> int:
        return (await self.ask("Put", key=key, value=value.encode(), writer=ALICE, **more))["header"]["revision"]

    async def delete(self, key: str, end: str = "") -> int:
        return (await self.ask("DeleteRange", key=key, rangeEnd=end, writer=ALICE))["deleted"]

    async def get(self, key: str, end: str = "", **more: Any) -> dict[str, str]:
        answer = await self.ask("Range", key=key, rangeEnd=end, **more)
        return {kv.key: kv.value.decode() for kv in answer["kvs"]}

    async def watch(self, key: str, end: str = "", since: int = 0) -> Stream:
        response = await self.send("Watch", key=key, rangeEnd=end, startRevision=since)
        assert response.status == 200, response.body.object
        assert response.stream is not None
        return response.stream

    async def events(self, stream: Stream) -> list[tuple[str, str, str, int]]:
        """(type, key, value, revision) of everything a watch was told so far."""
        await self.clock.settle()
        if not stream._buffer:
            return []
        return [(e.type, e.kv.key, e.kv.value.decode(), e.revision) for e, _ in await stream.receive()]


@pytest.fixture
async def store(transactional_db: None) -> AsyncIterator[Store]:
    store = Store("test")
    await store.etcd.open()
    yield store
    await store.etcd.close()
    store.clock.close()
