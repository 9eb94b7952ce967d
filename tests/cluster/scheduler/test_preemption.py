"""Preemption: who would have to go, and where that hurts least."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.scheduler import preemption
from cluster.scheduler.pod_info import PodInfo

from .conftest import cycle_of, node, pod


def low(
    name: str, on: str, cpu: str = "2", priority: int = 0, started: str = "2026-01-01T00:00:00Z", **more: Any
) -> Obj:
    return pod(name, on=on, cpu=cpu, priority=priority, status={"phase": "Running", "startTime": started}, **more)


def preempted(wanted: Obj, *objects: Obj) -> tuple[str, list[str]]:
    """(the node, the victims' names); ("", []) when preemption is of no use."""
    cycle = cycle_of(*objects)
    candidate = preemption.post_filter(cycle, cycle.decide(PodInfo(wanted)))
    if candidate is None:
        return "", []
    return candidate.node, [victim.pod["metadata"]["name"] for victim in candidate.victims]


HIGH = pod("high", cpu="2", priority=100)
OLD, YOUNG = "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("there", "node_name", "victims"),
    [
        ([low("a1", "a", "4"), low("b1", "b", "4", priority=50)], "a", ["a1"]),
        ([low("a1", "a", "4", priority=50), low("a2", "a", "0"), low("b1", "b", "4", priority=200)], "a", ["a1"]),
        ([low("a1", "a"), low("a2", "a"), low("b1", "b", "4")], "a", ["a2"]),
        ([low("a1", "a", "2", 10), low("a2", "a", "2", 20), low("b1", "b", "4", 15)], "a", ["a1"]),
        ([low("a1", "a", "1"), low("a2", "a", "1"), low("a3", "a", "2", 200), low("b1", "b", "4")], "b", ["b1"]),
        ([low("a1", "a", "4", started=OLD), low("b1", "b", "4", started=YOUNG)], "b", ["b1"]),
        ([low("a1", "a", "4", 100), low("b1", "b", "4", 200)], "", []),
    ],
)
def test_it_takes_the_fewest_and_least_important(there: list[Obj], node_name: str, victims: list[str]) -> None:
    found = preempted(HIGH, node("a"), node("b"), *there)
    assert found == (node_name, victims)


def test_of_equals_the_one_that_runs_for_less_goes() -> None:
    there = [low("young", "a", started=YOUNG), low("old", "a", started=OLD)]
    assert preempted(HIGH, node("a"), *there) == ("a", ["young"])


def test_it_does_not_help_where_no_pod_is_in_the_way() -> None:
    assert preempted(pod("high", cpu="64", priority=100), node("a"), low("a1", "a")) == ("", [])
    tainted = node("a", taints=[{"key": "k", "effect": "NoSchedule"}])
    assert preempted(HIGH, tainted, low("a1", "a", "4")) == ("", [])


def test_it_makes_way_for_anti_affinity_too() -> None:
    term = {"labelSelector": {"matchLabels": {"app": "x"}}, "topologyKey": "kubernetes.io/hostname"}
    apart = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    there = [low("x", "a", "1", labels={"app": "x"}), low("y", "a", "1")]
    assert preempted(pod("high", priority=100, affinity=apart), node("a"), *there) == ("a", ["x"])


def test_room_left_for_a_nominated_pod_is_kept_from_lesser_ones() -> None:
    cycle = cycle_of(node("a"))
    cycle.cache.nominate(PodInfo(pod("waiting", cpu="3", priority=100)), "a")
    assert cycle.decide(PodInfo(pod("lesser", cpu="2"))).node == ""
    assert cycle.decide(PodInfo(pod("greater", cpu="2", priority=200))).node == "a"
    assert cycle.decide(PodInfo(pod("small", cpu="1"))).node == "a"


def test_while_victims_leave_the_nominated_node_nobody_else_is_ended() -> None:
    leaving = low("leaving", "a", "4")
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    waiting = pod("high", cpu="2", priority=100, status={"nominatedNodeName": "a"})
    cycle = cycle_of(node("a"), node("b"), leaving, low("other", "b", "4"))
    decision = cycle.decide(PodInfo(waiting))
    assert preemption.post_filter(cycle, decision) is None
    assert decision.post_filter == "preemption: not eligible due to a terminating pod on the nominated node."


# --- budgets --------------------------------------------------------------------------------------------------------


def budget(allowed: int, app: str = "kept", **status: Any) -> dict[str, Obj]:
    spec = {"selector": {"matchLabels": {"app": app}}}
    metadata = {"name": "b", "namespace": "default"}
    return {"default/b": {"metadata": metadata, "spec": spec, "status": {"disruptionsAllowed": allowed, **status}}}


def spared(budgets: dict[str, Obj], *objects: Obj) -> tuple[str, list[str], int]:
    """(node, victims, how many against a budget)"""
    cycle = cycle_of(*objects)
    cycle.cache.budgets = budgets
    candidate = preemption.post_filter(cycle, cycle.decide(PodInfo(HIGH)))
    assert candidate is not None
    return candidate.node, [each.pod["metadata"]["name"] for each in candidate.victims], candidate.violations


KEPT = {"app": "kept"}


def test_pods_that_a_budget_keeps_are_let_back_first() -> None:
    there = [node("a"), low("kept", "a", labels=KEPT, started=YOUNG), low("free", "a", started=OLD)]
    assert spared({}, *there) == ("a", ["kept"], 0)
    assert spared(budget(0), *there) == ("a", ["free"], 0)
    assert spared(budget(1), *there) == ("a", ["kept"], 0)
    assert spared(budget(0, disruptedPods={"kept": "2026-01-01T00:00:00Z"}), *there) == ("a", ["kept"], 0)


def test_a_node_where_no_budget_is_broken_is_chosen_even_at_the_cost_of_more_important_pods() -> None:
    there = [node("a"), node("b"), low("kept", "a", "4", labels=KEPT), low("free", "b", "4", priority=50)]
    assert spared({}, *there) == ("a", ["kept"], 0)
    assert spared(budget(0), *there) == ("b", ["free"], 0)


def test_a_budget_is_broken_when_nothing_else_helps() -> None:
    there = [node("a"), low("k1", "a", labels=KEPT), low("k2", "a", labels=KEPT, started=YOUNG)]
    assert spared(budget(0), *there) == ("a", ["k2"], 1)
