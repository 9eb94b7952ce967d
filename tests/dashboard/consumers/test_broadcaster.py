"""One broadcaster a cluster: a snapshot, then what changed; who was away is told what was missed; a slow page waits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from cluster.kubeadm.timekeeper import Timekeeper
from dashboard.consumers import diagram as consumer
from dashboard.consumers.broadcaster import LINGER_SECONDS, PAUSE_SECONDS, Broadcaster, Frame, Seen
from tests.cluster.apiserver.conftest import Home, config, home, pod

__all__ = ["config", "home"]


class Viewer:
    """A page that keeps what it is told."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.ended = False

    def tell(self, frame: Frame) -> None:
        self.frames.append(json.loads(frame.text))

    def end(self) -> None:
        self.ended = True

    def pods(self) -> list[tuple[str, bool]]:
        """(name, gone) of every change told, in order."""
        found = []
        for frame in self.frames:
            found += [(each["name"], False) for each in frame.get("set", ()) if each["kind"] == "Pod"]
            found += [(each["name"], True) for each in frame.get("gone", ()) if each["kind"] == "Pod"]
        return found

    def seen(self) -> Seen:
        last = self.frames[-1]
        return Seen(last["epoch"], last["revisions"])


class Cluster:
    """As much of a cluster as a broadcaster asks for, around one API server."""

    def __init__(self, home: Home) -> None:
        self.slug = "test"
        self.home = home
        self.wire, self.clock, self.pace_clock = home.wire, home.clock, home.clock
        self.row = SimpleNamespace(mode="upstream", stopped=[])
        self.on_shut_down: list[Any] = []
        self.faults = SimpleNamespace(listed=list)
        self.timekeeper = Timekeeper(home.clock, home.clock, home.wire.control)

    def client(self, component_id: str) -> Any:
        return self.home.connect("admin-token", component_id)

    def components(self) -> list[Any]:
        return [SimpleNamespace(id="etcd", running=True, inspect={"revision": 1, "keys": 1})]


@pytest.fixture
async def broadcaster(home: Home) -> AsyncIterator[Broadcaster]:
    made = Broadcaster(Cluster(home))  # type: ignore[arg-type]  # as much as it asks for
    yield made
    made.viewers.clear()
    await home.clock.advance(LINGER_SECONDS + 5)


async def test_a_viewer_gets_the_whole_then_each_change_once(broadcaster: Broadcaster, home: Home) -> None:
    await home.client.create("Pod", pod("first"))
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)
    assert any("Pod" in frame.get("whole", ()) for frame in viewer.frames)
    told = len(viewer.pods())
    await home.client.create("Pod", pod("second"))
    await home.clock.advance(0.5)
    assert viewer.pods()[told:] == [("second", False)]
    assert any(hop[3] == "POST pods/second" for frame in viewer.frames for hop in frame.get("hops", ()))


async def test_who_comes_back_is_told_what_was_missed_and_no_more(broadcaster: Broadcaster, home: Home) -> None:
    viewer, stays = Viewer(), Viewer()
    broadcaster.join(viewer)
    broadcaster.join(stays)
    await home.client.create("Pod", pod("before"))
    await home.clock.advance(0.5)
    seen = viewer.seen()
    broadcaster.leave(viewer)
    await home.client.create("Pod", pod("missed"))
    await home.client.delete("Pod", "before", "default", {"gracePeriodSeconds": 0})
    await home.clock.advance(0.5)
    back = Viewer()
    broadcaster.join(back, seen)
    assert "Pod" not in back.frames[0]["whole"]
    assert sorted(back.pods()) == [("before", True), ("missed", False)]
    again = Viewer()
    broadcaster.join(again, back.seen())
    assert again.pods() == []


async def test_who_saw_another_broadcaster_gets_the_whole(broadcaster: Broadcaster, home: Home) -> None:
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)
    stranger = Viewer()
    broadcaster.join(stranger, Seen("another", viewer.seen().revisions))
    assert stranger.frames[0]["whole"] == ["Pod", "Node"]


async def test_with_nobody_looking_it_stops_and_costs_nothing(broadcaster: Broadcaster, home: Home) -> None:
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)
    broadcaster.leave(viewer)
    await home.clock.advance(LINGER_SECONDS + 5)
    assert (home.wire.instruments.sent, home.wire.instruments.finished) == ((), ())
    frames = len(viewer.frames)
    await home.client.create("Pod", pod("unseen"))
    await home.clock.advance(5)
    assert len(viewer.frames) == frames


