"""Journeys of a cluster: finds the pods that were asked for and reads each one's steps."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from dashboard.journeys import reading
from dashboard.journeys.reading import About

MOST = 100


def journeys(cluster: RunningCluster, limit: int = MOST) -> list[dict[str, Any]]:
    """The newest journeys, newest first, each with its steps. Blocking."""
    asked = query.hops(cluster.wire, Filter(target="kube-apiserver", verb="POST", resource="pods", limit=1000))
    seen: set[tuple[str, str, str]] = set()
    found = []
    for hop in reversed(asked):
        subject = hop["subject"]
        key = (subject["namespace"], subject["name"], subject["uid"])
        if hop["answers"] or not hop["path"].endswith("/pods") or not subject["name"] or key in seen:
            continue
        seen.add(key)
        found.append(journey(cluster, *key))
        if len(found) >= limit:
            break
    return found


def journey(cluster: RunningCluster, namespace: str, name: str, uid: str) -> dict[str, Any]:
    """One pod's journey. Blocking."""
    by_name = query.hops(cluster.wire, Filter(namespace=namespace, name=name, limit=1000))
    hops = {hop["id"]: hop for hop in by_name}
    if uid:
        hops |= {hop["id"]: hop for hop in query.hops(cluster.wire, Filter(uid=uid, limit=1000))}
    ordered = [hops[number] for number in sorted(hops)]
    for hop in ordered:
        if hop["outcome"].isdigit() and int(hop["outcome"]) >= 400 and not hop["answers"]:
            hop.update(query.hop(cluster.wire, hop["id"]) or {})
    running = frozenset(state.id for state in cluster.components() if state.running)
    about = About(namespace, name, uid, cluster.row.mode, running=running)
    _describe(cluster, about, ordered)
    return reading.read(about, ordered)


def by_uid(cluster: RunningCluster, uid: str) -> dict[str, Any] | None:
    """The journey of a pod's uid, None when no hop of it is kept. Blocking."""
    for hop in query.hops(cluster.wire, Filter(uid=uid, limit=1000)):
        subject = hop["subject"]
        if subject["resource"] == "pods" and subject["name"]:
            return journey(cluster, subject["namespace"], subject["name"], uid)
    return None


def backlog(found: list[dict[str, Any]]) -> dict[str, int]:
    """How many unfinished journeys wait for each component."""
    counts: dict[str, int] = {}
    for each in found:
        if each["waiting_for"] and not each["done"] and any(step["state"] == "stalled" for step in each["steps"]):
            counts[each["waiting_for"]] = counts.get(each["waiting_for"], 0) + 1
    return counts


def _describe(cluster: RunningCluster, about: About, hops: list[dict[str, Any]]) -> None:
    """What the sentences name: the image, and whether the pod named its node itself."""
    for hop in hops:
        if hop["verb"] == "POST" and hop["path"].endswith("/pods") and not hop["answers"]:
            body = (query.hop(cluster.wire, hop["id"]) or {}).get("request")
            spec = body.get("spec") if isinstance(body, dict) else None
            if isinstance(spec, dict):
                containers = spec.get("containers") or [{}]
                about.image = str(containers[0].get("image") or "") if isinstance(containers[0], dict) else ""
                about.bound = bool(spec.get("nodeName"))
