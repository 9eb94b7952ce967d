"""The scheduling queue: active by priority and age, backing off after a failure, unschedulable until something helps.

A pod is in one place at a time. There is one timer for the earliest end of a back-off and one for the oldest
unschedulable pod, which is tried again after five minutes whatever happens.
Models: pkg/scheduler/backend/queue/scheduling_queue.go v1.37
Simplified: an idle queue does not take pods out of the back-off before its end (SchedulerPopFromBackoffQ).
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Iterable

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import Clock, Timer
from cluster.scheduler.framework import ITSELF
from cluster.wire.hop import current_hop

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1.0, 10.0
FLUSH_SECONDS = 300.0
ACTIVE, BACKING_OFF, UNSCHEDULABLE, IN_FLIGHT, GATED = "active", "backing off", "unschedulable", "in flight", "gated"


class QueuedPod:
    """A pod without a node. `cause` is the hop that told of it; `ticket` tells its newest place in a heap from old."""

    __slots__ = ("attempts", "cause", "events", "failed_at", "key", "place", "pod", "rejected_by", "ticket")

    def __init__(self, key: str, pod: Obj) -> None:
        self.key = key
        self.pod = pod
        self.place = ""
        self.cause = 0
        self.attempts = 0
        self.failed_at = 0.0
        self.rejected_by: frozenset[str] = frozenset()
        self.events: set[str] = set()
        self.ticket = 0

    @property
    def backoff_seconds(self) -> float:
        return float(min(FIRST_BACKOFF_SECONDS * 2.0 ** max(0, self.attempts - 1), LONGEST_BACKOFF_SECONDS))


class SchedulingQueue:
    """Pods without a node, by key. `helps(event, plugins)` says whether an event may help a pod that plugins refused;
    `gate(pod)` why a pod may not enter yet."""

    def __init__(
        self, clock: Clock, helps: Callable[[str, frozenset[str]], bool], gate: Callable[[Obj], str] = lambda pod: ""
    ) -> None:
        self.clock = clock
        self.pods: dict[str, QueuedPod] = {}
        self._helps = helps
        self._gate = gate
        self._active: list[tuple[int, int, QueuedPod]] = []
        self._backing_off: list[tuple[float, int, QueuedPod]] = []
        self._unschedulable: dict[frozenset[str], dict[str, QueuedPod]] = {}
        self._in_flight: dict[str, QueuedPod] = {}
        self._tickets = itertools.count(1)
        self._waiter: asyncio.Future[None] | None = None
        self._backoff_timer: Timer | None = None
        self._flush_timer: Timer | None = None

    # --- coming and going ------------------------------------------------------------------------------------------

    def add(self, pod: Obj) -> None:
        """A pod is new here."""
        queued = QueuedPod(meta.key_of(pod), pod)
        queued.cause = current_hop.get()
        self.pods[queued.key] = queued
        self._enter(queued)

    def update(self, pod: Obj, *, may_help: bool) -> None:
        """A pod has changed; `may_help` when what changed could give it a node. An unknown one is added."""
        queued = self.pods.get(meta.key_of(pod))
        if queued is None:
            self.add(pod)
            return
        queued.pod = pod
        if not may_help:
            return
        queued.cause = current_hop.get()
        if queued.place == IN_FLIGHT:
            queued.events.add(ITSELF)
        elif queued.place == GATED:
            self._enter(queued)
        elif queued.place == UNSCHEDULABLE:
            self._move(queued)
        elif queued.place == ACTIVE:
            self._activate(queued)

    def remove(self, key: str) -> None:
        """A pod is gone, or has a node."""
        queued = self.pods.pop(key, None)
        if queued is not None:
            self._leave(queued)
            queued.place = ""

    async def next(self) -> QueuedPod:
        """The pod to schedule now, in flight until `done` or `failed`; `current_hop` is what made it so."""
        while True:
            while self._active:
                _, ticket, queued = heapq.heappop(self._active)
                if queued.place == ACTIVE and queued.ticket == ticket:
                    queued.place = IN_FLIGHT
                    queued.attempts += 1
                    queued.events = set()
                    self._in_flight[queued.key] = queued
                    current_hop.set(queued.cause)
                    return queued
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    # --- after a cycle ---------------------------------------------------------------------------------------------

    def done(self, queued: QueuedPod) -> None:
        """It has a node: it stays known until the binding is seen, or `failed`."""
        self._in_flight.pop(queued.key, None)

    def drop(self, queued: QueuedPod) -> None:
        """It needs no node any more; another pod of its name stays."""
        self._in_flight.pop(queued.key, None)
        if self.pods.get(queued.key) is queued:
            self.remove(queued.key)

    def failed(self, queued: QueuedPod, rejected_by: frozenset[str] = frozenset(), *, error: bool = False) -> None:
        """No node for now. It waits for an event that may help; after an error, or when one came meanwhile, it only
        backs off."""
        self._in_flight.pop(queued.key, None)
        if self.pods.get(queued.key) is not queued:
            return
        queued.failed_at = self.clock.now()
        queued.rejected_by = rejected_by
        if error or any(event == ITSELF or self._helps(event, rejected_by) for event in queued.events):
            self._back_off(queued)
            return
        queued.place = UNSCHEDULABLE
        self._unschedulable.setdefault(rejected_by, {})[queued.key] = queued
        if self._flush_timer is None:
            self._flush_timer = self.clock.call_later(FLUSH_SECONDS, self._flush)

    def moved(self, event: str) -> None:
        """Something happened in the cluster: pods that it may help try again, after their back-off."""
        for queued in self._in_flight.values():
            queued.events.add(event)
        for plugins in [plugins for plugins in self._unschedulable if self._helps(event, plugins)]:
            for queued in self._unschedulable.pop(plugins).values():
                self._move(queued)

    # --- looking ---------------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys((ACTIVE, BACKING_OFF, UNSCHEDULABLE, GATED), 0)
        for queued in self.pods.values():
            if queued.place in found:
                found[queued.place] += 1
        return found

    def listed(self, limit: int = 100) -> list[Obj]:
        """What waits, and where."""
        return [
            {
                "pod": each.key,
                "place": each.place,
                "attempts": each.attempts,
                "rejectedBy": sorted(each.rejected_by),
                "cause": each.cause,
                "until": each.failed_at + each.backoff_seconds if each.place == BACKING_OFF else 0.0,
            }
            for each in itertools.islice(self.pods.values(), limit)
        ]

    def close(self) -> None:
        for timer in (self._backoff_timer, self._flush_timer):
            if timer is not None:
                timer.cancel()

    # --- places ----------------------------------------------------------------------------------------------------

    def _enter(self, queued: QueuedPod) -> None:
        if self._gate(queued.pod):
            queued.place = GATED
        else:
            self._activate(queued)

    def _leave(self, queued: QueuedPod) -> None:
        self._in_flight.pop(queued.key, None)
        group = self._unschedulable.get(queued.rejected_by)
        if group is not None and group.pop(queued.key, None) is not None and not group:
            del self._unschedulable[queued.rejected_by]

    def _activate(self, queued: QueuedPod) -> None:
        queued.place = ACTIVE
        queued.ticket = next(self._tickets)
        priority = queued.pod["spec"].get("priority") or 0
        heapq.heappush(self._active, (-priority, queued.ticket, queued))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _move(self, queued: QueuedPod) -> None:
        self._leave(queued)
        if queued.failed_at + queued.backoff_seconds > self.clock.now():
            self._back_off(queued)
        else:
            self._activate(queued)

    def _back_off(self, queued: QueuedPod) -> None:
        queued.place = BACKING_OFF
        queued.ticket = next(self._tickets)
        until = queued.failed_at + queued.backoff_seconds
        heapq.heappush(self._backing_off, (until, queued.ticket, queued))
        if self._backoff_timer is None or until < self._backoff_timer.when:
            self._arm()

    def _arm(self) -> None:
        if self._backoff_timer is not None:
            self._backoff_timer.cancel()
            self._backoff_timer = None
        if self._backing_off:
            self._backoff_timer = self.clock.call_at(self._backing_off[0][0], self._backed_off)

    def _backed_off(self) -> None:
        self._backoff_timer = None
        now = self.clock.now()
        while self._backing_off and self._backing_off[0][0] <= now:
            _, ticket, queued = heapq.heappop(self._backing_off)
            if queued.place == BACKING_OFF and queued.ticket == ticket:
                self._activate(queued)
        self._arm()

    def _flush(self) -> None:
        """Try those again that have waited for five minutes."""
        self._flush_timer = None
        now = self.clock.now()
        waiting = list(_all(self._unschedulable.values()))
        for queued in waiting:
            if now - queued.failed_at >= FLUSH_SECONDS:
                self._move(queued)
        left = [queued.failed_at for queued in _all(self._unschedulable.values())]
        if left:
            self._flush_timer = self.clock.call_at(min(left) + FLUSH_SECONDS, self._flush)


def _all(groups: Iterable[dict[str, QueuedPod]]) -> Iterable[QueuedPod]:
    for group in groups:
        yield from group.values()