async def test_a_change_after_quiet_is_told_at_once_and_the_next_after_a_pause(
    broadcaster: Broadcaster, home: Home
) -> None:
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)
    for name in ("first", "second"):
        await home.client.create("Pod", pod(name))
        await home.clock.settle()
    assert viewer.pods() == [("first", False)]
    await home.clock.advance(PAUSE_SECONDS * 1.1)
    assert viewer.pods() == [("first", False), ("second", False)]


async def test_a_frame_never_counts_as_seen_what_it_does_not_tell(broadcaster: Broadcaster, home: Home) -> None:
    """A pod changes while the components of a frame are looked at, which takes a while."""
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)

    async def slowly() -> dict[str, Any]:
        await home.client.create("Pod", pod("meanwhile"))
        return {"pace": 1.0}

    broadcaster.states.changed = slowly  # type: ignore[method-assign]
    await home.clock.advance(1.0)
    revision = int((await home.client.get("Pod", "meanwhile", "default"))["metadata"]["resourceVersion"])
    told = next(frame for frame in viewer.frames if frame["revisions"]["Pod"] >= revision)
    assert [each["name"] for each in told["set"]] == ["meanwhile"]


async def test_a_component_that_only_a_newcomer_was_told_of_is_withdrawn_when_it_goes(
    broadcaster: Broadcaster, home: Home
) -> None:
    broadcaster.join(Viewer())
    await home.clock.advance(2.5)
    listed = broadcaster.cluster.components()
    machine = SimpleNamespace(id="kubelet.worker-3", running=True, inspect={})
    broadcaster.cluster.components = lambda: [*listed, machine]  # type: ignore[method-assign, list-item]
    newcomer = Viewer()
    broadcaster.join(newcomer)
    assert "kubelet.worker-3" in newcomer.frames[0]["components"]
    broadcaster.cluster.components = lambda: listed  # type: ignore[method-assign]
    await home.clock.advance(1.5)
    assert ["kubelet.worker-3"] in [frame.get("withdrawn") for frame in newcomer.frames]


async def test_when_the_cluster_is_shut_down_its_pages_are_told_and_nothing_is_left(
    broadcaster: Broadcaster, home: Home
) -> None:
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(0.5)
    for tell in list(broadcaster.cluster.on_shut_down):
        tell()
    await home.clock.settle()
    assert viewer.ended
    assert broadcaster._following is not None
    assert broadcaster._following.done()
    assert broadcaster.cluster.on_shut_down == []
    assert (home.wire.instruments.sent, home.wire.instruments.finished) == ((), ())


async def test_an_idle_viewer_is_told_nothing(broadcaster: Broadcaster, home: Home) -> None:
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(3)
    frames = len(viewer.frames)
    await home.clock.advance(20)
    assert len(viewer.frames) - frames <= 1


async def test_a_page_that_does_not_answer_is_told_no_more_until_it_has_caught_up(
    broadcaster: Broadcaster, home: Home
) -> None:
    page = consumer.DiagramConsumer()
    import asyncio

    page._frames, page._unanswered, page._behind = asyncio.Queue(), 0, False
    page._broadcaster = broadcaster
    broadcaster.join(page)
    await home.clock.advance(0.5)
    for number in range(consumer.MOST_UNANSWERED * 3):
        await home.client.create("Pod", pod(f"p{number}"))
        await home.clock.advance(0.1)
    waiting = page._frames.qsize()
    assert waiting == consumer.MOST_UNANSWERED
    for _ in range(waiting - 1):
        page._frames.get_nowait()
        await page.receive("1")
    assert page._frames.qsize() == 1
    last = json.loads(page._frames.get_nowait().text)
    query = "&".join([f"epoch={last['epoch']}", *(f"{kind}={number}" for kind, number in last["revisions"].items())])
    await page.receive(f"9 {query}")
    caught_up = json.loads(page._frames.get_nowait().text)
    names = {each["name"] for each in caught_up["set"] if each["kind"] == "Pod"}
    assert f"p{consumer.MOST_UNANSWERED * 3 - 1}" in names


async def test_what_was_there_before_the_first_viewer_is_told_once(broadcaster: Broadcaster, home: Home) -> None:
    await home.client.create("Pod", pod("before"))
    viewer = Viewer()
    broadcaster.join(viewer)
    await home.clock.advance(2)
    assert viewer.pods() == [("before", False)]


async def test_a_change_that_waits_for_its_frame_is_told_once_to_a_newcomer_too(
    broadcaster: Broadcaster, home: Home
) -> None:
    first, newcomer = Viewer(), Viewer()
    broadcaster.join(first)
    await home.clock.advance(2)
    await home.client.create("Pod", pod("waits"))
    await home.clock.settle()
    broadcaster.join(newcomer)
    await home.clock.advance(2)
    assert first.pods() == newcomer.pods() == [("waits", False)]
