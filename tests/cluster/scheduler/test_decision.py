"""What a decision says: upstream's message, and what is kept for the pages."""

from __future__ import annotations

import orjson
import pytest

from cluster.apimachinery.meta import Obj
from cluster.scheduler import preemption
from cluster.scheduler.decision import Told
from cluster.scheduler.pod_info import PodInfo

from .conftest import cycle_of, node, pod

APART = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"app": "anti"}}, "topologyKey": "kubernetes.io/hostname"}
        ]
    }
}
NAMES = ("worker-1", "worker-2", "worker-3")
WORKERS = [node(name) for name in NAMES]
UNHELPFUL = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
GPU = [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}]


def message(wanted: Obj, *objects: Obj) -> str:
    cycle = cycle_of(*objects)
    decision = cycle.decide(PodInfo(wanted))
    preemption.post_filter(cycle, decision)
    return decision.message


@pytest.mark.parametrize(
    ("wanted", "objects", "told"),
    [
        (pod(cpu="64"), WORKERS, f"0/3 nodes are available: 3 Insufficient cpu. {UNHELPFUL}"),
        (
            pod(cpu="64", memory="1Ti"),
            WORKERS,
            f"0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory. {UNHELPFUL}",
        ),
        (
            pod(nodeSelector={"disk": "nvme"}),
            WORKERS,
            f"0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. {UNHELPFUL}",
        ),
        (
            pod(),
            [node(name, taints=GPU) for name in NAMES],
            f"0/3 nodes are available: 3 node(s) had untolerated taint(s). {UNHELPFUL}",
        ),
        (
            pod(cpu="8", nodeSelector={"disk": "hdd"}),
            [node("worker-1"), node("worker-2", taints=GPU), node("worker-3", labels={"disk": "hdd"})],
            "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, "
            f"1 node(s) had untolerated taint(s). {UNHELPFUL}",
        ),
        (
            pod(labels={"app": "anti"}, affinity=APART),
            [*WORKERS, *(pod(f"anti-{name}", on=name, labels={"app": "anti"}, affinity=APART) for name in NAMES)],
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. "
            "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
        ),
        (
            pod(cpu="3", preemptionPolicy="Never"),
            [node("worker-1"), pod("other", on="worker-1", cpu="2")],
            "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
        ),
        (
            pod(cpu="3"),
            [node("worker-1"), node("worker-2", unschedulable=True), pod("other", on="worker-1", cpu="2")],
            "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. preemption: 0/2 nodes are "
            "available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
        ),
        (
            pod(cpu="3", priority=10),
            [node("worker-1"), pod("other", on="worker-1", cpu="2")],
            "0/1 nodes are available: 1 Insufficient cpu.",
        ),
        (pod(), [], "no nodes available to schedule pods"),
        (pod(), WORKERS, ""),
    ],
)
def test_the_message_is_upstreams(wanted: Obj, objects: list[Obj], told: str) -> None:
    assert message(wanted, *objects) == told


def test_every_node_is_told_of_in_a_small_cluster() -> None:
    cycle = cycle_of(node("a"), node("b"), node("c", unschedulable=True))
    wanted = pod("web", cpu="1")
    found = cycle.decide(PodInfo(wanted)).as_dict()
    assert (found["pod"], found["node"], found["nodes"], found["feasible"]) == ("default/web", "a", 3, 2)
    assert found["metadata"] == {"name": "web", "namespace": "default", "uid": wanted["metadata"]["uid"]}
    assert found["reasons"] == {"c": ["node(s) were unschedulable"]}
    assert list(found["scores"]) == ["a", "b"]
    total = found["scores"]["a"].pop("total")
    assert total == sum(found["scores"]["a"].values()) > 0
    assert orjson.loads(orjson.dumps(found)) == found


def test_of_a_large_cluster_the_best_scores_and_the_counts_are_kept() -> None:
    nodes = [node(f"n{n}", cpu=str(2 + n)) for n in range(60)] + [node(f"x{n}", unschedulable=True) for n in range(40)]
    cycle = cycle_of(*nodes)
    cycle.choose = lambda equals: equals[-1]
    decision = cycle.decide(PodInfo(pod(cpu="1")))
    found = decision.as_dict()
    assert (len(found["scores"]), len(found["reasons"])) == (10, 20)
    assert found["scores"][decision.node]["total"] == max(decision.totals)
    assert found["reasonCounts"] == {"node(s) were unschedulable": 40}
    assert (found["feasible"], found["evaluated"]) == (60, 100)


def test_a_decision_on_the_wire_names_its_pod_and_is_plain_data_when_read() -> None:
    decision = cycle_of(*WORKERS).decide(PodInfo(pod()))
    told = Told(decision)
    assert (bool(told), told.about["name"]) == (True, decision.pod.pod["metadata"]["name"])
    assert told.object == decision.as_dict()
    assert told.object is told.object
    assert orjson.loads(told.raw)["node"] == decision.node
