"""What a kubelet says of its node; pure. Models: pkg/kubelet/nodestatus/setters.go, kubelet_node_status.go v1.37

Simplified: the kubelet says itself that the pod network reaches its node (upstream's route controller does), and its
conditions stand in the order of kwok's nodes.
"""

from __future__ import annotations

import zlib

from cluster.apimachinery.meta import Obj, condition_of
from cluster.clock import rfc3339

CAPACITY = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"}
MOST_IMAGES = 50
READY, NETWORK = "Ready", "NetworkUnavailable"
HEALTHY = {
    READY: ("True", "KubeletReady", "kubelet is posting ready status"),
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    NETWORK: ("False", "RouteCreated", "RouteController created a route"),
}
NO_RUNTIME = ("False", "KubeletNotReady", "container runtime is down")
NO_NETWORK = (
    "False",
    "KubeletNotReady",
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin "
    "returns error: cni plugin not initialized",
)
NO_ROUTE = ("True", "NoRouteCreated", "Node created without a route")
SYSTEM = {
    "kernelVersion": "6.1.0",
    "osImage": "Debian GNU/Linux 12 (bookworm)",
    "containerRuntimeVersion": "simulated://1.0",
    "kubeletVersion": "v1.37.2",
    "kubeProxyVersion": "",
    "operatingSystem": "linux",
    "architecture": "amd64",
}


def internal_ip(node_name: str) -> str:
    number = zlib.crc32(node_name.encode())
    return f"172.18.{number % 250 + 1}.{number // 250 % 250 + 2}"


def status_of(node: Obj, now: float, *, runtime_ready: bool = True, images: list[Obj] | None = None) -> Obj:
    """The status to write; what the Node object declares of capacity, addresses and its system is kept."""
    old, name = node.get("status") or {}, node["metadata"]["name"]
    capacity = {**CAPACITY, **(old.get("capacity") or {})}
    conditions = _conditions(node, now, runtime_ready)
    return {
        "capacity": capacity,
        "allocatable": {**capacity, **(old.get("allocatable") or {})},
        "conditions": conditions,
        "$setElementOrder/conditions": [{"type": each["type"]} for each in conditions],
        "addresses": old.get("addresses") or [{"type": "InternalIP", "address": internal_ip(name)}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _node_info(old.get("nodeInfo") or {}, name),
        **({"images": images} if images else {}),
    }


def differs(new: Obj, old: Obj) -> bool:
    """Is there more to tell than a heartbeat? Models: nodeStatusHasChanged"""
    return _without_beats(new) != _without_beats(old)


def labels_of(node_name: str) -> dict[str, str]:
    found = {"kubernetes.io/hostname": node_name}
    for name, value in (("arch", "amd64"), ("os", "linux")):
        found[f"kubernetes.io/{name}"] = found[f"beta.kubernetes.io/{name}"] = value
    return found


def _conditions(node: Obj, now: float, runtime_ready: bool) -> list[Obj]:
    has_network = bool((node.get("spec") or {}).get("podCIDR"))
    conditions = []
    for kind, healthy in HEALTHY.items():
        state, reason, message = healthy
        if kind == READY and not runtime_ready:
            state, reason, message = NO_RUNTIME
        elif kind == READY and not has_network:
            state, reason, message = NO_NETWORK
        elif kind == NETWORK and not has_network:
            state, reason, message = NO_ROUTE
        known = condition_of(node, kind)
        since = known["lastTransitionTime"] if known and known["status"] == state else rfc3339(now)
        conditions.append(
            {
                "type": kind,
                "status": state,
                "lastHeartbeatTime": rfc3339(now),
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
        )
    return conditions


def _node_info(declared: Obj, name: str) -> Obj:
    """A Node that declares its system keeps it: the machine was made for the Node."""
    number = f"{zlib.crc32(name.encode()):032x}"
    identity = dict.fromkeys(("machineID", "systemUUID", "bootID"), number)
    return {**identity, **SYSTEM, **({} if not declared.get("kubeletVersion") else declared)}


def _without_beats(status: Obj) -> Obj:
    plain = [{**each, "lastHeartbeatTime": ""} for each in status.get("conditions") or ()]
    return {**status, "conditions": plain}
