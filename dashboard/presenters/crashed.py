"""What etcd's log knows of a pod's creation when the process was killed before the hop's end was kept.

A revision names the hop that wrote it, the component that sent it and the user: enough to read a journey on.
Everything here blocks.
"""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from dashboard.journeys import finding
from dashboard.journeys.finding import CUT
from dashboard.presenters import revisions

Hop = dict[str, Any]


def as_written(cluster: RunningCluster, first: Hop) -> tuple[Hop, int]:
    """A request that a crash cut off, with the uid that was written, and the revision; 0 when nothing was written."""
    if first["outcome"] != CUT:
        return first, 0
    namespace, name = first["subject"]["namespace"], first["subject"]["name"]
    row = next((row for row in _rows(cluster, namespace, name) if row["hop"] == first["id"]), None)
    if row is None:
        return first, 0
    return {**first, "subject": {**first["subject"], "uid": _uid(cluster, row)}}, row["revision"]


def creation_of(cluster: RunningCluster, uid: str) -> Hop | None:
    """The request that made a pod, from the log: its hop where that is kept, else what the log tells of it."""
    seen = next(iter(query.hops(cluster.wire, query.Filter(uid=uid, resource="pods", limit=1))), None)
    if seen is None:
        return None
    subject = seen["subject"]
    rows = _rows(cluster, subject["namespace"], subject["name"])
    row = next((row for row in rows if row["version"] == 1 and _uid(cluster, row) == uid), None)
    if row is None:
        return None
    kept = query.hop(cluster.wire, row["hop"], bodies=False)
    if kept is not None and finding.is_creation(kept):
        return kept
    path = f"/api/v1/namespaces/{subject['namespace']}/pods"
    told = {
        "id": row["hop"],
        "source": row["component"],
        "time": row["time"],
        "subject": {**subject, "subresource": ""},
    }
    return {**seen, **told, "target": "kube-apiserver", "verb": "POST", "path": path, "answers": 0, "outcome": CUT}


def _rows(cluster: RunningCluster, namespace: str, name: str) -> list[dict[str, Any]]:
    return revisions.revisions(cluster.slug, f"/registry/pods/{namespace}/{name}", 0, 1000)


def _uid(cluster: RunningCluster, row: dict[str, Any]) -> str:
    try:
        pod = revisions.value(cluster.slug, row["key"], row["revision"])
    except revisions.EtcdError:
        return ""
    return str(((pod or {}).get("metadata") or {}).get("uid") or "") if isinstance(pod, dict) else ""
