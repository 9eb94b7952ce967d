"""The page as it was at a revision: objects from etcd's log, that time's messages from the recorder. Blocks.

Which component ran then is not kept; the past shows what was written and said, and lets nothing be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire import component, pace
from cluster.wire.component import OUTSIDE
from dashboard.presenters import diagram, revisions

HOPS_SHOWN = 40
PLACES = (("Pod", "/registry/pods/"), ("Node", "/registry/minions/"))


@dataclass(frozen=True, slots=True)
class Moment:
    """A revision, and the cluster time at which it was written."""

    revision: int
    time: float


def moment(cluster: RunningCluster, text: str) -> Moment | None:
    """What `?at=` asks for; None for now. EtcdError when it is compacted or still to come."""
    if not text.isdigit() or len(text) > 15 or not int(text):
        return None
    revision = int(text)
    return Moment(revision, revisions.time_of(cluster.slug, revision))


def frame(cluster: RunningCluster, then: Moment) -> dict[str, Any]:
    """What the page draws, in the form of a frame of the live page."""
    shown = [
        diagram.shown(kind, {**value, "metadata": {**value["metadata"], "resourceVersion": str(row)}})
        for kind, prefix in PLACES
        for row, value in revisions.at(cluster.slug, prefix, then.revision)
        if isinstance(value, dict)
    ]
    asked = query.hops(cluster.wire, Filter(until=then.time, limit=HOPS_SHOWN * 4))
    hops = [hop for hop in asked if not pace.is_heartbeat(hop["path"]) and not {hop["source"], hop["target"]} & OUTSIDE]
    return {
        "whole": [kind for kind, _ in PLACES],
        "set": shown,
        "gone": [],
        "entire": True,
        "components": _components(cluster, shown, then),
        "hops": [
            [hop["id"], hop["source"], hop["target"], diagram.label_of(hop), hop["outcome"], hop["time"]]
            for hop in hops[-HOPS_SHOWN:]
        ],
        "time": then.time,
        "rate": 0,
        "pace": 0,
        "held": [],
        "acted": [],
        "backlog": {},
        "revision": then.revision,
        "readable": revisions.counters(cluster.slug),
    }


def _components(cluster: RunningCluster, shown: list[dict[str, Any]], then: Moment) -> dict[str, list[Any]]:
    """Every component of today, saying only what the log tells of that time."""
    pods = [each for each in shown if each["kind"] == "Pod"]
    found: dict[str, list[Any]] = {}
    for state in cluster.components():
        node = component.node_of(state.id)
        told = f"{sum(pod['node'] == node for pod in pods)} pods" if state.id.startswith("kubelet.") else ""
        found[state.id] = [True, told, {}]
    found[component.ETCD] = [True, f"revision {then.revision}", {"revision": then.revision}]
    found[component.APISERVER] = [True, "", {"requests": 0, "p99": 0}]
    return found
