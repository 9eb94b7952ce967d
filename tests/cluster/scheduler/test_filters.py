"""The filters: which nodes can take a pod, and upstream's words for those that can't."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.scheduler.pod_info import PodInfo

from .conftest import cycle_of, decide, node, pod, reasons

TAINT = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
SOFT = {"key": "slow", "effect": "PreferNoSchedule"}
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"


def required(*expressions: Obj, fields: list[Obj] | None = None) -> Obj:
    term: Obj = {"matchExpressions": list(expressions)} if expressions else {}
    if fields:
        term["matchFields"] = fields
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


def expression(key: str, operator: str, *values: str) -> Obj:
    return {"key": key, "operator": operator, "values": list(values)}


TAINTED, CORDONED = "node(s) had untolerated taint(s)", "node(s) were unschedulable"
AFFINITY, NAME = "node(s) didn't match Pod's node affinity/selector", "node(s) didn't match the requested node name"


@pytest.mark.parametrize(
    ("wanted", "there", "reason"),
    [
        (pod(), node("a"), ""),
        (pod(), node("a", unschedulable=True), CORDONED),
        (pod(tolerations=[{"key": UNSCHEDULABLE, "operator": "Exists"}]), node("a", unschedulable=True), ""),
        (pod(), node("a", taints=[TAINT]), TAINTED),
        (pod(), node("a", taints=[SOFT]), ""),
        (pod(), node("a", taints=[{"key": "k", "effect": "NoExecute"}]), TAINTED),
        (pod(tolerations=[{"key": "dedicated", "value": "gpu"}]), node("a", taints=[TAINT]), ""),
        (pod(tolerations=[{"key": "dedicated", "value": "cpu"}]), node("a", taints=[TAINT]), TAINTED),
        (
            pod(tolerations=[{"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}]),
            node("a", taints=[TAINT]),
            TAINTED,
        ),
        (pod(tolerations=[{"operator": "Exists"}]), node("a", taints=[TAINT]), ""),
        (pod(nodeSelector={"disk": "ssd"}), node("a", labels={"disk": "ssd"}), ""),
        (pod(nodeSelector={"disk": "ssd"}), node("a", labels={"disk": "hdd"}), AFFINITY),
        (pod(affinity=required(expression("disk", "In", "ssd"))), node("a"), AFFINITY),
        (pod(affinity=required(expression("disk", "NotIn", "ssd"))), node("a"), ""),
        (pod(affinity=required(expression("disk", "NotIn", "ssd"))), node("a", labels={"disk": "ssd"}), AFFINITY),
        (pod(affinity=required(expression("disk", "Exists"))), node("a", labels={"disk": ""}), ""),
        (pod(affinity=required(expression("disk", "DoesNotExist"))), node("a", labels={"disk": ""}), AFFINITY),
        (pod(affinity=required(expression("gen", "Gt", "3"))), node("a", labels={"gen": "4"}), ""),
        (pod(affinity=required(expression("gen", "Gt", "3"))), node("a", labels={"gen": "3"}), AFFINITY),
        (pod(affinity=required(expression("gen", "Lt", "3"))), node("a", labels={"gen": "x"}), AFFINITY),
        (pod(affinity=required(fields=[expression("metadata.name", "In", "a")])), node("a"), ""),
        (pod(affinity=required(fields=[expression("metadata.name", "In", "b")])), node("a"), AFFINITY),
        (pod(affinity=required()), node("a"), AFFINITY),
        (pod(nodeName="b"), node("a"), NAME),
    ],
)
def test_a_node_takes_a_pod_or_says_why_not(wanted: Obj, there: Obj, reason: str) -> None:
    found = decide(wanted, there)
    assert reasons(found) == ({"a": (reason,)} if reason else {})
    assert found.node == ("" if reason else "a")


@pytest.mark.parametrize(
    ("wanted", "running", "lacking"),
    [
        (pod(cpu="4"), [], ()),
        (pod(cpu="4001m"), [], ("Insufficient cpu",)),
        (pod(cpu="3"), [pod(on="a", cpu="1500m")], ("Insufficient cpu",)),
        (pod(cpu="64", memory="1Ti"), [], ("Insufficient cpu", "Insufficient memory")),
        (pod(gpu="1"), [], ("Insufficient gpu",)),
        (pod(), [pod(f"p{n}", on="a") for n in range(10)], ("Too many pods",)),
        (pod(), [pod(f"p{n}", on="a", status={"phase": "Succeeded"}) for n in range(10)], ()),
        (pod(cpu="1", overhead={"cpu": "4"}), [], ("Insufficient cpu",)),
        (pod(cpu="1", initContainers=[{"resources": {"requests": {"cpu": "5"}}}]), [], ("Insufficient cpu",)),
        (pod(cpu="1", initContainers=[{"resources": {"requests": {"cpu": "4"}}}]), [], ()),
        (
            pod(cpu="2", initContainers=[{"restartPolicy": "Always", "resources": {"requests": {"cpu": "3"}}}]),
            [],
            ("Insufficient cpu",),
        ),
        (pod(cpu="1", resources={"requests": {"cpu": "5"}}), [], ("Insufficient cpu",)),
    ],
)
def test_a_node_has_room_or_says_what_it_lacks(wanted: Obj, running: list[Obj], lacking: tuple[str, ...]) -> None:
    assert reasons(decide(wanted, node("a"), *running)) == ({"a": lacking} if lacking else {})


def port(number: int, address: str = "", protocol: str = "TCP") -> list[Obj]:
    return [{"containerPort": 80, "hostPort": number, "hostIP": address, "protocol": protocol}]


@pytest.mark.parametrize(
    ("wanted", "used", "free"),
    [
        (port(80), port(80), False),
        (port(80), port(81), True),
        (port(80), port(80, protocol="UDP"), True),
        (port(80, "10.0.0.1"), port(80, "10.0.0.2"), True),
        (port(80, "10.0.0.1"), port(80), False),
        (port(80), port(80, "10.0.0.1"), False),
    ],
)
def test_a_host_port_can_be_had_once(wanted: list[Obj], used: list[Obj], free: bool) -> None:
    found = decide(pod(ports=wanted), node("a"), pod("other", on="a", ports=used))
    assert reasons(found) == ({} if free else {"a": ("node(s) didn't have free ports for the requested pod ports",)})


def constraint(key: str = "zone", **more: Any) -> Obj:
    selector = {"matchLabels": {"app": "web"}}
    return {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector, **more}


ZONES = [node("a1", labels={"zone": "a"}), node("b1", labels={"zone": "b"}), node("c1")]
SPREAD = "node(s) didn't match pod topology spread constraints"


@pytest.mark.parametrize(
    ("more", "running", "feasible"),
    [
        ({}, [], ["a1", "b1"]),
        ({}, ["a1"], ["b1"]),
        ({}, ["a1", "b1"], ["a1", "b1"]),
        ({"maxSkew": 2}, ["a1"], ["a1", "b1"]),
        ({"minDomains": 3}, ["a1", "b1"], []),
        ({"labelSelector": {"matchLabels": {"app": "other"}}}, ["a1", "a1"], ["a1", "b1"]),
    ],
)
def test_topology_spread_keeps_domains_even(more: Obj, running: list[str], feasible: list[str]) -> None:
    there = [pod(f"r{n}", on=name, labels={"app": "web"}) for n, name in enumerate(running)]
    found = decide(pod(labels={"app": "web"}, topologySpreadConstraints=[constraint(**more)]), *ZONES, *there)
    assert found.feasible == feasible
    assert found.refusals["c1"].reasons == (f"{SPREAD} (missing required label)",)
    assert {reasons(found)[name] for name in ("a1", "b1") if name not in feasible} <= {(SPREAD,)}


def test_topology_spread_counts_only_nodes_that_the_pod_could_use() -> None:
    wanted = pod(labels={"app": "web"}, nodeSelector={"zone": "a"}, topologySpreadConstraints=[constraint()])
    found = decide(wanted, *ZONES, pod(on="a1", labels={"app": "web"}))
    assert found.node == "a1"


def near(key: str = "zone", app: str = "db", kind: str = "podAffinity", **more: Any) -> Obj:
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}, **more}
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def test_affinity_keeps_to_the_domain_of_the_other_pod() -> None:
    found = decide(pod(affinity=near()), *ZONES, pod("db", on="b1", labels={"app": "db"}))
    assert found.node == "b1"
    assert reasons(found)["a1"] == ("node(s) didn't match pod affinity rules",)


def test_the_first_of_pods_that_want_each_other_may_go_anywhere_in_a_domain() -> None:
    found = decide(pod(labels={"app": "db"}, affinity=near()), *ZONES)
    assert found.feasible == ["a1", "b1"]
    assert decide(pod(labels={"app": "web"}, affinity=near()), *ZONES).feasible == []


def test_anti_affinity_keeps_apart_both_ways() -> None:
    apart = near(kind="podAntiAffinity")
    found = decide(pod(affinity=apart), *ZONES, pod("db", on="b1", labels={"app": "db"}))
    assert reasons(found) == {"b1": ("node(s) didn't match pod anti-affinity rules",)}
    hermit = pod("hermit", on="a1", affinity=apart)
    found = decide(pod("db", labels={"app": "db"}), *ZONES, hermit)
    assert reasons(found) == {"a1": ("node(s) didn't satisfy existing pods anti-affinity rules",)}


def test_affinity_looks_into_its_own_namespace_unless_told() -> None:
    other = pod("db", on="b1", labels={"app": "db"})
    other["metadata"]["namespace"] = "elsewhere"
    assert decide(pod(affinity=near()), *ZONES, other).feasible == []
    assert decide(pod(affinity=near(namespaces=["elsewhere"])), *ZONES, other).feasible == ["b1"]
    assert decide(pod(affinity=near(namespaceSelector={})), *ZONES, other).feasible == ["b1"]
    for team, found in (("db", ["b1"]), ("web", [])):
        cycle = cycle_of(*ZONES, other)
        cycle.cache.namespaces = {"elsewhere": {"team": "db"}, "default": {"team": "web"}}
        asked = pod(affinity=near(namespaceSelector={"matchLabels": {"team": team}}))
        assert cycle.decide(PodInfo(asked)).feasible == found
