"""May this pod run on this node? The kubelet asks again what the scheduler asked; a pod with `nodeName` set was never asked.

Models: pkg/kubelet/lifecycle/predicate.go, pkg/scheduler/scheduler.go AdmissionCheck v1.37
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core import node_selector, pod_requests, taints
from cluster.apis.core.pod_requests import PODS, Amounts, amount

OS_LABEL, OS = "kubernetes.io/os", "linux"
Rejection = tuple[str, str]
"""(reason, message)"""


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    labels: dict[str, str]


def rejection(pod: Obj, node: Obj, others: Iterable[Obj]) -> Rejection | None:
    """Why the node's kubelet refuses a pod beside the `others` that it runs; None when it takes it."""
    return _of_system(pod) or _of_resources(pod, node, others) or _of_node(pod, node)


def _of_system(pod: Obj) -> Rejection | None:
    if meta.labels_of(pod).get(OS_LABEL, OS) != OS:
        text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return "PodOSSelectorNodeLabelDoesNotMatch", text
    if (pod["spec"].get("os") or {}).get("name", OS) != OS:
        return "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"
    return None


def _of_resources(pod: Obj, node: Obj, others: Iterable[Obj]) -> Rejection | None:
    allocatable = {
        name: amount(name, text) for name, text in ((node.get("status") or {}).get("allocatable") or {}).items()
    }
    wanted = pod_requests.requests_of(pod["spec"])
    others = list(others)
    if len(others) + 1 > allocatable.get(PODS, 0):
        return _short(PODS, 1, len(others), allocatable.get(PODS, 0))
    if not any(wanted.values()):
        return None
    used: Amounts = {}
    for other in others:
        for name, value in pod_requests.requests_of(other["spec"]).items():
            used[name] = used.get(name, 0) + value
    for name, value in wanted.items():
        if "/" in name and name not in allocatable:
            continue
        if value and value > allocatable.get(name, 0) - used.get(name, 0):
            return _short(name, value, used.get(name, 0), allocatable.get(name, 0))
    return None


def _short(name: str, requested: int, used: int, capacity: int) -> Rejection:
    text = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return f"OutOf{name}", text


def _of_node(pod: Obj, node: Obj) -> Rejection | None:
    spec, matches = pod["spec"], node_selector.required(pod)
    if matches is not None and not matches(_Node(meta.name_of(node), meta.labels_of(node))):
        return _predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    if spec.get("nodeName") and spec["nodeName"] != meta.name_of(node):
        return _predicate("NodeName", "node(s) didn't match the requested node name")
    if taints.untolerated(pod, (node.get("spec") or {}).get("taints") or (), ("NoExecute",)):
        return _predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _predicate(name: str, why: str) -> Rejection:
    return name, f"Predicate {name} failed: {why}"
