"""What a plugin is: a name, a weight, and the extension points that it has. Models: pkg/scheduler/framework/interface.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cluster.apimachinery.meta import Obj

if TYPE_CHECKING:
    from cluster.scheduler.cache import NodeInfo

MOST = 100


class FilterPlugin(Protocol):
    """Says whether a node can take a pod: the reasons why not, none when it can."""

    name: str

    def filter(self, pod: Obj, node: NodeInfo) -> list[str]: ...


class ScorePlugin(Protocol):
    """Says how well a feasible node suits, 0 to 100."""

    name: str
    weight: int

    def score(self, pod: Obj, nodes: list[NodeInfo]) -> list[int]: ...


def normalised(scores: list[int], *, reverse: bool = False) -> list[int]:
    """Scores stretched to 0..100. Models: framework/plugins/helper/normalize_score.go"""
    highest = max(scores, default=0)
    if highest == 0:
        return [MOST if reverse else 0] * len(scores)
    return [MOST - score * MOST // highest if reverse else score * MOST // highest for score in scores]
