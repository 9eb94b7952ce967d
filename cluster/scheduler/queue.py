"""The scheduling queue: active by priority and age, backing off after a failure, unschedulable until something helps.

Models: pkg/scheduler/backend/queue/scheduling_queue.go v1.37
"""

from __future__ import annotations

import asyncio
import heapq
import itertools

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import Clock
from cluster.wire.hop import current_hop

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1.0, 10.0
FLUSH_SECONDS = 300.0


class SchedulingQueue:
    """Pods without a node, by key."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.pods: dict[str, Obj] = {}
        self.active: list[tuple[int, int, str]] = []
        self.backing_off: dict[str, float] = {}
        self.unschedulable: dict[str, float] = {}
        self._in_active: set[str] = set()
        self._attempts: dict[str, int] = {}
        self._causes: dict[str, int] = {}
        self._order = itertools.count()
        self._waiter: asyncio.Future[None] | None = None

    def add(self, pod: Obj) -> None:
        """A pod is new or has changed; what changed may have helped."""
        key = meta.key_of(pod)
        self.pods[key] = pod
        self._causes[key] = current_hop.get()
        if key not in self.backing_off:
            self.unschedulable.pop(key, None)
            self._activate(key)

    def remove(self, key: str) -> None:
        for place in (self.pods, self.backing_off, self.unschedulable, self._attempts, self._causes):
            place.pop(key, None)
        self._in_active.discard(key)

    def failed(self, pod: Obj) -> None:
        """No node for now: wait for an event that may help, five minutes at most."""
        key = meta.key_of(pod)
        if key in self.pods:
            self._attempts[key] = self._attempts.get(key, 0) + 1
            self.unschedulable[key] = self.clock.now()
            self.clock.call_later(FLUSH_SECONDS, self._flush, key)

    def move_all(self) -> None:
        """Something changed in the cluster: unschedulable pods may try again after their back-off."""
        for key, since in list(self.unschedulable.items()):
            del self.unschedulable[key]
            wait = since + self._backoff(key) - self.clock.now()
            if wait <= 0:
                self._activate(key)
            else:
                self.backing_off[key] = self.clock.now() + wait
                self.clock.call_later(wait, self._backed_off, key)

    async def next(self) -> Obj:
        """The pod to schedule now; `current_hop` is what made it so."""
        while True:
            while self.active:
                key = heapq.heappop(self.active)[2]
                if key in self._in_active:
                    self._in_active.discard(key)
                    current_hop.set(self._causes.get(key, 0))
                    return self.pods[key]
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def _activate(self, key: str) -> None:
        if key in self._in_active or key not in self.pods:
            return
        self._in_active.add(key)
        priority = self.pods[key]["spec"].get("priority") or 0
        heapq.heappush(self.active, (-priority, next(self._order), key))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _backoff(self, key: str) -> float:
        return float(min(FIRST_BACKOFF_SECONDS * 2 ** max(0, self._attempts.get(key, 1) - 1), LONGEST_BACKOFF_SECONDS))

    def _backed_off(self, key: str) -> None:
        if self.backing_off.pop(key, None) is not None:
            self._activate(key)

    def _flush(self, key: str) -> None:
        since = self.unschedulable.get(key)
        if since is not None and self.clock.now() - since >= FLUSH_SECONDS:
            del self.unschedulable[key]
            self._activate(key)
