"""Component ids, the same everywhere: on the wire, in REST, in the database and on the diagram."""

from __future__ import annotations

ETCD = "etcd"
APISERVER = "kube-apiserver"
SCHEDULER = "kube-scheduler"
CONTROLLER_MANAGER = "kube-controller-manager"
KUBECTL = "kubectl"
WEB_FORM = "web-form"
VIEWER = "dashboard"
MACHINE_ROOM = "kubeadm"

OUTSIDE = frozenset({VIEWER, MACHINE_ROOM})
"""Who stands outside the picture: the page that shows a cluster, and the room its machines stand in. No rule and no
pace touches what they say or hear: looking must not change what is looked at."""

PARTS = frozenset({ETCD, APISERVER, SCHEDULER, CONTROLLER_MANAGER, "kubelet", "runtime", "kube-proxy"})


def kubelet(node_name: str) -> str:
    return f"kubelet.{node_name}"


def runtime(node_name: str) -> str:
    return f"runtime.{node_name}"


def kube_proxy(node_name: str) -> str:
    return f"kube-proxy.{node_name}"


def loop(name: str) -> str:
    """The id of one control loop of the controller manager, `kube-controller-manager.replicaset`."""
    return f"{CONTROLLER_MANAGER}.{name}"


def node_of(component_id: str) -> str | None:
    """The node that a kubelet, runtime or kube-proxy belongs to; None for a part of the control plane."""
    role, _, node_name = component_id.partition(".")
    return node_name if role in ("kubelet", "runtime", "kube-proxy") else None


def is_client(component_id: str) -> bool:
    """Whoever is no part of the cluster: kubectl, a form, a program."""
    role = component_id.partition(".")[0]
    return role not in PARTS and component_id not in OUTSIDE
