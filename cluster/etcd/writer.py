"""The one writer of a keyspace: counts revisions, commits in groups, publishes, then answers.

A group is what was applied while the one before was being committed, in the keyspace's own thread. Only after the
commit are its events pushed to the watchers, in revision order, and then its writers answered. If a commit fails, so do
its writers and all who built on it, and the state is loaded again from the tables.

Models: server/storage/backend/batch_tx.go and etcdserver/raft.go v3.6 (persist, then apply, then answer).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from cluster.clock import Clock
from cluster.etcd import table
from cluster.etcd.key_value import STOPPED, UNAVAILABLE, EtcdError
from cluster.etcd.watch import Event

T = TypeVar("T")

FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.1, 10.0

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
    """`revision` is the newest applied, `committed` the newest durable. `inline` commits on the event loop's time, for
    who wants every run to be the same."""

    def __init__(
        self,
        keyspace: str,
        clock: Clock,
        publish: Callable[[Sequence[Event]], None],
        reload: Callable[[table.Loaded], None],
        *,
        inline: bool = False,
    ) -> None:
        self.keyspace = keyspace
        self.clock = clock
        self.revision = 0
        self.committed = 0
        self.group = Group()
        self._publish = publish
        self._reload = reload
        self._inline = inline
        self._writing = ThreadPoolExecutor(1, thread_name_prefix=f"etcd-{keyspace}")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix=f"etcd-{keyspace}-read")
        self._wake = asyncio.Event()
        self._stopped = False
        self._task: asyncio.Task[None] | None = None
        self._refusal: EtcdError | None = EtcdError(STOPPED, UNAVAILABLE)

    async def start(self) -> None:
        self._take_over(await self.in_thread(table.load, self.keyspace))
        await self.in_thread(table.tune)
        self._task = asyncio.get_running_loop().create_task(self._commit_groups())

    async def stop(self) -> None:
        """Commit what is queued, then end. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._refusal = EtcdError(STOPPED, UNAVAILABLE)
        if self._task is not None:
            task, self._task = self._task, None
            self._wake.set()
            await asyncio.gather(task, return_exceptions=True)
        await self.in_thread(table.close_connection)
        await self.in_read_thread(table.close_connection)
        self._writing.shutdown(wait=False)
        self._reading.shutdown(wait=False)

    async def in_thread(self, function: Callable[..., T], *args: Any) -> T:
        """Run blocking SQL in the thread that commits; a virtual clock waits for it."""
        if self._inline:
            return self._writing.submit(function, *args).result()
        return await self._outside(self._writing, function, *args)

    async def in_read_thread(self, function: Callable[..., T], *args: Any) -> T:
        """Run blocking SQL that only reads, beside the commits."""
        return await self._outside(self._reading, function, *args)

    # --- revisions -------------------------------------------------------------------------------------------------

    def next_revision(self) -> int:
        """Take the next revision. EtcdError while the store can't write."""
        if self._refusal is not None:
            raise self._refusal
        self.revision += 1
        return self.revision

    async def durable(self) -> None:
        """Return once everything applied so far is committed; EtcdError when the commit failed."""
        if self._refusal is not None:
            raise self._refusal
        if self.committed == self.revision:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.group.answers.append(future)
        self._wake.set()
        await future

    # --- committing ------------------------------------------------------------------------------------------------

    async def _commit_groups(self) -> None:
        while True:
            if not self.group.answers:
                if self._task is None:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            if not self._inline:
                await self.clock.sleep(0)  # whoever is ready to write now shares the commit
            group, self.group = self.group, Group()
            revision = self.revision
            if group.log:
                try:
                    await self.in_thread(self._commit, revision, group)
                except Exception as error:
                    await self._recover(group, error)
                    continue
            self._committed(revision, group)

    def _committed(self, revision: int, group: Group) -> None:
        self.committed = revision
        if group.events:
            self._publish(group.events)
        for answer in group.answers:
            if not answer.done():
                answer.set_result(None)

    def _commit(self, revision: int, group: Group) -> None:
        deletes = [(self.keyspace, key) for key in group.deletes]
        table.commit(self.keyspace, revision, group.log, list(group.puts.values()), deletes)

    async def _recover(self, group: Group, error: Exception) -> None:
        """The disk refused: nothing of what was built on this group has happened, and of the group all or nothing."""
        logger.error("etcd %s could not commit: %s", self.keyspace, error)
        refusal = EtcdError(f"etcdserver: {error}", UNAVAILABLE)
        self._refusal = refusal
        failed, self.group = self.group, Group()
        loaded = await self._load_again()
        if loaded.revision > self.committed:
            self._committed(loaded.revision, group)
        else:
            _refuse(group, refusal)
        _refuse(failed, refusal)
        self._take_over(loaded)

    async def _load_again(self) -> table.Loaded:
        delay_seconds = FIRST_RETRY_SECONDS
        while True:
            try:
                return await self.in_thread(table.load, self.keyspace)
            except Exception as error:
                logger.error("etcd %s could not read its tables: %s", self.keyspace, error)
                if self._task is None:
                    raise
                await self.clock.sleep(delay_seconds)
                delay_seconds = min(delay_seconds * 2, LONGEST_RETRY_SECONDS)

    def _take_over(self, loaded: table.Loaded) -> None:
        self._reload(loaded)
        self.revision = self.committed = loaded.revision
        self._refusal = None

    async def _outside(self, thread: ThreadPoolExecutor, function: Callable[..., T], *args: Any) -> T:
        with self.clock.outside_work():
            return await asyncio.get_running_loop().run_in_executor(thread, function, *args)


def _refuse(group: Group, refusal: EtcdError) -> None:
    for answer in group.answers:
        if not answer.done():
            answer.set_exception(refusal)
