"""What the controller manager shows of its inside: each loop with its queue, its last work, and how far what is lies
from what is wished.

Models: cmd/kube-controller-manager zpages v1.37 (which tells less)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.controllers.manager import ControllerManager

MOST = 50
Count = Callable[[Obj], int]


def _status(*names: str) -> Count:
    def count(obj: Obj) -> int:
        status = obj.get("status") or {}
        return sum(int(status.get(name) or 0) for name in names)

    return count


def _replicas(obj: Obj) -> int:
    return int((obj.get("spec") or {}).get("replicas", 1) or 0)


WISHES: dict[str, tuple[str, str, Count, Count]] = {
    "deployment": ("Deployment", "available", _replicas, _status("availableReplicas")),
    "replicaset": ("ReplicaSet", "pods", _replicas, _status("replicas")),
    "replication": ("ReplicationController", "pods", _replicas, _status("replicas")),
    "statefulset": ("StatefulSet", "ready", _replicas, _status("readyReplicas")),
    "daemonset": ("DaemonSet", "scheduled", _status("desiredNumberScheduled"), _status("currentNumberScheduled")),
    "job": (
        "Job",
        "succeeded",
        lambda obj: int((obj.get("spec") or {}).get("completions") or 1),
        _status("succeeded"),
    ),
}
"""loop → the kind it cares for, what is counted, how many are wished, how many there are"""


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
    counted = WISHES[name][1] if name in WISHES else ""
    ordered = sorted(rows, key=lambda row: (row["wished"] == row["actual"], row["key"]))
    return {"counted": counted, "rows": ordered[:MOST], "more": max(0, len(rows) - MOST)}


def _wishes(manager: ControllerManager, loop: str) -> list[dict[str, Any]] | None:
    if loop not in WISHES:
        return None
    kind, _, wished, actual = WISHES[loop]
    informer = next((each for each in manager.informers.all() if each.kind == kind), None)
    if informer is None:
        return None
    return [
        {"kind": kind, "key": meta.key_of(obj), "wished": wished(obj), "actual": actual(obj)}
        for obj in list(informer.store.values())
    ]
