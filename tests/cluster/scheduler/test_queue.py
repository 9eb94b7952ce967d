"""The queue: by priority and age, back-off after failures, and who is woken by what."""

from __future__ import annotations

import asyncio

import pytest

from cluster.apimachinery.meta import Obj
from cluster.clock import VirtualClock
from cluster.scheduler.framework import NODE_ADD, NODE_LABEL, POD_ADD, POD_DELETE
from cluster.scheduler.profiles import DEFAULT_PROFILE
from cluster.scheduler.queue import QueuedPod, SchedulingQueue
from cluster.wire.hop import current_hop

from .conftest import pod

FIT, AFFINITY = frozenset({"NodeResourcesFit"}), frozenset({"NodeAffinity"})


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def queue(clock: VirtualClock) -> SchedulingQueue:
    def gate(pod: Obj) -> str:
        return "gated" if pod["spec"].get("schedulingGates") else ""

    return SchedulingQueue(clock, DEFAULT_PROFILE.helps, gate)


async def handed_out(queue: SchedulingQueue) -> list[str]:
    """The names that the queue hands out until it is empty; they stay in flight."""
    found = []
    while queue.counts()["active"]:
        queued = await queue.next()
        found.append(queued.pod["metadata"]["name"])
    return found


async def failed(queue: SchedulingQueue, name: str = "p", plugins: frozenset[str] = FIT) -> QueuedPod:
    """A pod that was tried once and found no node."""
    queue.add(pod(name))
    queued = await queue.next()
    queue.failed(queued, plugins)
    return queued


async def test_the_more_important_come_first_and_then_the_older(queue: SchedulingQueue) -> None:
    for name, priority in (("a", 0), ("b", 10), ("c", 0), ("d", 10)):
        queue.add(pod(name, priority=priority))
    assert await handed_out(queue) == ["b", "d", "a", "c"]


async def test_who_waits_gets_the_next_with_its_cause(queue: SchedulingQueue, clock: VirtualClock) -> None:
    async def take() -> tuple[str, int]:
        queued = await queue.next()
        return queued.key, current_hop.get()

    taking = asyncio.ensure_future(take())
    await clock.settle()
    token = current_hop.set(42)
    queue.add(pod("web"))
    current_hop.reset(token)
    assert await taking == ("default/web", 42)


async def test_a_pod_without_a_node_waits_for_an_event_that_may_help(
    queue: SchedulingQueue, clock: VirtualClock
) -> None:
    await failed(queue)
    await clock.advance(20)
    queue.moved(NODE_LABEL)
    queue.moved(POD_ADD)
    assert queue.counts()["unschedulable"] == 1
    queue.moved(POD_DELETE)
    assert await handed_out(queue) == ["p"]


async def test_an_event_wakes_only_those_that_it_may_help(queue: SchedulingQueue, clock: VirtualClock) -> None:
    await failed(queue, "room", FIT)
    await failed(queue, "label", AFFINITY)
    await failed(queue, "no-nodes", frozenset())
    await clock.advance(20)
    queue.moved(NODE_LABEL)
    assert sorted(await handed_out(queue)) == ["label", "no-nodes"]
    queue.moved(NODE_ADD)
    assert await handed_out(queue) == ["room"]


async def test_the_back_off_doubles_from_one_to_ten_seconds(queue: SchedulingQueue, clock: VirtualClock) -> None:
    queue.add(pod())
    for seconds in (1, 2, 4, 8, 10, 10):
        queued = await queue.next()
        queue.failed(queued, FIT)
        queue.moved(NODE_ADD)
        assert queue.counts()["backing off"] == 1
        await clock.advance(seconds - 0.01)
        assert queue.counts()["active"] == 0
        await clock.advance(0.02)
        assert queue.counts()["active"] == 1


async def test_what_happens_during_a_cycle_is_not_missed(queue: SchedulingQueue, clock: VirtualClock) -> None:
    queue.add(pod())
    queued = await queue.next()
    queue.moved(NODE_ADD)
    queue.failed(queued, FIT)
    assert queue.counts() == {"active": 0, "backing off": 1, "unschedulable": 0, "gated": 0}
    await clock.advance(1.1)
    assert await handed_out(queue) == ["p"]


async def test_after_an_error_it_tries_again_by_itself(queue: SchedulingQueue, clock: VirtualClock) -> None:
    queue.add(pod())
    queue.failed(await queue.next(), error=True)
    await clock.advance(1.1)
    assert await handed_out(queue) == ["p"]


async def test_after_five_minutes_everything_is_tried_again(queue: SchedulingQueue, clock: VirtualClock) -> None:
    await failed(queue, "a", FIT)
    await clock.advance(100)
    await failed(queue, "b", AFFINITY)
    await clock.advance(201)
    assert await handed_out(queue) == ["a"]
    await clock.advance(100)
    assert await handed_out(queue) == ["b"]
    assert clock.next_timer is None


async def test_a_change_of_the_pod_itself_may_help(queue: SchedulingQueue, clock: VirtualClock) -> None:
    queued = await failed(queue)
    changed = {**queued.pod, "metadata": {**queued.pod["metadata"], "labels": {"x": "y"}}}
    queue.update(changed, may_help=False)
    assert (queue.counts()["unschedulable"], queued.pod) == (1, changed)
    await clock.advance(5)
    queue.update(changed, may_help=True)
    assert await handed_out(queue) == ["p"]
    queue.update(changed, may_help=True)
    queue.failed(queued, FIT)
    assert queue.counts()["backing off"] == 1


async def test_a_gated_pod_waits_outside(queue: SchedulingQueue) -> None:
    gated = pod(schedulingGates=[{"name": "x"}])
    queue.add(gated)
    queue.moved(NODE_ADD)
    assert queue.counts()["gated"] == 1
    free = {**gated, "spec": {key: value for key, value in gated["spec"].items() if key != "schedulingGates"}}
    queue.update(free, may_help=True)
    assert await handed_out(queue) == ["p"]


@pytest.mark.parametrize("place", ["active", "backing off", "unschedulable", "in flight", "gated"])
async def test_a_pod_that_is_gone_is_not_handed_out(queue: SchedulingQueue, clock: VirtualClock, place: str) -> None:
    queue.add(pod(**({"schedulingGates": [{"name": "x"}]} if place == "gated" else {})))
    if place not in ("active", "gated"):
        queued = await queue.next()
        if place != "in flight":
            queue.failed(queued, FIT, error=place == "backing off")
    assert queue.pods["default/p"].place == place
    queue.remove("default/p")
    queue.remove("default/p")
    queue.moved(NODE_ADD)
    await clock.advance(1000)
    assert queue.counts() == {"active": 0, "backing off": 0, "unschedulable": 0, "gated": 0}
    assert queue.listed() == []


async def test_a_new_pod_of_the_same_name_is_another_pod(queue: SchedulingQueue) -> None:
    queue.add(pod())
    old = await queue.next()
    queue.remove(old.key)
    queue.add(pod())
    queue.failed(old, FIT)
    queue.drop(old)
    assert await handed_out(queue) == ["p"]


async def test_closing_leaves_no_timer(queue: SchedulingQueue, clock: VirtualClock) -> None:
    await failed(queue, "a")
    queue.add(pod("b"))
    queue.failed(await queue.next(), error=True)
    queue.close()
    assert clock.next_timer is None
