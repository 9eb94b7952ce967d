"""Journeys of a cluster: finds who asked for which pod and reads each one's fourteen steps. Everything here blocks."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from dashboard.journeys import finding, reading
from dashboard.journeys.reading import About
from dashboard.journeys.steps import API, ETCD
from dashboard.presenters import crashed, revisions
from dashboard.presenters.pod_hops import PodHops

MOST = 100


def journeys(cluster: RunningCluster, limit: int = MOST) -> list[dict[str, Any]]:
    """The newest journeys, newest first, each with its steps; a refused request is one too (its uid is "")."""
    hops = PodHops(cluster)
    return [_journey(hops, first) for first in _distinct(hops.creations(MOST * 4), limit)]


def newest(cluster: RunningCluster, limit: int, until: float | None = None) -> list[dict[str, Any]]:
    """Whose journeys there are, without reading them: hop, pod, uid, and whether it was refused."""
    found = _distinct(PodHops(cluster, until).creations(limit * 4), limit)
    return [
        {
            "hop": first["id"],
            "pod": f"{first['subject']['namespace']}/{first['subject']['name']}",
            "uid": first["subject"]["uid"],
            "refused": first["outcome"].isdigit() and int(first["outcome"]) >= 400,
        }
        for first in found
    ]


def by_uid(cluster: RunningCluster, uid: str, until: float | None = None) -> dict[str, Any] | None:
    """The journey of a pod's uid, None when nothing that was kept tells who asked for it."""
    asked = query.hops(cluster.wire, query.Filter(uid=uid, resource="pods", verb="POST", limit=query.MOST))
    first = next((hop for hop in asked if finding.is_creation(hop)), None) or crashed.creation_of(cluster, uid)
    if first is None or (until is not None and first["time"] > until):
        return None
    return _journey(PodHops(cluster, until), first)


def by_hop(cluster: RunningCluster, number: int, until: float | None = None) -> dict[str, Any] | None:
    """The journey that a request began, refused or not; None when that hop is not kept, or asked for no pod."""
    first = query.hop(cluster.wire, number, bodies=False)
    if first is None or not finding.is_creation(first) or (until is not None and first["time"] > until):
        return None
    return _journey(PodHops(cluster, until), first)


def hops_of(cluster: RunningCluster, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every message kept of a journey, oldest first: its pod's, those that a step is, and what was told to nobody else."""
    first = query.hop(cluster.wire, found["hop"], bodies=False) if found["hop"] else None
    if first is None:
        return []
    steps = {step["hop"] for step in found["steps"]}
    mine = PodHops(cluster).of({**first, "subject": {**first["subject"], "uid": found["uid"]}})
    kept = [first, *(hop for hop in mine if hop["id"] in steps or not hop.get("lists"))]
    return sorted({hop["id"]: hop for hop in kept}.values(), key=lambda hop: int(hop["id"]))


def backlog(found: list[dict[str, Any]]) -> dict[str, int]:
    """How many unfinished journeys are stalled at each component."""
    counts: dict[str, int] = {}
    for each in found:
        if any(step["state"] == reading.STALLED for step in each["steps"]):
            counts[each["waiting_for"]] = counts.get(each["waiting_for"], 0) + 1
    return counts


def _distinct(creations: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """Controllers ask again and again for what is refused: of each client's refused requests the newest is told."""
    seen: set[tuple[str, str]] = set()
    chosen = []
    for first in creations:
        refused = first["outcome"].isdigit() and int(first["outcome"]) >= 400
        key = (first["source"], f"{first['subject']['namespace']}/{first['subject']['name']}")
        if refused and key in seen:
            continue
        seen.add(key)
        chosen.append(first)
    return chosen[:limit]


def _journey(hops: PodHops, first: dict[str, Any]) -> dict[str, Any]:
    cluster = hops.cluster
    first, written = crashed.as_written(cluster, first)
    subject = first["subject"]
    found = hops.of(first)
    running = frozenset(state.id for state in cluster.components() if state.running or hops.until is not None)
    about = About(subject["namespace"], subject["name"], subject["uid"], cluster.row.mode, running=running)
    about.written = written
    refusal = next((hop["message"] for hop in found if hop["answers"] == first["id"] and hop.get("message")), "")
    _describe(hops, about, found, first)
    return reading.read(about, found, {**first, "response": {"message": refusal}})


def _describe(hops: PodHops, about: About, found: list[dict[str, Any]], first: dict[str, Any]) -> None:
    """What the sentences name: who asked, the image, the node and its score, the address."""
    spec = hops.body(first["id"]).get("spec") or {}
    containers = spec.get("containers") or [{}]
    about.image = str(containers[0].get("image") or "") if isinstance(containers[0], dict) else ""
    about.bound = bool(spec.get("nodeName"))
    about.user = _user(hops.cluster, found, first)
    for hop in found:
        if hop["detail"] == "Decide":
            about.fit = hop.get("fit", "")
            about.score = f" (score {hop['score']})" if hop.get("score") is not None else ""
            about.notes[8] = hop.get("message", "")
            about.node = hop.get("node", "")
        if hop["verb"] == "PullImage" and hop["answers"]:
            about.notes[10] = hop.get("message", "")
        if hop["path"].endswith("/binding") and hop.get("node"):
            about.node = hop["node"]
        if hop.get("phase") in ("Running", "Succeeded", "Failed"):
            about.phase = {"Running": "runs", "Succeeded": "has succeeded", "Failed": "has failed"}[hop["phase"]]
            about.address = f", its address is {hop['pod_ip']}" if hop.get("pod_ip") else ""


def _user(cluster: RunningCluster, found: list[dict[str, Any]], first: dict[str, Any]) -> str:
    """Who the API server found the sender to be: etcd keeps it with the revision."""
    written = next((hop for hop in found if hop["cause"] == first["id"] and hop["target"] == ETCD), None)
    if written is None or not written["revision"] or written["source"] != API:
        return "The user"
    rows = revisions.revisions(cluster.slug, written["path"], written["revision"] - 1, 1000)
    return next((row["user"] for row in rows if row["revision"] == written["revision"] and row["user"]), "The user")
