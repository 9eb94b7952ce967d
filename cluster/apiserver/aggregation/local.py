"""The APIServices of what this server itself serves; they are made by themselves, and are always available.

Models: pkg/controlplane/apiserver/aggregator.go DefaultGenericAPIServicePriorities,
k8s.io/kube-aggregator/pkg/controllers/{autoregister,status/local} v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Registry

AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"
AT_START, ALWAYS = "onstart", "true"
LOCAL = {
    "type": "Available",
    "status": "True",
    "reason": "Local",
    "message": "Local APIServices are always available",
}
CUSTOM = 1_000, 100
OTHERS = 15_000, 15
PRIORITIES = {
    "": 18_000, "apps": 17_800, "events.k8s.io": 17_750, "authentication.k8s.io": 17_700, "authorization.k8s.io": 17_600,
    "autoscaling": 17_500, "batch": 17_400, "certificates.k8s.io": 17_300, "networking.k8s.io": 17_200, "policy": 17_100,
    "rbac.authorization.k8s.io": 17_000, "storage.k8s.io": 16_800, "apiextensions.k8s.io": 16_700,
    "admissionregistration.k8s.io": 16_700, "scheduling.k8s.io": 16_600, "coordination.k8s.io": 16_500,
    "node.k8s.io": 16_300, "discovery.k8s.io": 16_200, "flowcontrol.apiserver.k8s.io": 16_100, "resource.k8s.io": 16_000,
}  # fmt: skip
"""groupPriorityMinimum by group."""
VERSIONS = {("", "v1"): 1, ("autoscaling", "v2"): 30, ("flowcontrol.apiserver.k8s.io", "v1"): 21}
OWN_GROUP = "apiregistration.k8s.io"


def name_of(group: str, version: str) -> str:
    return f"{version}.{group}"


def built_in(registry: Registry, now: str) -> list[Obj]:
    """Those of Kubernetes' own groups."""
    served = {(kind.group, kind.version): None for kind in registry.kinds if kind.structural is None}
    return [_one(group, version, AT_START, _priority(group, version), now) for group, version in served]


def custom(registry: Registry, now: str) -> list[Obj]:
    """Those of CustomResourceDefinitions."""
    own = {kind.group for kind in registry.kinds if kind.structural is None}
    found = []
    for group, versions in registry.groups():
        if group not in own:
            for index, version in enumerate(versions):
                found.append(_one(group, version, ALWAYS, (CUSTOM[0], max(1, CUSTOM[1] - index)), now))
    return found


def _priority(group: str, version: str) -> tuple[int, int]:
    minimum = PRIORITIES.get(group, OTHERS[0])
    return minimum, VERSIONS.get((group, version), OTHERS[1] if "beta" not in version else 5)


def _one(group: str, version: str, managed: str, priority: tuple[int, int], now: str) -> Obj:
    spec: Obj = {"version": version, "groupPriorityMinimum": priority[0], "versionPriority": priority[1]}
    if group:
        spec["group"] = group
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": name_of(group, version), "labels": {AUTOMANAGED: managed}},
        "spec": spec,
        "status": {"conditions": [{**LOCAL, "lastTransitionTime": now}]},
    }
