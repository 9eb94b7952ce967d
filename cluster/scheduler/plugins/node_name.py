"""NodeName: a pod that names its node. Models: framework/plugins/nodename/node_name.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import NodeInfo

NAME = "NodeName"
ERR_REASON = "node(s) didn't match the requested node name"


class NodeName:
    """Filter."""

    name = NAME

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]:
        wanted = pod["spec"].get("nodeName")
        return [] if not wanted or wanted == node.name else [ERR_REASON]
