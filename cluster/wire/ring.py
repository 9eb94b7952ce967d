"""The newest hops of a cluster, in memory: bounded in number, and more tightly in bodies.

Bodies are kept for the last `payload_window` hops and for followed objects; older hops keep their subject only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from cluster.wire.hop import Hop

RING_SIZE = 8192
PAYLOAD_WINDOW = 512


class Ring:
    """A bounded, ordered collection of hops, newest last."""

    def __init__(self, size: int = RING_SIZE, payload_window: int = PAYLOAD_WINDOW) -> None:
        self.size = size
        self.payload_window = payload_window
        self.followed: set[str] = set()
        self._hops: deque[Hop] = deque(maxlen=size)
        self._with_bodies: deque[Hop] = deque()

    def append(self, hop: Hop) -> None:
        self._hops.append(hop)
        recent = self._with_bodies
        recent.append(hop)
        if len(recent) > self.payload_window:
            oldest = recent.popleft()
            if not self.followed or oldest.subject.uid not in self.followed:
                oldest.strip()

    def __iter__(self) -> Iterator[Hop]:
        return iter(tuple(self._hops))

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
        for hop in reversed(self._hops):
            if hop.id <= hop_id:
                break
            newer.append(hop)
        newer.reverse()
        return newer
