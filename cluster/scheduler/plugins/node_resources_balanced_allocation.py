"""NodeResourcesBalancedAllocation: CPU and memory used alike. Models: noderesources/balanced_allocation.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import CPU, MEMORY, NodeInfo, requests_of
from cluster.scheduler.framework import MOST

NAME = "NodeResourcesBalancedAllocation"


class NodeResourcesBalancedAllocation:
    """Score."""

    name = NAME
    weight = 1

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]:
        asked = requests_of(pod)
        if not asked.get(CPU) and not asked.get(MEMORY):
            return [0] * len(nodes)
        scores = []
        for node in nodes:
            shares = []
            for resource in (CPU, MEMORY):
                has = node.allocatable.get(resource, 0)
                used = node.requested.get(resource, 0) + asked.get(resource, 0)
                shares.append(min(1.0, used / has) if has else 1.0)
            scores.append(int((1 - abs(shares[0] - shares[1]) / 2) * MOST))
        return scores
