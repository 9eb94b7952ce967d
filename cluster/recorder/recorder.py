"""The recorder of one cluster: listens to its wire, keeps hops at a bounded rate, trims the table.

Hops over the rate are not kept, only counted (`skipped`, about): until it may take some again the recorder does not
listen, so that a flood costs it nothing. Writing waits up to ten seconds while there is one. Renewals of leases are left
out: they would fill the table with heartbeats; the ring shows them. So is what the page itself asks: looking must not
fill it either. The story goes on in `sink` (rows) and `query` (reading).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from cluster.clock import Clock
from cluster.recorder import sink
from cluster.wire.component import VIEWER
from cluster.wire.hop import OPEN, Hop
from cluster.wire.instrument import FINISHED
from cluster.wire.transport import Wire

FLUSH_SECONDS = 0.25
FLOOD_HOPS, MOST_POSTPONED = 500, 40
TRIM_EVERY_ROWS = 5_000
BURST_SECONDS = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """`table_rows` kept per cluster; `rows_per_second` taken (in bursts of ten seconds' worth)."""

    table_rows: int = 100_000
    rows_per_second: int = 200
    skipped_resources: frozenset[str] = frozenset({"leases"})


class Recorder:
    """Keeps one wire's hops. `clock` paces the writing and is real time, not the cluster's."""

    def __init__(self, wire: Wire, clock: Clock, limits: Limits = Limits()) -> None:
        self.wire = wire
        self.clock = clock
        self.limits = limits
        self.kept = 0
        self.skipped = 0
        self._batch: list[sink.Heard] = []
        self._allowance = float(limits.rows_per_second * BURST_SECONDS)
        self._since_trim = 0
        self._looked_at = 0
        self._young: list[Hop] = []
        self._counted = 0
        self._postponed = 0
        self._begun: dict[int, Hop] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._deaf_since: int | None = None

    async def run(self) -> None:
        """Record until cancelled; what was heard by then is written."""
        self._deaf_since = self.wire.last_id
        self._listen()
        thread = ThreadPoolExecutor(1, thread_name_prefix=f"recorder-{self.wire.cluster}")
        try:
            while True:
                await self.clock.sleep(FLUSH_SECONDS)
                self._allowance = min(
                    self._allowance + self.limits.rows_per_second * FLUSH_SECONDS,
                    float(self.limits.rows_per_second * BURST_SECONDS),
                )
                self._listen()
                if not self._is_flooded():
                    await self._flush(thread)
                    await self._keep_open(thread)
        finally:
            self._turn_away()
            batch, begun = self._take()
            await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread, _last_words, batch, begun))
            thread.shutdown(wait=False)

    def _is_flooded(self) -> bool:
        """Writing can wait while the cluster has its hands full, though not for long."""
        hops, self._counted = self.wire.last_id - self._counted, self.wire.last_id
        self._postponed = self._postponed + 1 if hops > FLOOD_HOPS and self._postponed < MOST_POSTPONED else 0
        return self._postponed > 0

    def _listen(self) -> None:
        if self._unsubscribe is None and self._allowance >= 1:
            self.skipped += self._missed
            self._deaf_since = None
            self._unsubscribe = self.wire.instruments.add(self.hear, (FINISHED,))

    def _turn_away(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe, self._deaf_since = None, self.wire.last_id

    @property
    def _missed(self) -> int:
        return self.wire.last_id - self._deaf_since if self._deaf_since is not None else 0

    def hear(self, hop: Hop, moment: str) -> None:
        """The wire's listener: one append for a hop that is kept."""
        if self._allowance < 1:
            self.skipped += 1
            self._turn_away()
        elif self._takes(hop) and hop.id not in self._begun:
            self._allowance -= 1
            self._batch.append(_heard(hop))

    def inspect(self) -> dict[str, Any]:
        return {"kept": self.kept, "skipped": self.skipped + self._missed, "waiting": len(self._batch)}

    def _take(self) -> tuple[list[sink.Heard], set[int]]:
        """What is to be written; which of it was written before, while still on its way."""
        batch, self._batch = self._batch, []
        ended = [hop for hop in self._begun.values() if hop.outcome not in OPEN]
        for hop in ended:
            del self._begun[hop.id]
        return batch + [_heard(hop) for hop in ended], {hop.id for hop in ended}

    async def _flush(self, thread: ThreadPoolExecutor) -> None:
        batch, begun = self._take()
        if not batch:
            return
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(thread, sink.write, batch, begun)
        except Exception:
            logger.exception("%d hops could not be kept", len(batch))
            self.skipped += len(batch)
            return
        self.kept += len(batch)
        self._since_trim += len(batch)
        if self._since_trim >= TRIM_EVERY_ROWS:
            self._since_trim = 0
            await loop.run_in_executor(thread, sink.trim, self.wire.cluster, self.limits.table_rows)

    async def _keep_open(self, thread: ThreadPoolExecutor) -> None:
        """Write down what has been on its way for a while: when the process is killed, it is what explains a stall."""
        old, self._young = self._young, self.wire.ring.after(self._looked_at)
        self._looked_at = self._young[-1].id if self._young else self._looked_at
        still_open = [hop for hop in old if hop.outcome in OPEN and self._takes(hop)]
        if self._allowance < 1 or not still_open:
            return
        batch = [_heard(hop) for hop in still_open]
        self._begun.update((hop.id, hop) for hop in still_open)
        try:
            await asyncio.get_running_loop().run_in_executor(thread, sink.write, batch)
        except Exception:
            logger.exception("%d open hops could not be kept", len(batch))

    def _takes(self, hop: Hop) -> bool:
        """Does it keep hops like this one?"""
        if VIEWER in (hop.source, hop.target):
            return False
        return _plural(hop.path) not in self.limits.skipped_resources


def _heard(hop: Hop) -> sink.Heard:
    headers = hop.response_headers if hop.answers else hop.request_headers
    return sink.Heard(hop, hop.request, hop.response, hop.query, headers)


def _last_words(batch: list[sink.Heard], begun: set[int]) -> None:
    try:
        if batch:
            sink.write(batch, begun)
    finally:
        sink.close_connection()


def _plural(path: str) -> str:
    """The resource that a path names, without reading the body (`/registry/leases/…`, `…/namespaces/x/leases/y`)."""
    parts = path.split("/")
    if parts[1] == "registry":
        return parts[2] if len(parts) > 2 else ""
    return parts[6] if len(parts) > 6 and parts[4] == "namespaces" else ""
