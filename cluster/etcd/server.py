"""etcd's door: the RPCs of `rpc.proto`, served on the wire for one keyspace.

Names and fields are the gRPC gateway's (camelCase), values are bytes. Reads of the newest revision come from memory,
older ones from the log. What is not claimed is refused by name. The story goes on in `writer`.

Models: server/etcdserver/v3_server.go and api/etcdserverpb/rpc.proto v3.6
Simplified: one member, no Raft; no authentication (only the API server is connected to it).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from cluster.clock import Clock
from cluster.etcd import table
from cluster.etcd.key_value import COMPACTED, EMPTY_KEY, FUTURE, LEASE_NOT_FOUND, NOT_SUPPORTED, EtcdError, KeyValue
from cluster.etcd.lease import Held, Leases
from cluster.etcd.txn import txn
from cluster.etcd.watch import DELETE, PUT, Event, Watcher, Watchers
from cluster.etcd.writer import Writer
from cluster.wire.message import Payload, Request, Response

COMPACT_EVERY = 10_000
ITSELF = ("etcd", "", 0)


class Etcd:
    """One keyspace, open between `open` and `close`."""

    def __init__(self, keyspace: str, clock: Clock, *, keep_revisions: int = 100_000) -> None:
        self.keyspace = keyspace
        self.clock = clock
        self.keep_revisions = keep_revisions
        self.compacted = 0
        self.watchers = Watchers()
        self.writer = Writer(keyspace, clock, self.watchers)
        self.leases = Leases(clock, self._expire)
        self._compaction: asyncio.Task[None] | None = None
        self._chores: set[asyncio.Task[None]] = set()
        self._verbs: dict[str, Callable[[dict[str, Any]], Awaitable[Response]]] = {
            "Range": self.range,
            "Put": self.put,
            "DeleteRange": self.delete_range,
            "Txn": self.txn,
            "Watch": self.watch,
            "LeaseGrant": self.lease_grant,
            "LeaseRevoke": self.lease_revoke,
            "LeaseKeepAlive": self.lease_keep_alive,
            "LeaseTimeToLive": self.lease_time_to_live,
            "Compact": self.compact,
            "Status": self.status,
        }

    async def open(self) -> None:
        """Load the keyspace from its tables."""
        loaded = await self.writer.start()
        self.compacted = loaded.compacted
        keys: dict[int, set[str]] = {}
        for kv in loaded.keys.values():
            if kv.lease:
                keys.setdefault(kv.lease, set()).add(kv.key)
        self.leases.load(loaded.leases, lambda lease: keys.get(lease, set()))

    async def close(self) -> None:
        """Commit what is queued and let go of everything."""
        self.leases.close()
        for task in [*self._chores, *([self._compaction] if self._compaction else [])]:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.writer.stop()
        self.watchers.close()

    async def handle(self, request: Request) -> Response:
        verb = self._verbs.get(request.verb)
        try:
            if verb is None:
                raise EtcdError(f"{NOT_SUPPORTED}: {request.verb}", 12)
            return await verb(request.body.object or {})
        except EtcdError as error:
            return Response(
                400, Payload(object={"error": str(error), "code": error.code}), revision=self.writer.revision
            )

    def inspect(self) -> dict[str, Any]:
        return {
            "revision": self.writer.committed,
            "keys": len(self.writer.keys),
            "compacted": self.compacted,
            "watchers": len(self.watchers.all),
            "leases": len(self.leases.held),
        }

    # --- reading ---------------------------------------------------------------------------------------------------

    async def range(self, body: dict[str, Any]) -> Response:
        """Keys in [key, rangeEnd), or one; at `revision` when given; `limit`, `countOnly`, `keysOnly`."""
        _refuse(body, {"key", "rangeEnd", "revision", "limit", "countOnly", "keysOnly", "writer"}, "Range")
        start, end, revision = _key(body), body.get("rangeEnd", ""), body.get("revision", 0)
        if revision and revision < self.compacted:
            raise EtcdError(COMPACTED, 11)
        if revision > self.writer.committed:
            raise EtcdError(FUTURE, 11)
        if revision and revision != self.writer.committed:
            found = await self.writer.in_thread(table.at_revision, self.keyspace, start, end, revision)
        else:
            await self.writer.durable()
            found = self._current(start, end)
        limit = body.get("limit", 0)
        kvs = found[:limit] if limit else found
        answer = {"kvs": [] if body.get("countOnly") else kvs, "more": len(kvs) < len(found), "count": len(found)}
        return self._answer(answer)

    async def watch(self, body: dict[str, Any]) -> Response:
        """A stream of the events of [key, rangeEnd) from `startRevision` (0: from now on)."""
        _refuse(body, {"key", "rangeEnd", "startRevision", "writer"}, "Watch")
        start_revision = body.get("startRevision", 0)
        if start_revision and start_revision <= self.compacted:
            raise EtcdError(COMPACTED, 11)
        watcher = self.watchers.add(_key(body), body.get("rangeEnd", ""))
        until = self.writer.committed
        history: list[Event] = []
        if start_revision and start_revision <= until:
            history = await self.writer.in_thread(self._history, watcher, start_revision, until)
        response = self._answer({"created": True})
        response.stream = watcher.stream
        watcher.go_live(history)
        return response

    async def status(self, body: dict[str, Any]) -> Response:
        return self._answer({"version": "3.6.0", "dbSizeInUse": sum(len(kv.value) for kv in self.writer.keys.values())})

    # --- writing ---------------------------------------------------------------------------------------------------

    async def put(self, body: dict[str, Any]) -> Response:
        key = _key(body)
        self._check_lease(body.get("lease", 0))
        self.writer.begin()
        kv = self.writer.put(key, body["value"], body.get("lease", 0), body.get("writer", ITSELF))
        return await self._written({"kv": kv}, kv)

    async def delete_range(self, body: dict[str, Any]) -> Response:
        doomed = self._current(_key(body), body.get("rangeEnd", ""))
        if doomed:
            self.writer.begin()
        for sub, kv in enumerate(doomed):
            self.writer.delete(kv.key, body.get("writer", ITSELF), sub)
        return await self._written({"deleted": len(doomed), "prevKvs": doomed})

    async def txn(self, body: dict[str, Any]) -> Response:
        for request in (*(body.get("success") or ()), *(body.get("failure") or ())):
            if "requestPut" in request:
                self._check_lease(request["requestPut"].get("lease", 0))
        body.setdefault("writer", ITSELF)
        answer = txn(self.writer, body)
        revision = answer["header"]["revision"]
        for response in answer["responses"]:
            if "responsePut" in response and (kv := response["responsePut"]["kv"]).lease:
                self.leases.attach(kv.lease, kv.key)
        await self.writer.durable()
        self._compact_at_times(revision)
        return Response(200, Payload(object=answer), revision=revision)

    async def lease_grant(self, body: dict[str, Any]) -> Response:
        held = self.leases.grant(body.get("ID", 0), body.get("TTL", 0))
        await self.writer.in_thread(table.save_lease, self.keyspace, held.id, held.ttl_seconds, held.expires)
        return self._answer({"ID": held.id, "TTL": held.ttl_seconds})

    async def lease_revoke(self, body: dict[str, Any]) -> Response:
        await self._drop([self.leases.revoke(body.get("ID", 0))], body.get("writer", ITSELF))
        return self._answer({})

    async def lease_keep_alive(self, body: dict[str, Any]) -> Response:
        held = self.leases.keep_alive(body.get("ID", 0))
        await self.writer.in_thread(table.save_lease, self.keyspace, held.id, held.ttl_seconds, held.expires)
        return self._answer({"ID": held.id, "TTL": held.ttl_seconds})

    async def lease_time_to_live(self, body: dict[str, Any]) -> Response:
        held = self.leases.held.get(body.get("ID", 0))
        if held is None:
            raise EtcdError(LEASE_NOT_FOUND, 5)
        left = max(0, round(held.expires - self.clock.now()))
        return self._answer({"ID": held.id, "TTL": left, "grantedTTL": held.ttl_seconds, "keys": sorted(held.keys)})

    async def compact(self, body: dict[str, Any]) -> Response:
        revision = body.get("revision", 0)
        if revision <= self.compacted:
            raise EtcdError(COMPACTED, 11)
        if revision > self.writer.committed:
            raise EtcdError(FUTURE, 11)
        await self._compact(revision)
        return self._answer({})

    # --- parts -----------------------------------------------------------------------------------------------------

    def _answer(self, body: dict[str, Any]) -> Response:
        revision = self.writer.committed
        return Response(200, Payload(object={"header": {"revision": revision}, **body}), revision=revision)

    async def _written(self, body: dict[str, Any], kv: KeyValue | None = None) -> Response:
        revision = self.writer.revision
        if kv is not None and kv.lease:
            self.leases.attach(kv.lease, kv.key)
        await self.writer.durable()
        self._compact_at_times(revision)
        return Response(200, Payload(object={"header": {"revision": revision}, **body}), revision=revision)

    def _current(self, start: str, end: str) -> list[KeyValue]:
        keys = self.writer.keys
        if not end:
            return [keys[start]] if start in keys else []
        return [keys[key] for key in sorted(key for key in keys if start <= key < end)]

    def _check_lease(self, lease: int) -> None:
        if lease and lease not in self.leases.held:
            raise EtcdError(LEASE_NOT_FOUND, 5)

    def _history(self, watcher: Watcher, start_revision: int, until: int) -> list[Event]:
        rows = table.log_rows(self.keyspace, watcher.start, watcher.end, start_revision - 1, until)
        return [Event(PUT if put else DELETE, kv, None) for kv, put in rows]

    def _expire(self, expired: list[Held]) -> None:
        self._chore(self._drop(expired, ITSELF))

    async def _drop(self, leases: list[Held], writer: Any) -> None:
        keys = [key for held in leases for key in sorted(held.keys) if key in self.writer.keys]
        doomed = [key for key in keys if any(self.writer.keys[key].lease == held.id for held in leases)]
        for key in doomed:
            self.writer.begin()
            self.writer.delete(key, writer)
        if doomed:
            await self.writer.durable()
        await self.writer.in_thread(table.delete_leases, self.keyspace, [held.id for held in leases])

    def _compact_at_times(self, revision: int) -> None:
        if (
            revision % COMPACT_EVERY == 0
            and revision - self.keep_revisions > self.compacted
            and self._compaction is None
        ):
            self._compaction = asyncio.get_running_loop().create_task(self._compact(revision - self.keep_revisions))
            self._compaction.add_done_callback(lambda _: setattr(self, "_compaction", None))

    async def _compact(self, revision: int) -> None:
        self.compacted = revision
        while await self.writer.in_thread(table.compact, self.keyspace, revision):
            pass

    def _chore(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)


def _key(body: dict[str, Any]) -> str:
    key = body.get("key")
    if not isinstance(key, str) or not key:
        raise EtcdError(EMPTY_KEY)
    return key


def _refuse(body: dict[str, Any], claimed: set[str], verb: str) -> None:
    unknown = set(body) - claimed
    if unknown:
        raise EtcdError(f"{NOT_SUPPORTED}: {verb}.{min(unknown)}", 12)
