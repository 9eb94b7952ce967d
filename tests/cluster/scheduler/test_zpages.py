"""The scheduler, looked into: its queues, and what it would decide of a pod that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cluster.apis.all_kinds import REGISTRY
from cluster.client.rest import Client, Credentials
from cluster.clock import VirtualClock
from cluster.scheduler import zpages
from cluster.scheduler.scheduler import Scheduler
from cluster.wire.transport import Wire

from .conftest import node, pod


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    clock = VirtualClock()
    line = Wire("test", clock).connect("kube-scheduler", "kube-apiserver")
    yield Scheduler(Client(line, REGISTRY, Credentials()), clock)
    clock.close()


def ask(scheduler: Scheduler, **spec: Any) -> dict[str, Any]:
    return zpages.of(scheduler)["/debug/what-if"]({"pod": {"spec": pod(**spec)["spec"]}})


def test_the_queues_are_told_by_place(scheduler: Scheduler) -> None:
    scheduler.queue.add(pod("waits"))
    found = zpages.of(scheduler)["/debug/queues"]({})
    assert found["counts"] == {"active": 1, "backing off": 0, "unschedulable": 0, "gated": 0}
    assert [(each["pod"], each["place"]) for each in found["pods"]] == [("default/waits", "active")]
    assert "NodeResourcesFit" in found["filters"]


def test_what_if_chooses_as_a_cycle_would_and_changes_nothing(scheduler: Scheduler) -> None:
    scheduler.cache.set_node(node("small", cpu="1"))
    scheduler.cache.set_node(node("large"))
    found = ask(scheduler, cpu="2")
    assert (found["node"], found["equals"]) == ("large", ["large"])
    assert found["reasons"] == {"small": ["Insufficient cpu"]}
    assert scheduler.cache.nodes["large"].pods == {}
    assert scheduler.queue.pods == {}


def test_what_if_says_who_would_have_to_go(scheduler: Scheduler) -> None:
    scheduler.cache.set_node(node("only", cpu="1"))
    scheduler.cache.set_pod(pod("meek", on="only", cpu="1", priority=1))
    found = ask(scheduler, cpu="1", priority=10)
    assert (found["node"], found["nominatedNode"], found["victims"]) == ("", "only", ["default/meek"])
    assert len(scheduler.cache.nodes["only"].pods) == 1


@pytest.mark.parametrize("wrong", [None, {}, {"spec": []}, {"spec": {"containers": "none"}}])
def test_what_is_no_pod_is_refused(scheduler: Scheduler, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"a pod with a spec|not a pod's spec"):
        zpages.of(scheduler)["/debug/what-if"]({"pod": wrong})
