"""A work queue: keys to look at, each once, never the same one twice at a time; failed ones come back later.

A key remembers the hop that made it dirty: whoever takes it goes on in that hop's context.
Models: client-go/util/workqueue/{queue,delaying_queue,rate_limiting_queue}.go v1.37
"""

from __future__ import annotations

import asyncio
from collections import deque

from cluster.clock import Clock, Timer
from cluster.wire.hop import current_hop

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.005, 1000.0


class WorkQueue:
    """Keys in the order in which they became dirty."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._ready: deque[str] = deque()
        self._dirty: dict[str, int] = {}
        self._processing: set[str] = set()
        self._failures: dict[str, int] = {}
        self._later: dict[str, tuple[float, Timer]] = {}
        self._waiters: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return len(self._ready)

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing is being worked on."""
        return not self._ready and not self._processing

    def add(self, key: str) -> None:
        fresh = key not in self._dirty
        self._dirty[key] = current_hop.get()
        if fresh and key not in self._processing:
            self._push(key)

    def add_after(self, key: str, delay_seconds: float) -> None:
        """Add the key later; an earlier date already set stays."""
        if delay_seconds <= 0:
            self.add(key)
            return
        when = self.clock.now() + delay_seconds
        known = self._later.get(key)
        if known is not None:
            if known[0] <= when:
                return
            known[1].cancel()
        self._later[key] = (when, self.clock.call_at(when, self._due, key))

    def add_rate_limited(self, key: str) -> None:
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_after(key, min(FIRST_DELAY_SECONDS * 2**failures, LONGEST_DELAY_SECONDS))

    def forget(self, key: str) -> None:
        self._failures.pop(key, None)

    async def get(self) -> str:
        """The next key; `current_hop` is what made it dirty. Call `done` when through."""
        while not self._ready:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        key = self._ready.popleft()
        self._processing.add(key)
        current_hop.set(self._dirty.pop(key, 0))
        return key

    def done(self, key: str) -> None:
        self._processing.discard(key)
        if key in self._dirty:
            self._push(key)

    def close(self) -> None:
        for _, timer in self._later.values():
            timer.cancel()
        self._later.clear()

    def _due(self, key: str) -> None:
        self._later.pop(key, None)
        self.add(key)

    def _push(self, key: str) -> None:
        self._ready.append(key)
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break
