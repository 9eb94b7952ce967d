"""NodeResourcesBalancedAllocation: CPU and memory used alike. Models: noderesources/balanced_allocation.go v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apis.core.pod_requests import CPU, MEMORY
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import MOST, Score
from cluster.scheduler.pod_info import PodInfo

NAME = "NodeResourcesBalancedAllocation"


class NodeResourcesBalancedAllocation:
    """Score. A pod that asks for nothing is left out, lest many of them gather on one node."""

    name = NAME
    weight = 1
    local = True

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        cpu, memory = pod.requests.get(CPU, 0), pod.requests.get(MEMORY, 0)
        if not cpu and not memory:
            return None

        def balance(node: NodeInfo) -> int:
            has_cpu, has_memory = node.allocatable.get(CPU, 0), node.allocatable.get(MEMORY, 0)
            if not has_cpu or not has_memory:
                return MOST
            used_cpu = min(1.0, (node.requested[CPU] + cpu) / has_cpu)
            used_memory = min(1.0, (node.requested[MEMORY] + memory) / has_memory)
            return int((1 - abs((used_cpu - used_memory) / 2)) * MOST)

        return balance

    def normalise(self, scores: list[int]) -> list[int]:
        return scores
