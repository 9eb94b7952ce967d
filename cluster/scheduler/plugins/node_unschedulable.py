"""NodeUnschedulable: cordoned nodes. Models: framework/plugins/nodeunschedulable/node_unschedulable.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler import taints
from cluster.scheduler.cache import NodeInfo

NAME = "NodeUnschedulable"
ERR_REASON = "node(s) were unschedulable"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable:
    """Filter."""

    name = NAME

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]:
        if not node.node["spec"].get("unschedulable"):
            return []
        return [ERR_REASON] if taints.untolerated(pod, [TAINT], ("NoSchedule",)) else []
