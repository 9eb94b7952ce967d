"""One pod: filter the nodes, score the feasible ones, choose. Pure but for the random choice among equals.

Models: pkg/scheduler/schedule_one.go v1.37 (percentageOfNodesToScore as there)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import NodeInfo
from cluster.scheduler.profiles import FILTERS, SCORES

FEWEST_TO_FIND = 100
MOST_KEPT = 50

T = TypeVar("T")


@dataclass(slots=True)
class Decision:
    """Where a pod goes and why: reasons of the nodes that cannot, scores of those that can."""

    node: str = ""
    reasons: dict[str, list[str]] = field(default_factory=dict)
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    nodes: int = 0

    @property
    def message(self) -> str:
        """Upstream's FailedScheduling message."""
        if self.node:
            return ""
        if self.nodes == 0:
            return "no nodes available to schedule pods"
        counts = Counter(reason for reasons in self.reasons.values() for reason in reasons)
        texts = sorted(f"{count} {reason}" for reason, count in counts.items())
        unhelpful = f"0/{self.nodes} nodes are available: {self.nodes} Preemption is not helpful for scheduling."
        return f"0/{self.nodes} nodes are available: {', '.join(texts)}. preemption: {unhelpful}"

    def as_dict(self) -> Obj:
        totals = {name: sum(parts.values()) for name, parts in self.scores.items()}
        best = sorted(totals, key=lambda name: -totals[name])[:MOST_KEPT]
        return {
            "node": self.node,
            "message": self.message,
            "nodes": self.nodes,
            "reasons": dict(list(self.reasons.items())[:MOST_KEPT]),
            "scores": {name: {**self.scores[name], "total": totals[name]} for name in best},
        }


def enough(count: int) -> int:
    """How many feasible nodes are looked for. Models: numFeasibleNodesToFind"""
    if count < FEWEST_TO_FIND:
        return count
    percentage = max(5, 50 - count // 125)
    return max(FEWEST_TO_FIND, count * percentage // 100)


def decide(pod: Obj, nodes: Sequence[NodeInfo], start: int, choose: Callable[[list[NodeInfo]], NodeInfo]) -> Decision:
    """The decision for one pod; `start` is where the round of nodes begins."""
    decision = Decision(nodes=len(nodes))
    feasible: list[NodeInfo] = []
    wanted = enough(len(nodes))
    for index in range(len(nodes)):
        node = nodes[(start + index) % len(nodes)]
        reasons = _reasons(pod, node)
        if reasons:
            decision.reasons[node.name] = reasons
            continue
        feasible.append(node)
        if len(feasible) >= wanted:
            break
    if feasible:
        decision.node = _best(pod, feasible, decision, choose).name
    return decision


def _reasons(pod: Obj, node: NodeInfo) -> list[str]:
    for plugin in FILTERS:
        reasons = plugin.filter(pod, node)
        if reasons:
            return reasons
    return []


def _best(
    pod: Obj, feasible: list[NodeInfo], decision: Decision, choose: Callable[[list[NodeInfo]], NodeInfo]
) -> NodeInfo:
    totals = [0] * len(feasible)
    by_plugin: list[tuple[str, list[int]]] = []
    for plugin in SCORES:
        scores = [score * plugin.weight for score in plugin.score(pod, feasible)]
        by_plugin.append((plugin.name, scores))
        totals = [total + score for total, score in zip(totals, scores, strict=True)]
    if len(feasible) <= MOST_KEPT:
        for index, node in enumerate(feasible):
            decision.scores[node.name] = {name: scores[index] for name, scores in by_plugin}
    best = max(totals)
    chosen = choose([node for node, total in zip(feasible, totals, strict=True) if total == best])
    if chosen.name not in decision.scores:
        index = feasible.index(chosen)
        decision.scores[chosen.name] = {name: scores[index] for name, scores in by_plugin}
    return chosen
