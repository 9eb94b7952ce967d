"""TaintToleration: nodes that repel pods. Models: framework/plugins/tainttoleration/taint_toleration.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler import taints
from cluster.scheduler.cache import NodeInfo
from cluster.scheduler.framework import normalised

NAME = "TaintToleration"
ERR_REASON = "node(s) had untolerated taint(s)"


class TaintToleration:
    """Filter and score: fewer untolerated PreferNoSchedule taints are better."""

    name = NAME
    weight = 3

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]:
        found = node.node["spec"].get("taints")
        return [ERR_REASON] if found and taints.untolerated(pod, found, ("NoSchedule", "NoExecute")) else []

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]:
        tolerations = pod["spec"].get("tolerations") or ()
        counts = []
        for node in nodes:
            soft = [
                taint for taint in node.node["spec"].get("taints") or () if taint.get("effect") == "PreferNoSchedule"
            ]
            counts.append(sum(1 for taint in soft if not any(taints.tolerates(each, taint) for each in tolerations)))
        return normalised(counts, reverse=True)
