"""Which cluster events a change of a node amounts to. Models: framework/events.go (extractNodeProperties…) v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.scheduler.framework import NODE_ADD, NODE_ALLOCATABLE, NODE_DELETE, NODE_LABEL, NODE_TAINT


def of_node(new: Obj | None, old: Obj | None) -> list[str]:
    """The events of a node that has come (`old` None), gone (`new` None) or changed."""
    if new is None:
        return [NODE_DELETE]
    if old is None:
        return [NODE_ADD]
    found = []
    if _allocatable(new) != _allocatable(old):
        found.append(NODE_ALLOCATABLE)
    if meta.labels_of(new) != meta.labels_of(old):
        found.append(NODE_LABEL)
    if _repels(new) != _repels(old):
        found.append(NODE_TAINT)
    return found


def _allocatable(node: Obj) -> Any:
    return (node.get("status") or {}).get("allocatable") or {}


def _repels(node: Obj) -> tuple[Any, Any]:
    spec = node.get("spec") or {}
    return spec.get("taints") or [], bool(spec.get("unschedulable"))
