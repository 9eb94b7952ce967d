"""What was decided of one pod, and why: kept for the pages, told on the wire, put into upstream's words.

Models: pkg/scheduler/framework/types.go FitError v1.37
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.scheduler.framework import PodRefused, Refusal
from cluster.scheduler.pod_info import PodInfo
from cluster.wire.message import Payload

NO_NODES = "no nodes available to schedule pods"
FEW_NODES, KEPT_SCORES, KEPT_REFUSALS = 50, 10, 20


@dataclass(slots=True)
class Decision:
    """`node` is "" when none fits. Columns of `scores` are parallel to `feasible`; plugins' scores are weighted."""

    pod: PodInfo
    nodes: int
    node: str = ""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    feasible: list[str] = field(default_factory=list)
    scores: list[tuple[str, list[int]]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    nominated: str = ""
    post_filter: str = ""
    refused: PodRefused | None = None
    time: float = 0.0

    @property
    def message(self) -> str:
        """Upstream's FailedScheduling message, "" when a node was found."""
        if self.refused is not None and not self.node:
            return f"0/{self.nodes} nodes are available: {self.refused.message}. {self.post_filter}"
        return "" if self.node else told(self.nodes, self.refusals.values(), self.post_filter)

    @property
    def rejected_by(self) -> frozenset[str]:
        """The plugins that refused a node."""
        plugins = frozenset(refusal.plugin for refusal in self.refusals.values())
        return plugins | {self.refused.plugin} if self.refused is not None else plugins

    def as_dict(self) -> Obj:
        """Plain data. With many nodes only the best scores and some refusals are named; the counts tell the rest."""
        few = self.nodes < FEW_NODES
        order = range(len(self.feasible))
        named = order if few else heapq.nlargest(KEPT_SCORES, order, key=self._rank)
        refused = itertools.islice(self.refusals.items(), None if few else KEPT_REFUSALS)
        metadata = self.pod.pod["metadata"]
        return {
            "metadata": {name: metadata.get(name, "") for name in ("name", "namespace", "uid")},
            "pod": self.pod.key,
            "time": self.time,
            "node": self.node,
            "nominatedNode": self.nominated,
            "message": self.message,
            "nodes": self.nodes,
            "evaluated": len(self.feasible) + len(self.refusals),
            "feasible": len(self.feasible),
            "scores": {self.feasible[index]: self._scores(index) for index in named},
            "reasons": {name: list(refusal.reasons) for name, refusal in refused},
            "reasonCounts": dict(reason_counts(self.refusals.values())),
        }

    def _scores(self, index: int) -> dict[str, int]:
        """Each plugin's weighted score of a feasible node, and the total."""
        return {**{plugin: column[index] for plugin, column in self.scores}, "total": self.totals[index]}

    def _rank(self, index: int) -> tuple[int, bool]:
        """By score, the chosen node before its equals."""
        return self.totals[index], self.feasible[index] == self.node


class Told(Payload):
    """A decision as a message: made into plain data when somebody reads it."""

    __slots__ = ("decision",)

    def __init__(self, decision: Decision) -> None:
        super().__init__()
        self.decision = decision

    @property
    def object(self) -> Any:
        if self._object is None:
            self._object = self.decision.as_dict()
        return self._object

    @property
    def raw(self) -> bytes:
        return Payload(object=self.object).raw

    @property
    def named(self) -> Any:
        return self.decision.pod.pod

    def __bool__(self) -> bool:
        return True


def reason_counts(refusals: Iterable[Refusal]) -> Counter[str]:
    return Counter(reason for refusal in refusals for reason in refusal.reasons)


def told(nodes: int, refusals: Iterable[Refusal], post_filter: str = "") -> str:
    """`0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …`"""
    if not nodes:
        return NO_NODES
    texts = sorted(f"{count} {reason}" for reason, count in reason_counts(refusals).items())
    message = f"0/{nodes} nodes are available:"
    if texts:
        message += f" {', '.join(texts)}."
    return f"{message} {post_filter}" if post_filter else message
