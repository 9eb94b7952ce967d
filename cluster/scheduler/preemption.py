"""DefaultPreemption: when no node fits, which pods of lower priority would have to go, and where that hurts least.

Dry runs only; `scheduler` does the deleting.
Models: framework/preemption/preemption.go and plugins/defaultpreemption/default_preemption.go v1.37
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.decision import Decision, told
from cluster.scheduler.framework import Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "DefaultPreemption"
NOT_HELPFUL = Refusal(NAME, ("Preemption is not helpful for scheduling",), resolvable=False)
NO_VICTIMS = Refusal(NAME, ("No preemption victims found for incoming pod",), resolvable=False)
NOT_FOUND = "not found"
"""What 1.37 says when a plugin has refused the pod before any node was looked at."""
NEVER = "not eligible due to preemptionPolicy=Never."
TERMINATING = "not eligible due to a terminating pod on the nominated node."
FEWEST_CANDIDATES, PERCENT_CANDIDATES = 100, 10


@dataclass(slots=True)
class Candidate:
    """A node and the pods that would have to go from it, the most important first; `violations` of them against a
    PodDisruptionBudget."""

    node: str
    victims: list[PodInfo]
    violations: int = 0


def post_filter(cycle: Cycle, decision: Decision) -> Candidate | None:
    """The best candidate; None when there is none, and then `decision.post_filter` says why."""
    pod, cache = decision.pod, cycle.cache
    if not decision.nodes:
        return None
    if decision.refused is not None:
        decision.post_filter = NOT_FOUND
        return None
    ineligible = _ineligible(pod, cache, decision.refusals)
    if ineligible:
        decision.post_filter = f"preemption: {ineligible}"
        return None
    candidates, refusals = _candidates(cycle, decision)
    if not candidates:
        decision.post_filter = f"preemption: {told(decision.nodes, refusals.values())}"
        return None
    return min(candidates, key=_cost)


def _ineligible(pod: PodInfo, cache: Cache, refusals: dict[str, Refusal]) -> str:
    """Why a pod may not preempt now, "" when it may."""
    if pod.pod["spec"].get("preemptionPolicy") == "Never":
        return NEVER
    nominated = (pod.pod.get("status") or {}).get("nominatedNodeName") or cache.nominated_node(pod.uid)
    node = cache.nodes.get(nominated)
    if node is None or (nominated in refusals and not refusals[nominated].resolvable):
        return ""
    leaving = any(each.is_terminating and each.priority < pod.priority for each in node.pods.values())
    return TERMINATING if leaving else ""


def _candidates(cycle: Cycle, decision: Decision) -> tuple[list[Candidate], dict[str, Refusal]]:
    """Candidates, as many as upstream looks at, and why the other nodes are none."""
    nodes = cycle.cache.nodes
    potential = [name for name, refusal in decision.refusals.items() if refusal.resolvable]
    if min(cycle.cache.priorities, default=decision.pod.priority) >= decision.pod.priority:
        return [], dict.fromkeys(decision.refusals, NOT_HELPFUL) | dict.fromkeys(potential, NO_VICTIMS)
    wanted = max(FEWEST_CANDIDATES, len(potential) * PERCENT_CANDIDATES // 100)
    found: list[Candidate] = []
    refusals = dict.fromkeys(decision.refusals, NOT_HELPFUL)
    for name in potential:
        victims, violations, refusal = victims_on(cycle, decision.pod, nodes[name])
        if refusal is not None:
            refusals[name] = refusal
            continue
        found.append(Candidate(name, victims, violations))
        if len(found) >= wanted:
            break
    return found, refusals


def victims_on(cycle: Cycle, pod: PodInfo, node: NodeInfo) -> tuple[list[PodInfo], int, Refusal | None]:
    """The fewest pods that must go so that `pod` fits: take all of lower priority away, then let back who may stay, those
    first that a budget keeps. (victims, how many of them against a budget, why the node is no candidate)"""
    lower = sorted((each for each in node.pods.values() if each.priority < pod.priority), key=_importance)
    if not lower:
        return [], 0, NO_VICTIMS
    trial = node.copy()
    for each in node.nominated.values():
        if each.priority >= pod.priority and each.uid != pod.uid:
            trial.add(each)
    for each in lower:
        trial.remove(each.uid)
    refusal = cycle.refusal(pod, trial)
    if refusal is not None:
        return [], 0, refusal
    kept, free = against_budgets(lower, cycle.cache.budgets)
    victims, violations = [], 0
    for each in (*kept, *free):
        trial.add(each)
        if cycle.refusal(pod, trial) is not None:
            trial.remove(each.uid)
            victims.append(each)
            violations += each in kept
    return sorted(victims, key=_importance), violations, None


def against_budgets(pods: list[PodInfo], budgets: Mapping[str, Obj]) -> tuple[list[PodInfo], list[PodInfo]]:
    """(those whose end some budget forbids, the others), in their order. Models: filterPodsWithPDBViolation"""
    if not budgets:
        return [], pods
    allowed = {key: (each.get("status") or {}).get("disruptionsAllowed") or 0 for key, each in budgets.items()}
    selectors = {key: labels.from_label_selector(each["spec"].get("selector")) for key, each in budgets.items()}
    kept: list[PodInfo] = []
    for pod in pods:
        violates = False
        for key, budget in budgets.items():
            selector = selectors[key]
            told = (budget.get("status") or {}).get("disruptedPods") or {}
            if meta.namespace_of(budget) != pod.namespace or selector.empty or not selector.matches(pod.labels):
                continue
            if meta.name_of(pod.pod) not in told:
                allowed[key] -= 1
                violates = violates or allowed[key] < 0
        if violates and pod.labels:
            kept.append(pod)
    return kept, [pod for pod in pods if pod not in kept]


def _importance(pod: PodInfo) -> tuple[int, str]:
    """Sorts the most important first: higher priority, then running for longer."""
    return -pod.priority, _started(pod)


def _cost(candidate: Candidate) -> tuple[int, int, int, int, tuple[int, ...]]:
    """Where it hurts least: fewest against budgets, lowest highest priority, smallest sum, fewest pods, the most important ones youngest."""
    if not candidate.victims:
        return 0, -(2**31), 0, 0, ()
    highest = candidate.victims[0].priority
    first = min(_started(each) for each in candidate.victims if each.priority == highest)
    youngest_first = tuple(-ord(sign) for sign in first)
    total = sum(each.priority + 2**31 for each in candidate.victims)
    return candidate.violations, highest, total, len(candidate.victims), youngest_first


def _started(pod: PodInfo) -> str:
    """When it started, as RFC 3339, which sorts; one that has not started counts as started last."""
    return (pod.pod.get("status") or {}).get("startTime") or "9"
