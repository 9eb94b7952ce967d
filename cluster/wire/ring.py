"""The newest hops of a cluster, in memory: bounded in number, and if need be more tightly in bodies.

Most bodies are objects that the store holds anyway, so each hop keeps its own (a few megabytes in all). With a smaller
`payload_window` only that many do (a quarter more at times: they go in one sweep), and those of followed objects; older
hops keep their subject only. Large bodies (a list of thousands keeps old versions of its items alive) share a bound of
their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from cluster.wire.hop import Hop

RING_SIZE = 8192
PAYLOAD_WINDOW = RING_SIZE
LARGE_BODIES_BYTES = 8 * 1024 * 1024


class Ring:
    """A bounded, ordered collection of hops, newest last. Whoever walks it walks a copy: hops are added meanwhile, as
    threads read."""

    def __init__(self, size: int = RING_SIZE, payload_window: int = PAYLOAD_WINDOW) -> None:
        self.size = size
        self.payload_window = payload_window
        self.followed: set[str] = set()
        self._hops: deque[Hop] = deque(maxlen=size)
        self._with_bodies: list[Hop] = []
        self._most_bodies = payload_window + payload_window // 4
        self._large: deque[tuple[tuple[Hop, ...], int]] = deque()
        self._large_bytes = 0
        self.append: Callable[[Hop], None] = self._append_and_sweep if payload_window < size else self._hops.append

    def _append_and_sweep(self, hop: Hop) -> None:
        self._hops.append(hop)
        self._with_bodies.append(hop)
        if len(self._with_bodies) > self._most_bodies:
            self._sweep()

    def weigh(self, hops: tuple[Hop, ...], held_bytes: int) -> None:
        """These hops hold large bodies: over the bound the oldest such bodies go, these too when they alone exceed it."""
        self._large.append((hops, held_bytes))
        self._large_bytes += held_bytes
        while self._large_bytes > LARGE_BODIES_BYTES:
            oldest, freed_bytes = self._large.popleft()
            self._large_bytes -= freed_bytes
            for hop in oldest:
                hop.strip()

    def _sweep(self) -> None:
        recent = self._with_bodies
        for hop in recent[: -self.payload_window or None]:
            if not self.followed or hop.subject.uid not in self.followed:
                hop.strip()
        del recent[: -self.payload_window or None]

    def __iter__(self) -> Iterator[Hop]:
        return iter(tuple(self._hops))

    def __reversed__(self) -> Iterator[Hop]:
        return reversed(tuple(self._hops))

    def __len__(self) -> int:
        return len(self._hops)

    def get(self, hop_id: int) -> Hop | None:
        """The hop of that id, or None when it has left the ring. Ids grow with age, so the search halves."""
        hops = self._hops
        low, high = 0, len(hops)
        while low < high:
            middle = (low + high) // 2
            if hops[middle].id < hop_id:
                low = middle + 1
            else:
                high = middle
        return hops[low] if low < len(hops) and hops[low].id == hop_id else None

    def after(self, hop_id: int) -> list[Hop]:
        """Hops newer than `hop_id`, oldest first."""
        newer = []
        for hop in reversed(self):
            if hop.id <= hop_id:
                break
            newer.append(hop)
        newer.reverse()
        return newer
