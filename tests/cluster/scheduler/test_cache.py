"""The cache: what nodes have and what is asked of them, kept up by events in whatever order they come."""

from __future__ import annotations

import pytest

from cluster.scheduler.cache import Cache
from cluster.scheduler.pod_info import PodInfo

from .conftest import cache_of, node, pod


def used(cache: Cache, name: str) -> tuple[int, int]:
    """(thousandths of CPU, pods) in use on a node."""
    info = cache.nodes[name]
    return info.requested["cpu"], len(info.pods)


def test_an_assumed_pod_counts_once_when_its_binding_is_seen() -> None:
    cache, wanted = cache_of(node("a")), pod(cpu="1")
    cache.assume(PodInfo(wanted), "a")
    generation = cache.nodes["a"].generation
    bound = {**wanted, "spec": {**wanted["spec"], "nodeName": "a"}}
    cache.set_pod(bound)
    assert used(cache, "a") == (1000, 1)
    assert cache.nodes["a"].generation == generation
    assert cache.nodes["a"].pods[wanted["metadata"]["uid"]].pod is bound


def test_a_pod_bound_elsewhere_than_assumed_moves() -> None:
    cache, wanted = cache_of(node("a"), node("b")), pod(cpu="1")
    cache.assume(PodInfo(wanted), "a")
    cache.set_pod({**wanted, "spec": {**wanted["spec"], "nodeName": "b"}})
    assert (used(cache, "a"), used(cache, "b")) == ((0, 0), (1000, 1))


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_no_longer_counts(phase: str) -> None:
    running = pod(on="a", cpu="1")
    cache = cache_of(node("a"), running)
    cache.set_pod({**running, "status": {"phase": phase}})
    cache.forget(running["metadata"]["uid"])
    assert used(cache, "a") == (0, 0)


def test_pods_may_be_known_before_their_node_and_stay_after_it() -> None:
    running = pod(on="a", cpu="1")
    cache = cache_of(running)
    assert cache.listed == []
    cache.set_node(node("a"))
    assert [info.name for info in cache.listed] == ["a"]
    cache.remove_node("a")
    assert (cache.listed, used(cache, "a")) == ([], (1000, 1))
    cache.set_node(node("a"))
    assert used(cache, "a") == (1000, 1)
    cache.remove_node("a")
    cache.forget(running["metadata"]["uid"])
    assert cache.nodes == {}


def test_everything_counted_is_counted_back() -> None:
    talker = pod(
        on="a",
        cpu="1",
        owner="rs",
        priority=5,
        ports=[{"containerPort": 1, "hostPort": 80}],
        affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "x"}]}},
    )
    cache = cache_of(node("a"), talker)
    assert (cache.talkative, cache.priorities, cache.nodes["a"].owners) == (1, {5: 1}, {"rs": 1})
    cache.forget(talker["metadata"]["uid"])
    info = cache.nodes["a"]
    assert (cache.talkative, cache.priorities, info.owners, info.apart, info.talkative) == (0, {}, {}, {}, {})
    assert (info.nonzero_cpu, info.nonzero_memory, +info.ports) == (0, 0, {})


def test_a_label_that_changes_is_seen() -> None:
    running = pod(on="a", labels={"app": "x"})
    cache = cache_of(node("a"), running)
    cache.set_pod({**running, "metadata": {**running["metadata"], "labels": {"app": "y"}}})
    [info] = cache.nodes["a"].pods.values()
    assert info.labels == {"app": "y"}


def test_images_are_counted_by_node() -> None:
    image = {"names": ["nginx:latest", "nginx@sha256:1"], "sizeBytes": 10}
    cache = cache_of(node("a", images=[image]), node("b", images=[image]))
    assert cache.images["nginx:latest"] == 2
    cache.set_node(node("a"))
    cache.remove_node("b")
    assert cache.images["nginx:latest"] == 0


def test_a_nomination_ends_with_the_pod_or_its_binding() -> None:
    cache, waiting = cache_of(node("a"), node("b")), PodInfo(pod(cpu="1"))
    cache.nominate(waiting, "a")
    cache.nominate(waiting, "b")
    assert (cache.nominated_node(waiting.uid), cache.nodes["a"].nominated) == ("b", {})
    cache.assume(waiting, "b")
    assert cache.nominated_node(waiting.uid) == ""
