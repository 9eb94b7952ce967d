"""TaintToleration: nodes that repel pods. Models: framework/plugins/tainttoleration/taint_toleration.go v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apis.core import taints
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import NODE_ADD, NODE_TAINT, Filter, Refusal, Score, normalised
from cluster.scheduler.pod_info import PodInfo

NAME = "TaintToleration"
ERR_REASON = "node(s) had untolerated taint(s)"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=False)


class TaintToleration:
    """Filter, and score: fewer untolerated PreferNoSchedule taints are better."""

    name = NAME
    weight = 3
    local = True
    events = frozenset({NODE_ADD, NODE_TAINT})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        def refused(node: NodeInfo) -> Refusal | None:
            found = node.taints
            return REFUSAL if found and taints.untolerated(pod.pod, found, ("NoSchedule", "NoExecute")) else None

        return refused

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        return lambda node: taints.count_untolerated(pod.pod, node.taints) if node.taints else 0

    def normalise(self, scores: list[int]) -> list[int]:
        return normalised(scores, reverse=True)
