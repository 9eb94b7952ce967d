"""The hops of pods, gathered once for any number of journeys: from the ring in one pass, older ones from the table.

What only a body tells is added to the hop as plain fields (`phase`, `pod_ip`, `node`, `fit`, `score`, `message`).
Everything here blocks; call it from a thread.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.recorder import query
from cluster.recorder.query import Filter
from cluster.wire.component import OUTSIDE
from cluster.wire.hop import Hop
from dashboard.journeys import finding

Key = tuple[str, str]
MOST = 1_000


class PodHops:
    """What the wire saw of pods; `(namespace, name)` → hops, oldest first."""

    def __init__(self, cluster: RunningCluster, until: float | None = None) -> None:
        self.cluster = cluster
        self.wire = cluster.wire
        self.until = until
        self._by_pod: dict[Key, list[Hop]] = defaultdict(list)
        self._lists: list[Hop] = []
        self._oldest = cluster.wire.last_id + 1
        for hop in cluster.wire.ring:
            self._oldest = min(self._oldest, hop.id)
            subject = hop.subject
            if until is not None and hop.time > until:
                continue
            if subject.resource != "pods" or hop.source in OUTSIDE or hop.target in OUTSIDE:
                continue
            if subject.name:
                self._by_pod[subject.namespace, subject.name].append(hop)
            elif hop.answers and hop.verb == "GET":
                self._lists.append(hop)

    def creations(self, limit: int) -> list[dict[str, Any]]:
        """Who asked for which pod, newest first; a request without a name (yet) is none."""
        asked = [query.as_dict(hop) for hops in self._by_pod.values() for hop in hops if _asks_for_a_pod(hop)]
        asked.sort(key=lambda hop: int(hop["id"]), reverse=True)
        if len(asked) < limit:
            older = query.hops(
                self.wire, Filter(target="kube-apiserver", verb="POST", resource="pods", until=self.until, limit=MOST)
            )
            asked += [hop for hop in reversed(older) if hop["id"] < self._oldest and finding.is_creation(hop)]
        return [hop for hop in asked if hop["subject"]["name"]][:limit]

    def of(self, first: dict[str, Any]) -> list[dict[str, Any]]:
        """Every hop kept of the pod that `first` asked for, and the lists answered since; oldest first."""
        subject = first["subject"]
        hops = [query.as_dict(hop) for hop in self._by_pod.get((subject["namespace"], subject["name"]), ())]
        if first["id"] < self._oldest:
            wanted = Filter(
                resource="pods",
                namespace=subject["namespace"],
                name=subject["name"],
                after_hop=first["id"] - 1,
                until=self.until,
                limit=MOST,
            )
            known = {hop["id"] for hop in hops}
            hops = [hop for hop in query.hops(self.wire, wanted) if hop["id"] not in known] + hops
        lists = [
            {**query.as_dict(hop), "lists": True}
            for hop in self._lists
            if hop.id > first["id"] and _covers(hop.path, subject["namespace"])
        ]
        uid = subject["uid"]
        mine = [hop for hop in hops if not uid or hop["subject"]["uid"] in (uid, "")]
        return [self._told(hop) for hop in sorted([*mine, *lists], key=lambda hop: int(hop["id"]))]

    def body(self, hop_id: int, which: str = "request") -> Any:
        """A hop's body where it is kept, else {}."""
        body = (query.hop(self.wire, hop_id) or {}).get(which)
        return body if isinstance(body, dict) else {}

    def _told(self, hop: dict[str, Any]) -> dict[str, Any]:
        """The hop with what its body tells."""
        if hop["verb"] == "PATCH" and hop["path"].endswith("/status") and not hop["answers"]:
            status = self.body(hop["id"]).get("status") or {}
            return {**hop, "phase": status.get("phase", ""), "pod_ip": status.get("podIP", "")}
        if hop["verb"] == "POST" and hop["path"].endswith("/binding"):
            return {**hop, "node": (self.body(hop["id"]).get("target") or {}).get("name", "")}
        if hop["verb"] == "NOTE" and hop["detail"] == "Decide":
            return {**hop, **_decision(self.body(hop["id"]))}
        if hop["answers"] and hop["outcome"].isdigit() and int(hop["outcome"]) >= 400:
            return {**hop, "message": _message(self.body(hop["id"], "response"))}
        return hop


def _asks_for_a_pod(hop: Hop) -> bool:
    return (
        hop.verb == "POST"
        and not hop.answers
        and hop.path.endswith("/pods")
        and hop.target == "kube-apiserver"
        and "dryRun" not in hop.query
    )


def _covers(path: str, namespace: str) -> bool:
    return path.endswith((f"/namespaces/{namespace}/pods", "/api/v1/pods"))


def _decision(body: dict[str, Any]) -> dict[str, Any]:
    node = body.get("node") or ""
    scores = body.get("scores") or {}
    score = (scores.get(node) or {}).get("total")
    fit = f": {body.get('evaluated', 0)} nodes looked at, {body.get('feasible', 0)} fit"
    return {"node": node, "fit": fit, "score": score, "message": "" if node else body.get("message") or ""}


def _message(body: dict[str, Any]) -> str:
    return str(body.get("message") or body.get("error") or "")
