"""PodTopologySpread: siblings apart. Models: framework/plugins/podtopologyspread/scoring.go v1.37

Simplified: upstream's system default (spread an owner's pods over hosts); constraints of the pod itself come later.
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import NodeInfo, owner_of
from cluster.scheduler.framework import normalised

NAME = "PodTopologySpread"


class PodTopologySpread:
    """Score."""

    name = NAME
    weight = 2

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]:
        owner = owner_of(pod)
        if not owner:
            return [0] * len(nodes)
        return normalised([node.owners.get(owner, 0) for node in nodes], reverse=True)
