"""The Wire panel's list: which messages are asked for, and how many there are of each sort. Everything here blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire import pace
from cluster.wire.component import OUTSIDE

SHOWN, LOOKED_AT = 60, 1_000
FACETS = ("component", "verb", "kind", "outcome")
FIELDS = (*FACETS, "object", "pod", "heartbeats")
OUTCOMES = (query.OK, query.REFUSED, query.UNDER_WAY, query.LOST)

Hop = dict[str, Any]


def listed(cluster: RunningCluster, asked: Mapping[str, str], until: float | None = None) -> dict[str, Any]:
    """The newest messages that are asked for, newest first, and the choices with their counts among the last thousand;
    `until` a moment of the past."""
    typed = {name: asked.get(name, "").strip() for name in FIELDS}
    if typed["outcome"] not in OUTCOMES:
        typed["outcome"] = ""
    wanted = Filter(
        resource=typed["kind"],
        uid=typed["pod"],
        component=typed["component"],
        verb=typed["verb"],
        named=typed["object"],
        ended=typed["outcome"],
        until=until,
        limit=LOOKED_AT,
    )
    anything = Filter(until=until, limit=LOOKED_AT)
    found = [hop for hop in query.hops(cluster.wire, wanted) if _is_shown(hop, typed)]
    lately = found
    if wanted != anything:
        lately = [hop for hop in query.hops(cluster.wire, anything) if _is_shown(hop, typed)]
    return {
        "hops": found[: -SHOWN - 1 : -1],
        "more": max(0, len(found) - SHOWN),
        "typed": typed,
        "facets": [{"name": name, "choices": _choices(name, lately, typed)} for name in FACETS],
        "query": urlencode({name: value for name, value in typed.items() if value}),
    }


def _is_shown(hop: Hop, typed: Mapping[str, str]) -> bool:
    """Heartbeats only when asked for, or when one component's messages are; who looks from outside never."""
    if hop["source"] in OUTSIDE or hop["target"] in OUTSIDE:
        return False
    return typed["heartbeats"] == "on" or not pace.is_heartbeat(hop["path"])


def _choices(facet: str, lately: list[Hop], typed: Mapping[str, str]) -> list[tuple[str, int, bool]]:
    """(value, how many there would be, chosen), by what the other filters leave; the chosen one always."""
    others = [hop for hop in lately if all(_has(hop, name, typed[name]) for name in FACETS if name != facet)]
    others = [hop for hop in others if _is_of(hop, typed)]
    counts = Counter(value for hop in others for value in set(_values(hop, facet)) if value)
    if typed[facet]:
        counts.setdefault(typed[facet], 0)
    return [(value, count, value == typed[facet]) for value, count in sorted(counts.items())]


def _values(hop: Hop, facet: str) -> tuple[str, ...]:
    if facet == "component":
        return hop["source"], hop["target"]
    if facet == "kind":
        return (hop["subject"]["resource"],)
    return (query.ending(hop["outcome"]),) if facet == "outcome" else (hop["verb"],)


def _has(hop: Hop, facet: str, wanted: str) -> bool:
    return not wanted or wanted in _values(hop, facet)


def _is_of(hop: Hop, typed: Mapping[str, str]) -> bool:
    subject = hop["subject"]
    named = typed["object"] in f"{subject['namespace']}/{subject['name']}"
    return named and typed["pod"] in ("", subject["uid"])
