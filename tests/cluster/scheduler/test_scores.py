"""The scores: which of the feasible nodes suits best, as upstream counts."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.scheduler.cycle import enough

from .conftest import decide, node, pod, scores, totals

ZONE = "topology.kubernetes.io/zone"


def test_the_emptier_node_wins() -> None:
    found = decide(pod(cpu="1", memory="1Gi"), node("a"), node("b"), pod("other", on="a", cpu="2", memory="4Gi"))
    assert found.node == "b"
    # a: (4000-3000)/4000 and (8-5)/8 → (25+37)/2; b: (4000-1000)/4000 and (8-1)/8 → (75+87)/2
    assert scores(found, "NodeResourcesFit") == {"a": 31, "b": 81}


def test_a_pod_that_asks_for_nothing_counts_as_a_little() -> None:
    found = decide(pod(), node("a", cpu="1", memory="1000Mi"), node("b", cpu="2", memory="2000Mi"))
    # 100m of 1000m and 200Mi of 1000Mi → (90+80)/2; 100m of 2000m and 200Mi of 2000Mi → (95+90)/2
    assert scores(found, "NodeResourcesFit") == {"a": 85, "b": 92}
    assert scores(found, "NodeResourcesBalancedAllocation") == {}


def test_balanced_use_of_cpu_and_memory_scores_higher() -> None:
    lopsided = pod("cpu", on="a", cpu="2")
    found = decide(pod(cpu="1", memory="2Gi"), node("a"), node("b"), lopsided)
    # a: |3/4 - 2/8| / 2 = 0.25 → 75; b: |1/4 - 2/8| / 2 = 0 → 100
    assert scores(found, "NodeResourcesBalancedAllocation") == {"a": 75, "b": 100}


def test_soft_taints_are_avoided() -> None:
    soft = [{"key": "slow", "effect": "PreferNoSchedule"}, {"key": "old", "effect": "PreferNoSchedule"}]
    nodes = [node("a", taints=soft), node("b", taints=soft[:1]), node("c")]
    assert scores(decide(pod(), *nodes), "TaintToleration") == {"a": 0, "b": 150, "c": 300}
    tolerant = pod(tolerations=[{"operator": "Exists"}])
    assert scores(decide(tolerant, *nodes), "TaintToleration") == {"a": 300, "b": 300, "c": 300}


def test_preferred_node_affinity_adds_its_weights() -> None:
    def term(weight: int, key: str) -> Obj:
        return {"weight": weight, "preference": {"matchExpressions": [{"key": key, "operator": "Exists"}]}}

    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [term(30, "x"), term(10, "y")]}
    nodes = [node("a", labels={"x": "", "y": ""}), node("b", labels={"y": ""}), node("c")]
    found = decide(pod(affinity={"nodeAffinity": preferred}), *nodes)
    assert scores(found, "NodeAffinity") == {"a": 200, "b": 50, "c": 0}


def test_pods_of_one_owner_spread_over_hosts_and_zones() -> None:
    nodes = [node(f"{zone}{n}", labels={ZONE: zone}, pods="100") for zone in "ab" for n in (1, 2)]
    running: list[Obj] = []
    for number in range(8):
        found = decide(pod(f"p{number}", owner="rs"), *nodes, *running)
        running.append(pod(f"p{number}", owner="rs", on=found.node))
    on = [each["spec"]["nodeName"] for each in running]
    assert sorted(on[:4]) == ["a1", "a2", "b1", "b2"]
    assert sorted(on[4:]) == ["a1", "a2", "b1", "b2"]
    assert {name[0] for name in on[:2]} == {"a", "b"}


def test_pods_without_an_owner_are_not_spread() -> None:
    assert scores(decide(pod(), node("a"), node("b"), pod("other", on="a")), "PodTopologySpread") == {}


def test_a_soft_constraint_scores_and_a_node_without_its_label_gets_nothing() -> None:
    constraint = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": "web"}},
    }
    nodes = [node("a", labels={"zone": "a"}), node("b", labels={"zone": "b"}), node("c")]
    running = [pod(f"r{n}", on="a", labels={"app": "web"}) for n in range(2)]
    found = decide(pod(labels={"app": "web"}, topologySpreadConstraints=[constraint]), *nodes, *running)
    assert scores(found, "PodTopologySpread") == {"a": 0, "b": 200, "c": 0}


@pytest.mark.parametrize(("kind", "best"), [("podAffinity", "b"), ("podAntiAffinity", "a")])
def test_preferred_pod_affinity_draws_and_repels(kind: str, best: str) -> None:
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
    preferred = {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 50, "podAffinityTerm": term}]}}
    there = pod("db", on="b", labels={"app": "db"})
    found = decide(pod(affinity=preferred), node("a"), node("b"), there)
    assert max(scores(found, "InterPodAffinity").items(), key=lambda item: item[1]) == (best, 200)


def test_a_node_with_the_image_is_better() -> None:
    image = {"names": ["nginx:latest"], "sizeBytes": 523 * 1024 * 1024}
    found = decide(pod(), node("a", images=[image]), node("b"))
    # half of the nodes have it: 261.5 MB count → (261.5 - 23) / (1000 - 23) = 24 %
    assert scores(found, "ImageLocality") == {"a": 24, "b": 0}
    assert scores(decide(pod(image="nginx:1.27"), node("a", images=[image]), node("b")), "ImageLocality") == {}


def test_one_feasible_node_is_taken_without_scoring() -> None:
    found = decide(pod(), node("a"), node("b", unschedulable=True))
    assert (found.node, found.scores, totals(found)) == ("a", [], {"a": 0})


@pytest.mark.parametrize(("nodes", "wanted"), [(0, 0), (99, 99), (100, 100), (150, 100), (1000, 420), (10_000, 500)])
def test_in_large_clusters_it_looks_for_enough_nodes(nodes: int, wanted: int) -> None:
    assert enough(nodes) == wanted


def remembered(*steps: Any) -> list[str]:
    """Where pods of one shape go, in one cycle after the other, with the cache changed in between."""
    from cluster.scheduler.pod_info import PodInfo

    from .conftest import cycle_of

    cycle = cycle_of(node("a"), node("b"))
    found = []
    for number, step in enumerate(steps):
        step(cycle.cache)
        decision = cycle.decide(PodInfo(pod(f"p{number}", cpu="1")))
        found.append(decision.node)
    return found


def test_what_is_remembered_of_a_node_goes_when_the_node_changes() -> None:
    assert remembered(
        lambda cache: None,
        lambda cache: cache.set_node(node("a", unschedulable=True)),
        lambda cache: cache.set_pod(pod("big", on="b", cpu="4")),
        lambda cache: cache.set_node(node("a")),
        lambda cache: cache.remove_node("a"),
    ) == ["a", "b", "", "a", ""]
