"""NodeResourcesFit: is there room, and where is most left.

Models: framework/plugins/noderesources/{fit,least_allocated,resource_allocation}.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apis.core.pod_requests import CPU, MEMORY
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import MOST, NODE_ADD, NODE_ALLOCATABLE, POD_DELETE, Filter, Refusal, Score
from cluster.scheduler.pod_info import PodInfo

NAME = "NodeResourcesFit"
TOO_MANY_PODS = "Too many pods"


class NodeResourcesFit:
    """Filter, and score by least allocated."""

    name = NAME
    weight = 1
    local = True
    events = frozenset({NODE_ADD, NODE_ALLOCATABLE, POD_DELETE})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        asked = [(resource, value) for resource, value in pod.requests.items() if value]

        def refused(node: NodeInfo) -> Refusal | None:
            room, used = node.allocatable, node.requested
            if len(node.pods) < node.allocatable_pods:
                for resource, value in asked:
                    if value > room.get(resource, 0) - used.get(resource, 0):
                        break
                else:
                    return None
            return insufficient(pod, node)

        return refused

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        cpu, memory = pod.nonzero_cpu, pod.nonzero_memory

        def least_allocated(node: NodeInfo) -> int:
            total = counted = 0
            for capacity, used in (
                (node.allocatable.get(CPU, 0), node.nonzero_cpu + cpu),
                (node.allocatable.get(MEMORY, 0), node.nonzero_memory + memory),
            ):
                if capacity:
                    counted += 1
                    total += (capacity - used) * MOST // capacity if used <= capacity else 0
            return total // counted if counted else 0

        return least_allocated

    def normalise(self, scores: list[int]) -> list[int]:
        return scores


def insufficient(pod: PodInfo, node: NodeInfo) -> Refusal:
    """All that a node lacks for a pod. More than the node ever has: no other pod need make room."""
    reasons, resolvable = [], True
    if len(node.pods) + 1 > node.allocatable_pods:
        reasons.append(TOO_MANY_PODS)
    for resource, value in pod.requests.items():
        has = node.allocatable.get(resource, 0)
        if value > has - node.requested.get(resource, 0):
            reasons.append(f"Insufficient {resource}")
            resolvable = resolvable and value <= has
    return Refusal(NAME, tuple(reasons), resolvable)
