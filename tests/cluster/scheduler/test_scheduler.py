"""The scheduler against a real API server over a real etcd: what it writes, and that nothing is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.scheduler.scheduler import Scheduler
from cluster.wire import component
from cluster.wire.control import DROP, HOLD, Rule
from tests.cluster.apiserver.conftest import Home, config, home  # noqa: F401  # fixtures

from .conftest import node, pod

PODS = "/api/v1/namespaces/default/pods"


class Room:
    """A home with a scheduler in it."""

    def __init__(self, at: Home) -> None:
        self.home = at
        self.wire = at.wire
        self.clock = at.clock
        self.client = at.client
        self.scheduler = self.build()
        self._running: asyncio.Task[None] | None = None

    def build(self) -> Scheduler:
        return Scheduler(self.home.connect("admin-token", component.SCHEDULER), self.clock)

    async def start(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self.scheduler.run())
        await self.clock.settle()

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self.scheduler = self.build()

    async def add(self, *objects: Obj) -> None:
        for obj in objects:
            fresh = {key: value for key, value in obj["metadata"].items() if key not in ("uid", "namespace")}
            body = {**obj, "metadata": fresh}
            namespace = "default" if obj["kind"] == "Pod" else ""
            status = obj.get("status")
            await self.client.create(obj["kind"], body, namespace)
            if obj["kind"] == "Node":
                await self.client.patch("Node", fresh["name"], {"status": status}, subresource="status")
                await self.client.patch("Node", fresh["name"], {"spec": {"taints": obj["spec"].get("taints")}})
        await self.clock.settle()

    async def pod(self, name: str = "p") -> Obj:
        return await self.client.get("Pod", name, "default")

    async def place(self, name: str = "p") -> str:
        return (await self.pod(name))["spec"].get("nodeName", "")

    async def events(self, reason: str) -> list[str]:
        await self.clock.settle()
        found = await self.client.list("Event", "default")
        return [each["message"] for each in found.items if each["reason"] == reason]

    def notes(self) -> list[tuple[str, str]]:
        return [(hop.detail, hop.subject.name) for hop in self.wire.ring if hop.verb == "NOTE"]


@pytest.fixture
async def room(home: Home) -> AsyncIterator[Room]:  # noqa: F811  # the fixture imported above
    room = Room(home)
    await room.start()
    yield room
    await room.stop()


async def test_a_pod_gets_a_node_an_event_and_two_notes(room: Room) -> None:
    await room.add(node("a"), pod("web", cpu="1"))
    assert await room.place("web") == "a"
    assert meta.is_condition_true(await room.pod("web"), "PodScheduled")
    assert await room.events("Scheduled") == ["Successfully assigned default/web to a"]
    assert room.notes() == [("Dequeue", "web"), ("Decide", "web")]
    [event] = [each for each in (await room.client.list("Event", "default")).items if each["reason"] == "Scheduled"]
    assert (event["source"]["component"], event["type"]) == ("default-scheduler", "Normal")


async def test_each_step_names_the_one_before_as_its_cause(room: Room) -> None:
    await room.add(node("a"), pod("web"))
    by_detail = {hop.detail: hop for hop in room.wire.ring if hop.verb == "NOTE"}
    told, dequeued, decided = (by_detail[name] for name in ("Dequeue", "Dequeue", "Decide"))
    watch = room.wire.ring.get(told.cause)
    assert watch is not None
    assert (watch.verb, watch.target) == ("WATCH", component.SCHEDULER)
    assert decided.cause == dequeued.id
    bindings = [hop for hop in room.wire.ring if hop.path == f"{PODS}/web/binding" and not hop.answers]
    assert [hop.cause for hop in bindings] == [decided.id]
    assert decided.request.object["node"] == "a"


async def test_a_pod_that_fits_nowhere_is_told_so_once_and_gets_a_node_when_there_is_one(room: Room) -> None:
    await room.add(node("a", cpu="1"), pod(cpu="2"))
    told = (
        "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: "
        "1 Preemption is not helpful for scheduling."
    )
    condition = meta.condition_of(await room.pod(), "PodScheduled")
    assert condition is not None
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "Unschedulable", told)
    assert condition["observedGeneration"] == 1
    assert await room.events("FailedScheduling") == [told]
    version = (await room.pod())["metadata"]["resourceVersion"]
    await room.clock.advance(400)
    assert (await room.pod())["metadata"]["resourceVersion"] == version
    await room.add(node("b"))
    await room.clock.advance(10)
    assert await room.place() == "b"


async def test_a_gated_pod_waits_and_another_schedulers_pod_is_left_alone(room: Room) -> None:
    await room.add(
        node("a"), pod("gated", schedulingGates=[{"name": "example.com/x"}]), pod("other", schedulerName="mine")
    )
    assert room.notes() == []
    assert room.scheduler.inspect()["gated"] == 1
    await room.client.patch("Pod", "gated", {"spec": {"schedulingGates": None}}, "default")
    await room.clock.settle()
    assert (await room.place("gated"), await room.place("other")) == ("a", "")


async def test_like_pods_fill_the_nodes_and_the_rest_waits(room: Room) -> None:
    await room.add(node("a", cpu="2"), node("b", cpu="2"), *(pod(f"p{n}", cpu="1") for n in range(6)))
    places = [await room.place(f"p{n}") for n in range(6)]
    assert sorted(places) == ["", "", "a", "a", "b", "b"]
    bound = next(f"p{n}" for n, place in enumerate(places) if place)
    await room.client.delete("Pod", bound, "default", {"gracePeriodSeconds": 0})
    await room.clock.advance(2)
    assert [bool(await room.place(f"p{n}")) for n in range(6) if f"p{n}" != bound].count(True) == 4


async def test_a_held_binding_does_not_stop_the_next_pod(room: Room) -> None:
    room.wire.control.add(Rule(HOLD, source=component.SCHEDULER, verb="POST", resource="pods", name="first"))
    await room.add(node("a"), pod("first"), pod("second"))
    assert (await room.place("first"), await room.place("second")) == ("", "a")
    room.wire.control.release_all()
    await room.clock.settle()
    assert await room.place("first") == "a"


async def test_a_lost_binding_is_tried_again(room: Room) -> None:
    room.wire.control.add(Rule(DROP, source=component.SCHEDULER, verb="POST", resource="pods", once=True))
    await room.add(node("a"), pod())
    assert await room.place() == ""
    assert not room.scheduler.cache.nodes["a"].pods
    await room.clock.advance(1.1)
    assert await room.place() == "a"


async def test_a_pod_bound_by_somebody_else_meanwhile_is_let_be(room: Room) -> None:
    room.wire.control.add(Rule(HOLD, source=component.SCHEDULER, verb="POST", resource="pods"))
    await room.add(node("a", cpu="1"), node("b", cpu="1"), pod(cpu="1"))
    chosen = room.scheduler.decisions[-1].object["node"]
    other = "b" if chosen == "a" else "a"
    target = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": other}}
    await room.client.create("Pod", target, "default", subresource="binding", name="p")
    room.wire.control.release_all()
    await room.clock.advance(30)
    assert await room.place() == other
    in_use = {name: len(info.pods) for name, info in room.scheduler.cache.nodes.items()}
    assert in_use == {other: 1, chosen: 0}
    assert room.scheduler.inspect()["queue"] == []


async def test_a_pod_deleted_while_it_waits_is_forgotten(room: Room) -> None:
    await room.add(node("a", cpu="1"), pod(cpu="2"))
    await room.client.delete("Pod", "p", "default", {"gracePeriodSeconds": 0})
    await room.clock.settle()
    assert room.scheduler.inspect()["queue"] == []


async def test_a_scheduler_built_anew_goes_on_where_the_last_one_stopped(room: Room) -> None:
    await room.add(node("a", cpu="3"), pod("first", cpu="1"))
    await room.stop()
    await room.add(pod("second", cpu="1"), pod("third", cpu="2"))
    assert await room.place("second") == ""
    await room.start()
    assert sorted([await room.place("second"), await room.place("third")]) == ["", "a"]
    assert room.scheduler.cache.nodes["a"].requested["cpu"] in (2000, 3000)


async def test_while_the_api_server_is_stopped_pods_wait_and_then_get_their_nodes(room: Room) -> None:
    room.wire.control.add(Rule(HOLD, source=component.SCHEDULER, verb="POST", resource="pods"))
    await room.add(node("a"), pod())
    await room.home.stop_server()
    room.wire.control.release_all()
    for rule in list(room.wire.control.rules):
        room.wire.control.remove(rule)
    await room.clock.advance(20)
    await room.home.restart_server()
    await room.clock.advance(30)
    assert await room.place() == "a"


async def test_the_important_take_the_place_of_the_unimportant(room: Room) -> None:
    for name, value in (("high", 1000), ("low", 1)):
        kind = {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": name},
            "value": value,
        }
        await room.home.ask("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", kind)
    await room.add(node("a"), *(pod(f"low{n}", cpu="2", priority=None) for n in range(2)))
    high = pod("high", cpu="2")
    room.scheduler.on_pod("ADDED", None, waiting(high, priority=1000))
    await room.clock.settle()
    victims = [name for name in ("low0", "low1") if await is_leaving(room, [name])]
    assert len(victims) == 1
    uid = high["metadata"]["uid"]
    assert await room.events("Preempted") == [f"Preempted by pod {uid} on node a"]
    assert room.scheduler.cache.nominated_node(uid) == "a"


def waiting(obj: Obj, **spec: Any) -> Obj:
    return {**obj, "spec": {**obj["spec"], **spec}}


async def is_leaving(room: Room, names: Iterable[str]) -> bool:
    """Are the pods deleted, or on their way?"""
    found = (await room.client.list("Pod", "default")).items
    there = {meta.name_of(each): each for each in found}
    return all(name not in there or meta.is_being_deleted(there[name]) for name in names)


async def test_a_pod_that_no_plugin_can_read_does_not_stop_the_others(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    broken = pod(
        "broken", affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}}
    )
    room.scheduler.on_pod("ADDED", None, broken)
    await room.add(node("a"), pod("web"))
    room.scheduler.queue.moved("Node/Add")
    await room.clock.advance(1.1)
    assert await room.place("web") == "a"
    assert "no decision on default/broken" in caplog.text


async def test_stopping_leaves_no_task_and_no_timer(room: Room) -> None:
    await room.add(node("a", cpu="1"), pod(cpu="2"))
    old = room.scheduler
    await room.stop()
    assert not old._tasks
    assert old.queue._flush_timer is not None
    assert old.queue._flush_timer.cancelled
