"""Pods as their owners count them: active, ready, available, which to delete first.

Models: pkg/controller/controller_utils.go, pkg/api/v1/pod/util.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339

PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def is_active(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") and not meta.is_being_deleted(pod)


def is_ready(pod: Obj) -> bool:
    return meta.is_condition_true(pod, "Ready")


def is_available(pod: Obj, min_ready_seconds: int, now: float) -> bool:
    if not is_ready(pod):
        return False
    since = (meta.condition_of(pod, "Ready") or {}).get("lastTransitionTime")
    return not min_ready_seconds or (bool(since) and parse_rfc3339(since or "") + min_ready_seconds <= now)


def deletion_rank(pod: Obj) -> tuple[int, int, int, float]:
    """Sort key: unassigned, then pending, then not ready, then the youngest go first."""
    assigned = 1 if pod["spec"].get("nodeName") else 0
    phase = PHASES.get((pod.get("status") or {}).get("phase", ""), 1)
    return assigned, phase, int(is_ready(pod)), -parse_rfc3339(pod["metadata"]["creationTimestamp"])


def from_template(owner: Obj, template: Obj) -> Obj:
    """The pod that an owner makes. Models: GetPodFromTemplate"""
    metadata = {
        name: value
        for name, value in (template.get("metadata") or {}).items()
        if name in ("labels", "annotations", "finalizers")
    }
    metadata["generateName"] = f"{owner['metadata']['name']}-"
    metadata["ownerReferences"] = [meta.controller_reference(owner)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
