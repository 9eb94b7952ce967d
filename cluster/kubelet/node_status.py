"""What a kubelet says of its node. Models: pkg/kubelet/nodestatus/setters.go, kubelet_node_status.go v1.37"""

from __future__ import annotations

import zlib

from cluster.apimachinery.meta import Obj, condition_of
from cluster.clock import rfc3339

CAPACITY = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"}
HEALTHY = {
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}


def internal_ip(node_name: str) -> str:
    number = zlib.crc32(node_name.encode())
    return f"172.18.{number % 250 + 1}.{number // 250 % 250 + 2}"


def status_of(node: Obj, now: float, *, runtime_ready: bool = True) -> Obj:
    """The status to write; what the Node object declares of capacity and addresses is kept."""
    old, name = node.get("status") or {}, node["metadata"]["name"]
    capacity = {**CAPACITY, **(old.get("capacity") or {})}
    conditions = []
    for kind, (state, reason, message) in HEALTHY.items():
        if kind == "Ready" and not runtime_ready:
            state, reason, message = "False", "KubeletNotReady", "container runtime is down"
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
    return {
        "capacity": capacity,
        "allocatable": {**capacity, **(old.get("allocatable") or {})},
        "conditions": conditions,
        "addresses": old.get("addresses")
        or [{"type": "InternalIP", "address": internal_ip(name)}, {"type": "Hostname", "address": name}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {
            "machineID": f"{zlib.crc32(name.encode()):032x}",
            "systemUUID": f"{zlib.crc32(name.encode()):032x}",
            "bootID": f"{zlib.crc32(name.encode()):032x}",
            "kernelVersion": "6.1.0",
            "osImage": "Debian GNU/Linux 12 (bookworm)",
            "containerRuntimeVersion": "simulated://1.0",
            "kubeletVersion": "v1.37.2",
            "kubeProxyVersion": "",
            "operatingSystem": "linux",
            "architecture": "amd64",
        },
    }


def labels_of(node_name: str) -> dict[str, str]:
    found = {"kubernetes.io/hostname": node_name}
    for name, value in (("arch", "amd64"), ("os", "linux")):
        found[f"kubernetes.io/{name}"] = found[f"beta.kubernetes.io/{name}"] = value
    return found
