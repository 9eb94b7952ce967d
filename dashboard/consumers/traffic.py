"""Messages between two frames: some travel as tokens, the rest are counted; and how long the API server takes."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from cluster.wire import pace
from cluster.wire.component import APISERVER, OUTSIDE
from cluster.wire.hop import PENDING, WATCH, Hop
from cluster.wire.instrument import FINISHED, SENT
from dashboard.presenters import diagram

MOST_TOKENS = 24
LATENCIES = 500


class Traffic:
    """What a cluster's wire told since the last frame."""

    def __init__(self) -> None:
        self._tokens: list[Hop] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._latencies: deque[float] = deque(maxlen=LATENCIES)
        self._under_way: set[int] = set()

    def hear(self, hop: Hop, moment: str) -> bool:
        """The wire's listener; True when there is something to show. Heartbeats and events travel unseen."""
        if hop.source in OUTSIDE or hop.target in OUTSIDE:
            return False
        if moment is FINISHED and hop.verb != WATCH:
            if hop.target == APISERVER:
                self._latencies.append(hop.latency_seconds)
            return False
        if not self._is_new(hop, moment) or pace.is_heartbeat(hop.path):
            return False
        if len(self._tokens) < MOST_TOKENS:
            self._tokens.append(hop)
        else:
            self._counts[hop.source, hop.target] += 1
        return True

    def _is_new(self, hop: Hop, moment: str) -> bool:
        """A hop that waits is told again when its waiting begins; an event may be told when sent and when delivered."""
        if moment is SENT:
            if hop.verb == WATCH and hop.outcome == PENDING:
                self._under_way.add(hop.id)
            return hop.outcome == PENDING
        if hop.id in self._under_way:
            self._under_way.discard(hop.id)
            return False
        return True

    def take(self) -> dict[str, Any]:
        """{"hops", "more"} since the last call."""
        tokens, self._tokens = self._tokens, []
        counts, self._counts = self._counts, Counter()
        found: dict[str, Any] = {}
        if tokens:
            found["hops"] = [diagram.told(hop) for hop in tokens if not diagram.is_quiet_event(hop)]
        if counts:
            found["more"] = [[source, target, count] for (source, target), count in counts.items()]
        return found

    def p99_ms(self) -> float:
        """The 99th percentile of the API server's last answers."""
        ordered = sorted(self._latencies)
        return round(ordered[int(len(ordered) * 0.99)] * 1000, 1) if ordered else 0.0
