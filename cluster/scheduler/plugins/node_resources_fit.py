"""NodeResourcesFit: is there room, and where is most left. Models: framework/plugins/noderesources/{fit,least_allocated}.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import CPU, MEMORY, PODS, NodeInfo, requests_of
from cluster.scheduler.framework import MOST

NAME = "NodeResourcesFit"
DEFAULT_CPU, DEFAULT_MEMORY = 100, 200 * 1024 * 1024


class NodeResourcesFit:
    """Filter, and score by least allocated."""

    name = NAME
    weight = 1

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]:
        reasons = []
        if len(node.pods) + 1 > node.allocatable.get(PODS, 0):
            reasons.append("Too many pods")
        for resource, asked in requests_of(pod).items():
            if asked > node.allocatable.get(resource, 0) - node.requested.get(resource, 0):
                reasons.append(f"Insufficient {resource}")
        return reasons

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]:
        asked = requests_of(pod)
        wanted = ((CPU, asked.get(CPU) or DEFAULT_CPU), (MEMORY, asked.get(MEMORY) or DEFAULT_MEMORY))
        scores = []
        for node in nodes:
            total = 0
            for resource, amount in wanted:
                has = node.allocatable.get(resource, 0)
                left = has - node.requested.get(resource, 0) - amount
                total += left * MOST // has if has and left > 0 else 0
            scores.append(total // len(wanted))
        return scores
