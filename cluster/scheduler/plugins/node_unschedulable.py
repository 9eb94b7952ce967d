"""NodeUnschedulable: cordoned nodes. Models: framework/plugins/nodeunschedulable/node_unschedulable.go v1.37"""

from __future__ import annotations

from cluster.apis.core import taints
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import NODE_ADD, NODE_TAINT, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "NodeUnschedulable"
ERR_REASON = "node(s) were unschedulable"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=False)


class NodeUnschedulable:
    """Filter."""

    name = NAME
    local = True
    events = frozenset({NODE_ADD, NODE_TAINT})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        if taints.untolerated(pod.pod, [TAINT], ("NoSchedule",)) is None:
            return None
        return cordoned


def cordoned(node: NodeInfo) -> Refusal | None:
    return REFUSAL if node.node is not None and node.node["spec"].get("unschedulable") else None
