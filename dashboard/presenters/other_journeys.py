"""Journeys that are no pod's creation: which began lately, and one read from what its request caused. Blocks."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire import component
from dashboard.journeys import following, kinds

LOOKED_AT = 1_000
BEGINNINGS = frozenset((verb, kind.resource) for kind in kinds.KINDS for verb in kind.verbs)


def newest(cluster: RunningCluster, limit: int, until: float | None = None) -> list[dict[str, Any]]:
    """The requests that began one, newest first: hop, name of the kind, and what it is about."""
    wanted = Filter(target=component.APISERVER, asks=BEGINNINGS, until=until, limit=LOOKED_AT)
    found = []
    for hop in reversed(query.hops(cluster.wire, wanted)):
        kind = _kind(cluster, hop)
        if kind is not None:
            found.append({"hop": hop["id"], "kind": kind.name, "about": hop["subject"]["name"]})
        if len(found) >= limit:
            break
    return found


def by_hop(cluster: RunningCluster, number: int, until: float | None = None) -> dict[str, Any] | None:
    """The journey that a request began; None when it is not kept, or began none."""
    first = query.hop(cluster.wire, number, bodies=False)
    kind = _kind(cluster, first) if first is not None else None
    if first is None or kind is None:
        return None
    later = [hop for hop in _after(cluster, number, until) if hop["id"] > number]
    running = frozenset(state.id for state in cluster.components() if state.running)
    return following.read(kind, first, following.descendants(number, later), running, _user(first))


def _after(cluster: RunningCluster, number: int, until: float | None) -> list[dict[str, Any]]:
    """The hops since, in pages: the ring's at once, older ones from the table."""
    ring = [query.as_dict(hop) for hop in cluster.wire.ring.after(number)]
    if until is not None:
        ring = [hop for hop in ring if hop["time"] <= until]
    oldest = next((hop["id"] for hop in ring), cluster.wire.last_id + 1)
    kept = query.hops(cluster.wire, Filter(after_hop=number, before_hop=oldest, until=until, limit=query.MOST))
    return [*kept, *ring] if oldest > number + 1 else ring


def _kind(cluster: RunningCluster, hop: dict[str, Any]) -> kinds.Kind | None:
    """The body is read only where it is needed: of many hops it is in the table alone."""
    if following.may_begin(hop) is None:
        return None
    body = (query.hop(cluster.wire, hop["id"]) or {}).get("request")
    return following.kind_of(hop, body)


def _user(first: dict[str, Any]) -> str:
    return str(first["source"])
