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

ELECTED = (CONTROLLER_MANAGER, SCHEDULER)
"""Of a control plane of three, one instance of each of these works and two stand by."""

OUTSIDE = frozenset({VIEWER, MACHINE_ROOM})
"""Who stands outside the picture: the page that shows a cluster, and the room its machines stand in. No rule and no
pace touches what they say or hear: looking must not change what is looked at."""

CONTROL_PLANE_NODES = ("control-plane", "control-plane-2", "control-plane-3")
"""The nodes of a control plane of one or of three."""

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


def instance(role: str, node_name: str) -> str:
    """The id of the scheduler or the controller manager of one control-plane node, `kube-scheduler.control-plane-2`."""
    return f"{role}.{node_name}"


def instance_of(component_id: str) -> tuple[str, str] | None:
    """(role, node name) of an instance of the scheduler or the controller manager; None for whatever else."""
    role, _, node_name = component_id.partition(".")
    return (role, node_name) if role in ELECTED and node_name in CONTROL_PLANE_NODES else None


def node_of(component_id: str) -> str | None:
    """The node that a kubelet, runtime or kube-proxy belongs to; None for a part of the control plane."""
    role, _, node_name = component_id.partition(".")
    return node_name if role in ("kubelet", "runtime", "kube-proxy") else None


def is_client(component_id: str) -> bool:
    """Whoever is no part of the cluster: kubectl, a form, a program."""
    role = component_id.partition(".")[0]
    return role not in PARTS and component_id not in OUTSIDE
