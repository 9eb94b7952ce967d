"""The cluster that a first start makes, and the Node objects of a new cluster.

Nodes are POSTed like anybody's: the machine room (`join`) sees them and boots a machine for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.wire.component import CONTROL_PLANE_NODES

if TYPE_CHECKING:
    from cluster.kubeadm.fleet import Fleet
    from cluster.kubeadm.running import RunningCluster

SLUG = "demo"
CONTROL_PLANE_ROLE = "node-role.kubernetes.io/control-plane"


def node_names(workers: int, control_planes: int = 1) -> tuple[str, ...]:
    """The nodes of a cluster with that many workers."""
    return (*CONTROL_PLANE_NODES[:control_planes], *(f"worker-{number + 1}" for number in range(workers)))


NODES = node_names(3)


def node(name: str) -> Obj:
    """A Node object; the control plane's is labelled and tainted as kubeadm does.

    Models: cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go v1.37
    """
    new: Obj = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {}}, "spec": {}}
    if name in CONTROL_PLANE_NODES:
        new["metadata"]["labels"] = {CONTROL_PLANE_ROLE: ""}
        new["spec"]["taints"] = [{"key": CONTROL_PLANE_ROLE, "effect": "NoSchedule"}]
    return new


async def build(fleet: Fleet, slug: str, mode: str, workers: int, control_planes: int = 1) -> RunningCluster:
    """A new cluster of so many nodes. ValueError, ClusterExists."""
    nodes = node_names(workers, control_planes)
    return await fleet.create(slug, mode=mode, nodes=nodes, control_planes=control_planes)


async def add_nodes(cluster: RunningCluster, names: tuple[str, ...]) -> None:
    client = cluster.client("kubeadm")
    for name in names:
        await client.create("Node", node(name))
