"""What waits for components that do not run: messages on the wire, journeys of pods, changes a proxy has not seen.

Counted only while something is stopped; with everything running it costs nothing. Everything here blocks.
"""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from dashboard.presenters import journey, revisions

RULE_KEYS = ("/registry/services/specs/", "/registry/endpointslices/")
RULE_RESOURCES = ("services", "endpointslices")


def backlog(cluster: RunningCluster) -> dict[str, dict[str, int]]:
    """component id → {"messages", "journeys", "changes"}, for those for which something waits."""
    counts: dict[str, dict[str, int]] = {}
    for target, hops in list(cluster.wire.waiting.items()):
        if hops:
            _count(counts, target, "messages", len(hops))
    stopped = [state.id for state in cluster.components() if not state.running]
    if not stopped:
        return counts
    for component_id, number in journey.backlog(journey.journeys(cluster)).items():
        _count(counts, component_id, "journeys", number)
    for component_id in stopped:
        if component_id.startswith("kube-proxy.") and (number := unseen_changes(cluster, component_id)):
            _count(counts, component_id, "changes", number)
    return counts


def unseen_changes(cluster: RunningCluster, proxy: str) -> int:
    """How many Services and EndpointSlices changed since a stopped kube-proxy last heard of them."""
    told = [
        hop["revision"]
        for resource in RULE_RESOURCES
        for hop in query.hops(cluster.wire, Filter(target=proxy, resource=resource, limit=query.MOST))
    ]
    last = max(told, default=0)
    return sum(key["mod_revision"] > last for prefix in RULE_KEYS for key in revisions.keys(cluster.slug, prefix, 1000))


def _count(counts: dict[str, Any], component_id: str, what: str, number: int) -> None:
    counts.setdefault(component_id, {"messages": 0, "journeys": 0, "changes": 0})[what] += number
