"""The one writer of a keyspace: owns the order of writes, commits them in groups, publishes, then answers.

A write is checked against the state in memory that includes writes not yet committed, so that a group can hold a chain
of them. A group is committed in the store's thread while the next one gathers. Only after the commit are its events
pushed to the watchers, in revision order, and then its writers answered. If a commit fails, so do its writers and all
who built on it, and the state is loaded again from the tables.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from cluster.clock import Clock
from cluster.etcd import table
from cluster.etcd.key_value import EtcdError, KeyValue
from cluster.etcd.watch import DELETE, PUT, Event, Watchers

T = TypeVar("T")

UNAVAILABLE = 14

logger = logging.getLogger(__name__)


class Group:
    """Writes that one commit makes durable together."""

    __slots__ = ("answers", "deletes", "events", "log", "puts")

    def __init__(self) -> None:
        self.log: list[table.Row] = []
        self.puts: dict[str, table.Row] = {}
        self.deletes: set[str] = set()
        self.events: list[Event] = []
        self.answers: list[asyncio.Future[None]] = []


class Writer:
    """Applies writes to `keys`, in order, and makes them durable."""

    def __init__(self, keyspace: str, clock: Clock, watchers: Watchers) -> None:
        self.keyspace = keyspace
        self.clock = clock
        self.watchers = watchers
        self.keys: dict[str, KeyValue] = {}
        self.revision = 0
        self.committed = 0
        self.thread = ThreadPoolExecutor(1, thread_name_prefix=f"etcd-{keyspace}")
        self._group = Group()
        self._wake: asyncio.Event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._broken: EtcdError | None = None

    async def start(self) -> table.Loaded:
        loaded = await self.in_thread(table.load, self.keyspace)
        self.keys = loaded.keys
        self.revision = self.committed = loaded.revision
        self._task = asyncio.get_running_loop().create_task(self._commit_groups())
        return loaded

    async def stop(self) -> None:
        """Commit what is queued, then end."""
        if self._task is not None:
            task, self._task = self._task, None
            self._wake.set()
            await asyncio.gather(task, return_exceptions=True)
        await self.in_thread(table.close_connection)
        self.thread.shutdown(wait=False)

    async def in_thread(self, function: Callable[..., T], *args: Any) -> T:
        """Run a blocking function in the store's thread; a virtual clock waits for it."""
        outside_work = getattr(self.clock, "outside_work", contextlib.nullcontext)
        with outside_work():
            return await asyncio.get_running_loop().run_in_executor(self.thread, function, *args)

    # --- writing (synchronous; durable once the returned awaitable is done) -----------------------------------------

    def put(self, key: str, value: bytes, lease: int, writer: Sequence[Any], sub: int = 0) -> KeyValue:
        """Apply a put at the revision now being written; `begin` it first."""
        previous = self.keys.get(key)
        component, user, hop = writer
        kv = KeyValue(
            key,
            value,
            previous.create_revision if previous else self.revision,
            self.revision,
            previous.version + 1 if previous else 1,
            lease,
            hop,
        )
        self.keys[key] = kv
        group = self._group
        space = self.keyspace
        group.log.append(
            (
                space,
                kv.mod_revision,
                sub,
                key,
                value,
                kv.create_revision,
                kv.version,
                lease,
                hop,
                component,
                user,
                self.clock.now(),
            )
        )
        group.puts[key] = (space, key, value, kv.create_revision, kv.mod_revision, kv.version, lease, hop)
        group.deletes.discard(key)
        group.events.append(Event(PUT, kv, previous))
        return kv

    def delete(self, key: str, writer: Sequence[Any], sub: int = 0) -> KeyValue | None:
        """Apply a deletion at the revision now being written; what was there, or None."""
        previous = self.keys.pop(key, None)
        if previous is None:
            return None
        component, user, hop = writer
        kv = KeyValue(key, b"", 0, self.revision, 0, 0, hop)
        group = self._group
        group.log.append(
            (self.keyspace, self.revision, sub, key, None, 0, 0, 0, hop, component, user, self.clock.now())
        )
        group.puts.pop(key, None)
        group.deletes.add(key)
        group.events.append(Event(DELETE, kv, previous))
        return previous

    def begin(self) -> int:
        """Take the next revision. EtcdError while the store is broken."""
        if self._broken is not None:
            raise self._broken
        self.revision += 1
        return self.revision

    def durable(self) -> Awaitable[None]:
        """Done once everything applied so far is committed; raises EtcdError when the commit failed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._group.answers.append(future)
        self._wake.set()
        return future

    # --- committing ------------------------------------------------------------------------------------------------

    async def _commit_groups(self) -> None:
        while True:
            if not self._group.answers:
                if self._task is None:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            group, self._group = self._group, Group()
            revision = self.revision
            if group.log:
                try:
                    await self.in_thread(self._commit, revision, group)
                except Exception as error:
                    await self._recover(group, error)
                    continue
            self.committed = revision
            if group.events:
                self.watchers.publish(group.events)
            for answer in group.answers:
                if not answer.done():
                    answer.set_result(None)

    def _commit(self, revision: int, group: Group) -> None:
        deletes = [(self.keyspace, key) for key in group.deletes]
        table.commit(self.keyspace, revision, group.log, list(group.puts.values()), deletes)

    async def _recover(self, group: Group, error: Exception) -> None:
        """The disk refused: nothing of this group, nor of what was built on it, has happened."""
        logger.error("etcd %s could not commit: %s", self.keyspace, error)
        failed = [*group.answers, *self._group.answers]
        self._group = Group()
        self._broken = EtcdError("etcdserver: no space or the disk refused the write", UNAVAILABLE)
        for answer in failed:
            if not answer.done():
                answer.set_exception(EtcdError(f"etcdserver: {error}", UNAVAILABLE))
        loaded = await self.in_thread(table.load, self.keyspace)
        self.keys = loaded.keys
        self.revision = self.committed = loaded.revision
        self._broken = None
