"""What is counted of every request: how many of a kind came, how they ended, how long they took.

Counting costs a request one look-up; what Prometheus reads is made of it when it asks (`metrics`).
Models: apiserver/pkg/endpoints/metrics/metrics.go v1.37
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from cluster.apiserver.call import Call

BUCKETS = (0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)
"""Upper bounds, cluster seconds."""
LONG_RUNNING = frozenset({"watch", "connect"})
CONNECTING = frozenset({"exec", "attach", "portforward", "proxy"})


class Asked(NamedTuple):
    """What a request was for, and how it ended. `names` and `in_namespace` tell the scope."""

    verb: str
    group: str
    version: str
    resource: str
    subresource: str
    names: bool
    in_namespace: bool
    dry_run: bool
    code: int

    @property
    def scope(self) -> str:
        if self.names or self.verb in ("create", "apply"):
            return "resource"
        return "namespace" if self.in_namespace else "cluster" if self.resource else ""

    @property
    def told_verb(self) -> str:
        return "CONNECT" if self.subresource in CONNECTING else self.verb.upper()


class RequestMetrics:
    """The requests of one server since its start."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str | bool | int, ...], list[float]] = {}
        """Of each (the fields of `Asked`), the seconds that all took, then how many fell under each bound and above the last."""

    def count(self, call: Call, code: int, seconds: float) -> None:
        kind = call.kind
        asked = (
            call.verb,
            call.group,
            call.version,
            kind.plural if kind is not None else "",
            call.subresource,
            call.name != "",
            call.namespace != "",
            "dryRun" in call.request.query,
            code,
        )
        held = self.seen.get(asked)
        if held is None:
            held = self.seen[asked] = [0.0] * (len(BUCKETS) + 2)
        held[0] += seconds
        held[1 + bisect_left(BUCKETS, seconds)] += 1
