"""What the scheduler reads from a pod, read once. Models: pkg/scheduler/framework/types.go PodInfo v1.37"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.apimachinery import compact, meta, quantity
from cluster.apimachinery.meta import Obj

CPU, MEMORY, PODS = "cpu", "memory", "pods"
DEFAULT_MILLI_CPU, DEFAULT_MEMORY_BYTES = 100, 200 * 1024 * 1024
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

Amounts = dict[str, int]
Port = tuple[str, str, int]
"""(host IP, protocol, host port)"""


def amount(resource: str, text: str) -> int:
    """CPU in thousandths, anything else in whole units."""
    return quantity.milli(text) if resource == CPU else quantity.whole(text)


class PodInfo:
    """A pod and what of it decides where it may run. `shape` is equal for pods that any node takes or refuses alike, as
    far as the node alone is asked."""

    __slots__ = (
        "affinity",
        "anti_affinity",
        "key",
        "labels",
        "namespace",
        "nonzero_cpu",
        "nonzero_memory",
        "owner",
        "pod",
        "ports",
        "preferred_affinity",
        "preferred_anti_affinity",
        "priority",
        "requests",
        "shape",
        "uid",
    )

    def __init__(self, pod: Obj) -> None:
        spec, metadata = pod["spec"], pod["metadata"]
        self.pod = pod
        self.uid: str = metadata["uid"]
        self.key = meta.key_of(pod)
        self.namespace: str = metadata.get("namespace") or ""
        self.labels: dict[str, str] = metadata.get("labels") or {}
        owner = meta.controller_of(pod)
        self.owner: str = owner["uid"] if owner else ""
        self.priority: int = spec.get("priority") or 0
        self.requests = requests_of(spec)
        nonzero = requests_of(spec, {CPU: DEFAULT_MILLI_CPU, MEMORY: DEFAULT_MEMORY_BYTES})
        self.nonzero_cpu, self.nonzero_memory = nonzero.get(CPU, 0), nonzero.get(MEMORY, 0)
        self.ports = host_ports(spec)
        affinity = spec.get("affinity") or {}
        together, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
        self.affinity: list[Obj] = together.get(REQUIRED) or []
        self.anti_affinity: list[Obj] = apart.get(REQUIRED) or []
        self.preferred_affinity: list[Obj] = together.get(PREFERRED) or []
        self.preferred_anti_affinity: list[Obj] = apart.get(PREFERRED) or []
        self.shape = self._shape(spec, affinity.get("nodeAffinity"), nonzero)

    @property
    def has_affinity(self) -> bool:
        """Does it say anything of other pods?"""
        return bool(self.affinity or self.anti_affinity or self.preferred_affinity or self.preferred_anti_affinity)

    @property
    def is_terminating(self) -> bool:
        return bool(self.pod["metadata"].get("deletionTimestamp"))

    def _shape(self, spec: Obj, node_affinity: Any, nonzero: Amounts) -> bytes:
        decisive = (
            self.requests,
            nonzero,
            self.ports,
            spec.get("nodeName"),
            spec.get("nodeSelector"),
            node_affinity,
            spec.get("tolerations"),
        )
        return compact.dumps(decisive, option=orjson.OPT_SORT_KEYS)


def requests_of(spec: Obj, defaults: Amounts | None = None) -> Amounts:
    """What a pod asks for: its containers and sidecars together, or what an init container needs if that is more.

    `defaults` stand in for what a container does not ask for. Models: component-helpers/resource/helpers.go PodRequests
    """
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _requests(container, defaults))
    if spec.get("initContainers"):
        sidecars: Amounts = {}
        most: Amounts = {}
        for container in spec["initContainers"]:
            asked = _requests(container, defaults)
            if container.get("restartPolicy") == "Always":
                _add(total, asked)
                _add(sidecars, asked)
                asked = {}
            for resource in {**asked, **sidecars}:
                needed = asked.get(resource, 0) + sidecars.get(resource, 0)
                most[resource] = max(most.get(resource, 0), needed)
        for resource, value in most.items():
            total[resource] = max(total.get(resource, 0), value)
    pod_level = (spec.get("resources") or {}).get("requests") or {}
    for resource, text in pod_level.items():
        total[resource] = amount(resource, text)
    for resource, text in (spec.get("overhead") or {}).items():
        total[resource] = total.get(resource, 0) + amount(resource, text)
    return total


def host_ports(spec: Obj) -> list[Port]:
    found = []
    for container in spec.get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                found.append((port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"]))
    return found


def _requests(container: Obj, defaults: Amounts | None) -> Amounts:
    asked = (container.get("resources") or {}).get("requests") or {}
    found = {resource: amount(resource, text) for resource, text in asked.items()}
    return {**defaults, **found} if defaults else found


def _add(total: Amounts, more: Amounts) -> None:
    for resource, value in more.items():
        total[resource] = total.get(resource, 0) + value
