"""Events give way while others are served, and are never kept waiting for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver.call import Call, parse
from cluster.apiserver.flow_control import PATIENCE_SECONDS, ROOM, SHARE, FlowControl
from cluster.clock import VirtualClock
from cluster.wire.message import Request

NAMESPACE = "/api/v1/namespaces/default"


def call(verb: str = "POST", path: str = f"{NAMESPACE}/events") -> Call:
    return parse(Request(verb, path), REGISTRY)


class Room:
    """A server that serves `busy` requests, and Events that come meanwhile."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.flow = FlowControl(self.clock)
        self.served: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def event(self, number: int, asked: Call) -> None:
        self.flow.begin()
        try:
            await self.flow.give_way(asked)
            self.served.append(number)
            await self.clock.sleep(10)
        finally:
            self.flow.end()

    async def events(self, count: int) -> None:
        for _ in range(count):
            number = len(self.tasks)
            self.tasks.append(asyncio.get_running_loop().create_task(self.event(number, call())))
        await self.clock.settle()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    for task in room.tasks:
        task.cancel()
    await asyncio.gather(*room.tasks, return_exceptions=True)


async def test_an_idle_server_makes_nobody_wait(room: Room) -> None:
    await room.events(ROOM)
    assert room.served == list(range(ROOM))


async def test_while_others_are_served_events_wait_until_there_is_room(room: Room) -> None:
    for _ in range(ROOM):
        room.flow.begin()
    await room.events(2)
    assert (room.served, room.flow.waiting, room.flow.served) == ([], 2, ROOM)
    room.flow.end()
    await room.clock.settle()
    assert (room.served, room.flow.waiting, room.flow.served) == ([0], 1, ROOM)


async def test_with_each_fourth_request_one_goes_on(room: Room) -> None:
    for _ in range(10 * ROOM):
        room.flow.begin()
    await room.events(3)
    for _ in range(SHARE):
        assert room.served == []
        room.flow.end()
        await room.clock.settle()
    assert room.served == [0]


async def test_nobody_waits_longer_than_a_second(room: Room) -> None:
    for _ in range(10 * ROOM):
        room.flow.begin()
    await room.events(3)
    await room.clock.advance(PATIENCE_SECONDS)
    assert (room.served, room.flow.waiting) == ([0, 1, 2], 0)


async def test_one_that_is_cancelled_while_it_waits_is_counted_out_once(room: Room) -> None:
    for _ in range(ROOM):
        room.flow.begin()
    await room.events(1)
    room.tasks[0].cancel()
    await room.clock.settle()
    assert room.flow.served == ROOM
    room.flow.end()
    assert (room.flow.served, room.flow.waiting) == (ROOM - 1, 0)


@pytest.mark.parametrize(
    ("verb", "path"), [("GET", f"{NAMESPACE}/events"), ("POST", f"{NAMESPACE}/pods"), ("GET", "/version")]
)
async def test_only_writes_of_events_give_way(room: Room, verb: str, path: str) -> None:
    for _ in range(10 * ROOM):
        room.flow.begin()
    await room.flow.give_way(call(verb, path))
    assert room.flow.waiting == 0
