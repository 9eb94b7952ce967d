"""One pod: filter the nodes, score the feasible ones, choose; when none is left, see whether preemption helps.

Pure but for the random choice among equals. Answers of `local` plugins are remembered for each shape of pod and each
node until the node changes, so a row of like pods costs one evaluation a decision, not one a node.
Models: pkg/scheduler/schedule_one.go v1.37 (numFeasibleNodesToFind as there)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.decision import Decision
from cluster.scheduler.framework import Filter, PodRefused, Refusal
from cluster.scheduler.pod_info import PodInfo
from cluster.scheduler.profiles import DEFAULT_PROFILE, Profile

FEWEST_TO_FIND, FEWEST_PERCENT = 100, 5
SHAPES = 64


class Answer(NamedTuple):
    """What the local plugins said of a node at one generation: a refusal, or the raw scores."""

    generation: int
    refusal: Refusal | None
    scores: tuple[int | None, ...]


class Cycle:
    """Decides over one cache; `choose` one of equally good nodes. `start` is where the next round of nodes begins."""

    def __init__(
        self, cache: Cache, choose: Callable[[list[NodeInfo]], NodeInfo], profile: Profile = DEFAULT_PROFILE
    ) -> None:
        self.cache = cache
        self.choose = choose
        self.profile = profile
        self.start = 0
        self._remote = [each for each in profile.filters if not each.local]
        self._shapes: OrderedDict[bytes, dict[str, Answer]] = OrderedDict()

    def decide(self, pod: PodInfo) -> Decision:
        """Filter → score → choose, or filter → post-filter."""
        decision = Decision(pod, len(self.cache.listed))
        feasible, answers = self._filter(pod, decision)
        if len(feasible) == 1:
            decision.node = feasible[0].name
            decision.totals = [0]
        elif feasible:
            self._score(pod, feasible, answers, decision)
            best = max(decision.totals)
            equals = [node for node, total in zip(feasible, decision.totals, strict=True) if total == best]
            decision.node = (equals[0] if len(equals) == 1 else self.choose(equals)).name
        return decision

    # --- filter ----------------------------------------------------------------------------------------------------

    def _filter(self, pod: PodInfo, decision: Decision) -> tuple[list[NodeInfo], list[Answer]]:
        """Feasible nodes with what is known of them, as many as are worth looking for."""
        nodes, known = self.cache.listed, self._answers(pod.shape)
        count, wanted = len(nodes), enough(len(nodes))
        local = _Evaluation(self, pod)
        try:
            others = [ready for each in self._remote if (ready := each.pre_filter(pod, self.cache)) is not None]
        except PodRefused as refused:
            decision.refused = refused
            return [], []
        found: list[tuple[NodeInfo, Answer]] = []
        start = self.start % count if count else 0
        looked = 0
        for node in nodes[start:] + nodes[:start] if start else nodes:
            looked += 1
            answer = known.get(node.name)
            if answer is None or answer.generation != node.generation:
                answer = known[node.name] = local.of(node)
            refusal = answer.refusal
            if refusal is None and others:
                refusal = _first(others, node)
            if refusal is None and node.nominated:
                refusal = self._with_nominated(pod, node)
            if refusal is not None:
                decision.refusals[node.name] = refusal
                continue
            found.append((node, answer))
            wanted -= 1
            if wanted <= 0:
                break
        self.start = (start + looked) % count if count else 0
        decision.feasible = [node.name for node, _ in found]
        return [node for node, _ in found], [answer for _, answer in found]

    def refusal(self, pod: PodInfo, node: NodeInfo) -> Refusal | None:
        """Ask every filter anew of a node in a state that may not be the cache's."""
        cache = self.cache.with_node(node)
        ready = [each.pre_filter(pod, cache) for each in self.profile.filters]
        return _first([each for each in ready if each is not None], node)

    def _with_nominated(self, pod: PodInfo, node: NodeInfo) -> Refusal | None:
        """Would it still fit if those nominated to the node, of its priority or more, were there?"""
        waiting = [each for each in node.nominated.values() if each.priority >= pod.priority and each.uid != pod.uid]
        if not waiting:
            return None
        full = node.copy()
        for each in waiting:
            full.add(each)
        return self.refusal(pod, full)

    def _answers(self, shape: bytes) -> dict[str, Answer]:
        known = self._shapes.get(shape)
        if known is None:
            known = self._shapes[shape] = {}
            if len(self._shapes) > SHAPES:
                self._shapes.popitem(last=False)
        else:
            self._shapes.move_to_end(shape)
        if len(known) > 2 * len(self.cache.listed) + FEWEST_TO_FIND:
            known.clear()
        return known

    # --- score -----------------------------------------------------------------------------------------------------

    def _score(self, pod: PodInfo, feasible: Sequence[NodeInfo], answers: Sequence[Answer], decision: Decision) -> None:
        """Fill in each plugin's weighted column and the totals."""
        columns = zip(*[answer.scores for answer in answers], strict=True)
        for plugin in self.profile.scores:
            raw: list[int] | None
            if plugin.local:
                column = next(columns)
                raw = None if column[0] is None else list(column)
            else:
                ready = plugin.pre_score(pod, self.cache, feasible)
                raw = None if ready is None else [ready(node) for node in feasible]
            if raw is not None:
                weight = plugin.weight
                decision.scores.append((plugin.name, [score * weight for score in plugin.normalise(raw)]))
        totals = list(map(sum, zip(*[column for _, column in decision.scores], strict=True)))
        decision.totals = totals or [0] * len(feasible)


class _Evaluation:
    """The local plugins made ready for one pod, when first needed."""

    __slots__ = ("_filters", "_scores", "cycle", "pod")

    def __init__(self, cycle: Cycle, pod: PodInfo) -> None:
        self.cycle = cycle
        self.pod = pod
        self._filters: list[Filter] | None = None

    def of(self, node: NodeInfo) -> Answer:
        if self._filters is None:
            profile, cache, pod = self.cycle.profile, self.cycle.cache, self.pod
            self._filters = [ready for each in profile.filters if each.local and (ready := each.pre_filter(pod, cache))]
            self._scores = [each.pre_score(pod, cache, ()) for each in profile.scores if each.local]
        refusal = _first(self._filters, node)
        if refusal is not None:
            return Answer(node.generation, refusal, ())
        return Answer(node.generation, None, tuple(None if score is None else score(node) for score in self._scores))


def enough(count: int) -> int:
    """How many feasible nodes are looked for. Models: numFeasibleNodesToFind"""
    if count < FEWEST_TO_FIND:
        return count
    percentage = max(FEWEST_PERCENT, 50 - count // 125)
    return max(FEWEST_TO_FIND, count * percentage // 100)


def _first(filters: Sequence[Filter], node: NodeInfo) -> Refusal | None:
    for each in filters:
        refusal = each(node)
        if refusal is not None:
            return refusal
    return None
