"""NodeName: a pod that names its node. Models: framework/plugins/nodename/node_name.go v1.37"""

from __future__ import annotations

from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import NODE_ADD, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "NodeName"
ERR_REASON = "node(s) didn't match the requested node name"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=False)


class NodeName:
    """Filter."""

    name = NAME
    local = True
    events = frozenset({NODE_ADD})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        wanted = pod.pod["spec"].get("nodeName")

        def refused(node: NodeInfo) -> Refusal | None:
            return None if node.name == wanted else REFUSAL

        return refused if wanted else None
