"""Nodes, pods and decisions in one line each."""

from __future__ import annotations

import itertools
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import Cache
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.decision import Decision
from cluster.scheduler.pod_info import PodInfo

_uids = itertools.count(1)


def node(name: str, *, labels: dict[str, str] | None = None, images: Any = (), **spec: Any) -> Obj:
    """A node with room for 4 CPUs, 8 GiB and 10 pods; `cpu`, `memory` and `pods` say otherwise."""
    room = {
        "cpu": "4",
        "memory": "8Gi",
        "pods": "10",
        **{key: spec.pop(key) for key in ("cpu", "memory", "pods") if key in spec},
    }
    found = {"kubernetes.io/hostname": name, **(labels or {})}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": name, "labels": found},
        "spec": spec,
        "status": {"allocatable": room, "capacity": room, "images": list(images)},
    }


def pod(
    name: str = "p",
    *,
    on: str = "",
    labels: dict[str, str] | None = None,
    owner: str = "",
    status: Any = None,
    **spec: Any,
) -> Obj:
    """A pod that asks for `cpu` and `memory`, bound to the node `on`."""
    requests = {key: spec.pop(key) for key in ("cpu", "memory", "gpu") if key in spec}
    container = {"name": "c", "image": spec.pop("image", "nginx"), "resources": {"requests": requests}}
    if "ports" in spec:
        container["ports"] = spec.pop("ports")
    metadata: Obj = {"name": name, "namespace": "default", "uid": f"{name}-{next(_uids)}", "labels": labels or {}}
    if owner:
        metadata["ownerReferences"] = [{"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}]
    found: Obj = {"schedulerName": "default-scheduler", "containers": [container], **spec}
    if on:
        found["nodeName"] = on
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": found, "status": status or {}}


def cache_of(*objects: Obj) -> Cache:
    """A cache that was told of nodes and bound pods."""
    cache = Cache()
    for obj in objects:
        if obj["kind"] == "Node":
            cache.set_node(obj)
        else:
            cache.set_pod(obj)
    return cache


def cycle_of(*objects: Obj) -> Cycle:
    return Cycle(cache_of(*objects), lambda equals: equals[0])


def decide(wanted: Obj, *objects: Obj) -> Decision:
    return cycle_of(*objects).decide(PodInfo(wanted))


def reasons(decision: Decision) -> dict[str, tuple[str, ...]]:
    return {name: refusal.reasons for name, refusal in decision.refusals.items()}


def totals(decision: Decision) -> dict[str, int]:
    return dict(zip(decision.feasible, decision.totals, strict=True))


def scores(decision: Decision, plugin: str) -> dict[str, int]:
    """What one plugin gave each node, weight included; empty when it was skipped."""
    return dict(zip(decision.feasible, dict(decision.scores).get(plugin, ()), strict=False))
