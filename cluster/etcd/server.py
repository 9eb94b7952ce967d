"""etcd's door: the RPCs of `rpc.proto`, served on the wire for one keyspace.

Names and fields are the gRPC gateway's (camelCase), values are bytes. What is not claimed is refused by name. The story
goes on in the module of the verb, then in `store` (what changes) and `writer` (when it is durable).

Models: server/etcdserver/v3_server.go and api/etcdserverpb/rpc.proto v3.6
Simplified: one member, no Raft; no authentication (only the API server is connected to it).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from cluster.clock import Clock
from cluster.etcd import alarm, catch_up, compact, delete, lease, put, range, rpc, txn
from cluster.etcd.key_value import NOT_SUPPORTED, UNIMPLEMENTED, EtcdError
from cluster.etcd.lessor import Held
from cluster.etcd.store import Store
from cluster.wire.message import Payload, Request, Response

VERSION = "3.6.5"

Verb = Callable[[Store, dict[str, Any]], Awaitable[Response]]
VERBS: dict[str, Verb] = {
    "Range": range.range,
    "LeaseGrant": lease.grant,
    "LeaseKeepAlive": lease.keep_alive,
    "LeaseTimeToLive": lease.time_to_live,
    "LeaseLeases": lease.leases,
    "Compact": compact.compact,
    "Alarm": alarm.alarm,
}
WRITES: dict[str, Verb] = {
    "Put": put.put,
    "DeleteRange": delete.delete_range,
    "Txn": txn.txn,
    "LeaseRevoke": lease.revoke,
}

logger = logging.getLogger(__name__)


class Etcd:
    """One keyspace, open between `open` and `close`. `keep_revisions` of history stay readable; `inline` commits in the
    event loop's time."""

    def __init__(self, keyspace: str, clock: Clock, *, keep_revisions: int = 100_000, inline: bool = False) -> None:
        self.keyspace = keyspace
        self.clock = clock
        self.keep_revisions = keep_revisions
        self.store = Store(keyspace, clock, inline=inline)
        self.store.leases.on_expiry = self._expire
        self._compaction: asyncio.Task[None] | None = None
        self._chores: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Load the keyspace from its tables."""
        await self.store.writer.start()

    async def close(self) -> None:
        """Commit what is queued and let go of everything."""
        self.store.leases.close()
        chores = [*self._chores, *([self._compaction] if self._compaction else [])]
        for task in chores:
            task.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await self.store.writer.stop()
        self.store.watchers.close()

    async def handle(self, request: Request) -> Response:
        """Answer one RPC; a refusal is status 400 with `{"error", "code"}`."""
        body = request.body.object or {}
        try:
            if not isinstance(body, dict):
                raise EtcdError("etcdserver: the request is not an object")
            if self.store.alarms:
                alarm.check(self.store, request.verb, body)
            if (write := WRITES.get(request.verb)) is not None:
                response = await write(self.store, body)
                self._thin_out()
                return response
            if (read := VERBS.get(request.verb)) is not None:
                return await read(self.store, body)
            if request.verb == "Watch":
                return self._watch(body)
            if request.verb == "Status":
                return self._status(body)
            raise EtcdError(f"{NOT_SUPPORTED}: {request.verb}", UNIMPLEMENTED)
        except EtcdError as error:
            refusal = {"error": str(error), "code": error.code}
            return Response(400, Payload(object=refusal), revision=self.store.writer.committed)

    def inspect(self) -> dict[str, Any]:
        store = self.store
        return {
            "revision": store.writer.committed,
            "compacted": store.compacted,
            "keys": len(store.keys),
            "watchers": len(store.watchers.all),
            "leases": len(store.leases.held),
            "alarms": sorted(store.alarms),
            "committing": store.writer.revision - store.writer.committed,
        }

    def _watch(self, body: dict[str, Any]) -> Response:
        response, behind = catch_up.watch(self.store, body)
        if behind is not None:
            self._chore(catch_up.catch_up(self.store, behind, self.store.writer.committed))
        return response

    def _status(self, body: dict[str, Any]) -> Response:
        rpc.claim(body, frozenset(), "StatusRequest")
        size = sum(len(kv.value) for kv in self.store.keys.values())
        return self.store.answer({"version": VERSION, "dbSizeInUse": size, "isLearner": False})

    def _thin_out(self) -> None:
        """Keep the history policy: one compaction at a time."""
        if self._compaction is not None:
            return
        revision = compact.due(self.store, self.keep_revisions)
        if revision:
            self._compaction = asyncio.get_running_loop().create_task(self._compact(revision))

    async def _compact(self, revision: int) -> None:
        try:
            await compact.forget_before(self.store, revision)
        except Exception:
            logger.exception("etcd %s could not compact", self.keyspace)
        finally:
            self._compaction = None

    def _expire(self, expired: list[Held]) -> None:
        self._chore(self._drop(expired))

    async def _drop(self, expired: list[Held]) -> None:
        try:
            await lease.drop(self.store, expired, rpc.ITSELF)
        except EtcdError as error:
            logger.warning("etcd %s will drop expired leases later: %s", self.keyspace, error)

    def _chore(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
