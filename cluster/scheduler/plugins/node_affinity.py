"""NodeAffinity: node selector and node affinity.

Models: framework/plugins/nodeaffinity/node_affinity.go and component-helpers/scheduling/corev1/nodeaffinity v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apis.core import node_selector
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import NODE_ADD, NODE_LABEL, Filter, Refusal, Score, normalised
from cluster.scheduler.pod_info import PREFERRED, PodInfo

NAME = "NodeAffinity"
ERR_REASON = "node(s) didn't match Pod's node affinity/selector"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=False)


class NodeAffinity:
    """Filter and score."""

    name = NAME
    weight = 2
    local = True
    events = frozenset({NODE_ADD, NODE_LABEL})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        matches = node_selector.required(pod.pod)
        if matches is None:
            return None
        return lambda node: None if matches(node) else REFUSAL

    def pre_score(self, pod: PodInfo, cache: Cache, feasible: Sequence[NodeInfo]) -> Score | None:
        affinity = (pod.pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
        preferred = affinity.get(PREFERRED)
        if not preferred:
            return None
        return lambda node: sum(
            term["weight"] for term in preferred if node_selector.term_matches(term["preference"], node)
        )

    def normalise(self, scores: list[int]) -> list[int]:
        return normalised(scores)
