"""What the controller manager shows of its inside: each loop with its queue, its last work, and how far what is lies
from what is wished.

Models: cmd/kube-controller-manager zpages v1.37 (which tells less)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.loop import Count, Wish
from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.controllers.manager import ControllerManager

MOST = 50


def _status(*names: str) -> Count:
    def count(obj: Obj) -> int:
        status = obj.get("status") or {}
        return sum(int(status.get(name) or 0) for name in names)

    return count


def _replicas(obj: Obj) -> int:
    return int((obj.get("spec") or {}).get("replicas", 1) or 0)


def _bound(obj: Obj) -> int:
    return int((obj.get("status") or {}).get("phase") == "Bound")


WISHES: dict[str, Wish] = {
    "deployment": Wish("Deployment", "available", _replicas, _status("availableReplicas")),
    "replicaset": Wish("ReplicaSet", "pods", _replicas, _status("replicas")),
    "replication": Wish("ReplicationController", "pods", _replicas, _status("replicas")),
    "statefulset": Wish("StatefulSet", "ready", _replicas, _status("readyReplicas")),
    "daemonset": Wish("DaemonSet", "scheduled", _status("desiredNumberScheduled"), _status("currentNumberScheduled")),
    "job": Wish(
        "Job",
        "succeeded",
        lambda obj: int((obj.get("spec") or {}).get("completions") or 1),
        _status("succeeded"),
    ),
    "horizontalpodautoscaling": Wish(
        "HorizontalPodAutoscaler", "replicas", _status("desiredReplicas"), _status("currentReplicas")
    ),
    "disruption": Wish("PodDisruptionBudget", "healthy", _status("desiredHealthy"), _status("currentHealthy")),
    "persistentvolumebinder": Wish("PersistentVolumeClaim", "bound", lambda obj: 1, _bound),
    "attachdetach": Wish(
        "VolumeAttachment", "attached", lambda obj: 1, lambda obj: int(bool((obj.get("status") or {}).get("attached")))
    ),
    "service-cidr-controller": Wish(
        "ServiceCIDR", "ready", lambda obj: 1, lambda obj: int(meta.is_condition_true(obj, "Ready"))
    ),
    "csrsigning": Wish(
        "CertificateSigningRequest",
        "issued",
        lambda obj: 1,
        lambda obj: int(bool((obj.get("status") or {}).get("certificate"))),
        lambda obj: meta.is_condition_true(obj, "Approved"),
    ),
}
"""loop → what it cares for; a loop whose objects say it in their own way has its `wish` itself"""


def of(manager: ControllerManager) -> Pages:
    return {
        "/debug/loops": lambda asked: loops(manager),
        "/debug/wishes": lambda asked: wishes(manager, asked),
    }


def loops(manager: ControllerManager) -> list[dict[str, Any]]:
    """Every loop, with how many of its objects are not yet as wished (None where nothing can be counted)."""
    found = []
    for state in manager.loops():
        rows = _wishes(manager, state["name"])
        behind = None if rows is None else sum(row["wished"] != row["actual"] for row in rows)
        found.append({**state, "objects": None if rows is None else len(rows), "behind": behind})
    return found


def wishes(manager: ControllerManager, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Of the loop `asked["loop"]`: its objects, each with what is wished and what is; those that differ come first."""
    name = str(asked.get("loop") or "")
    rows = _wishes(manager, name) or []
    wish = _wish(manager, name)
    counted = wish.counted if wish is not None else ""
    ordered = sorted(rows, key=lambda row: (row["wished"] == row["actual"], row["key"]))
    return {"counted": counted, "rows": ordered[:MOST], "more": max(0, len(rows) - MOST)}


def _wishes(manager: ControllerManager, loop: str) -> list[dict[str, Any]] | None:
    wish = _wish(manager, loop)
    if wish is None:
        return None
    informer = next((each for each in manager.informers.all() if each.kind == wish.kind), None)
    if informer is None:
        return None
    return [
        {"kind": wish.kind, "key": meta.key_of(obj), "wished": wish.wished(obj), "actual": wish.actual(obj)}
        for obj in list(informer.store.values())
        if wish.concerns(obj)
    ]


def _wish(manager: ControllerManager, loop: str) -> Wish | None:
    return WISHES.get(loop) or manager.wish_of(loop)
