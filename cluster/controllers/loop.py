"""The contract of a loop: keys go in, `reconcile` brings the world closer to what is wanted, the result says when again.

Level-based: a request names an object, never what happened to it. An error means back-off.
Models: controller-runtime pkg/reconcile, pkg/controller/*/: processNextWorkItem
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import EventRecorder
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.client.workqueue import WorkQueue
from cluster.clock import Clock
from cluster.wire.message import ConnectionLost

STALE_SECONDS = 0.05
"""After so long an informer should know what a write was refused for."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """`requeue_seconds` > 0: look again then."""

    requeue_seconds: float = 0.0


DONE = Result()


def overtaken(error: ApiError) -> Result:
    """After a refused write: look again soon where the object had changed, nothing where it has gone. Raises the rest."""
    if error.code == 409:
        return Result(STALE_SECONDS)
    if error.code != 404:
        raise error
    return DONE


Count = Callable[[Obj], int]


def _always(obj: Obj) -> bool:
    return True


class Wish(NamedTuple):
    """Of the objects of a kind (that it `concerns`): what is counted, how many are wished, how many there are."""

    kind: str
    counted: str
    wished: Count
    actual: Count
    concerns: Callable[[Obj], bool] = _always


@dataclass(slots=True)
class Tools:
    """What a loop is built from."""

    client: Client
    clock: Clock
    informers: InformerFactory
    events: EventRecorder


class Loop:
    """One control loop. Subclasses set `name` and `source`, register handlers in `watch` and implement `reconcile`."""

    name = ""
    source = ""
    wish: Wish | None = None
    workers = 5

    def __init__(self, tools: Tools) -> None:
        self.client = tools.client
        self.clock = tools.clock
        self.informers = tools.informers
        self.events = tools.events
        self.queue = WorkQueue(tools.clock)
        self.active = False
        self.reconciled = 0
        self.last = ""
        self.last_time = 0.0
        self.error = ""
        self.watch()

    def watch(self) -> None:
        """Register handlers that enqueue keys."""

    async def reconcile(self, key: str) -> Result:
        raise NotImplementedError

    def enqueue(self, obj: Obj | None) -> None:
        if obj is not None:
            self.queue.add(meta.key_of(obj))

    def enqueuing(self, keys_of: Callable[[Obj], list[str]]) -> Callable[[str, Obj | None, Obj | None], None]:
        """A handler that enqueues the keys that an object stands for."""

        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            for obj in (old, new):
                for key in keys_of(obj) if obj is not None else ():
                    self.queue.add(key)

        return on_event

    async def write_status(self, kind: str, known: Obj | None, status: Obj) -> Obj | None:
        """The object with a new status, as it is then; not written when it has that already.

        None when it has gone, or has changed meanwhile: then its key comes back soon.
        """
        if known is None or status == (known.get("status") or {}):
            return known
        try:
            return await self.client.update(kind, {**known, "status": status}, subresource="status")
        except ApiError as error:
            if error.code == 409:
                self.queue.add_after(meta.key_of(known), STALE_SECONDS)
            elif error.code != 404:
                raise
            return None

    async def run(self) -> None:
        """Work until cancelled."""
        await self.informers.synced()
        self.active = True
        workers = [asyncio.get_running_loop().create_task(self._work()) for _ in range(self.workers)]
        try:
            await asyncio.gather(*workers)
        finally:
            self.active = False
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def run_single_cycle(self) -> None:
        """Take one key and reconcile it: what a worker does, once."""
        key = await self.queue.get()
        try:
            result = await self.reconcile(key)
            self.error = ""
            self.queue.forget(key)
            if result.requeue_seconds:
                self.queue.add_after(key, result.requeue_seconds)
        except (ApiError, ConnectionLost) as error:
            self.error = str(error)
            self.queue.add_rate_limited(key)
        except Exception as error:
            logger.exception("%s could not reconcile %s", self.name, key)
            self.error = f"{type(error).__name__}: {error}"
            self.queue.add_rate_limited(key)
        finally:
            self.queue.done(key)
            self.reconciled += 1
            self.last, self.last_time = key, self.clock.now()

    @property
    def idle(self) -> bool:
        """Has it begun, and nothing to do now?"""
        return self.active and self.queue.idle

    async def _work(self) -> None:
        while True:
            await self.run_single_cycle()

    def inspect(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "running": self.active,
            "queue": len(self.queue),
            "reconciled": self.reconciled,
            "last": self.last,
            "last_time": self.last_time,
            "error": self.error,
        }
