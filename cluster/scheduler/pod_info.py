"""What the scheduler reads from a pod, read once. Models: pkg/scheduler/framework/types.go PodInfo v1.37"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.apimachinery import compact, meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core.node_selector import REQUIRED
from cluster.apis.core.pod_requests import CPU, MEMORY, Amounts, requests_of

DEFAULT_MILLI_CPU, DEFAULT_MEMORY_BYTES = 100, 200 * 1024 * 1024
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

Port = tuple[str, str, int]
"""(host IP, protocol, host port)"""


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


def host_ports(spec: Obj) -> list[Port]:
    found = []
    for container in spec.get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                found.append((port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"]))
    return found
