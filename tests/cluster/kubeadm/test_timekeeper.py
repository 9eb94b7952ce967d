"""The clock is held while messages are, goes on at the rate it had, and goes fast without changing the order of things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from cluster.clock import Clock
from cluster.kubeadm.timekeeper import Timekeeper
from cluster.wire.control import HOLD, Control, Rule
from cluster.wire.hop import Hop
from cluster.wire.pace import PAUSE, REAL, Pace

POD = "/api/v1/namespaces/default/pods/web"


class Room:
    """A clock with its keeper, and a control to hold things with."""

    def __init__(self) -> None:
        self.clock, self.real = Clock(start=1_000.0), Clock()
        self.control = Control(self.real, lambda hop: None)
        self.keeper = Timekeeper(self.clock, self.real, self.control)
        self.control.listeners.add(self.keeper.attend)

    async def hold(self) -> asyncio.Task[bool]:
        self.control.add(Rule(HOLD, once=True))
        task = asyncio.ensure_future(self.control.admit(Hop("test", 1, 0.0, "kubectl", "etcd", "GET", POD)))
        await self.clock.settle()
        return task


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = Room()
    yield made
    await made.keeper.close()
    made.clock.close()
    made.real.close()


@pytest.mark.parametrize("rate", [1.0, 0.5, 10.0])
async def test_the_clock_is_held_with_a_message_and_goes_on_at_its_rate(room: Room, rate: float) -> None:
    room.keeper.set_rate(rate)
    held = await room.hold()
    assert (room.clock.rate, room.keeper.pace, room.keeper.held) == (0.0, 0.0, True)
    stood = room.clock.now()
    await room.real.sleep(0.03)
    assert room.clock.now() == stood
    room.control.release_all()
    await held
    assert (room.keeper.pace, room.keeper.held) == (rate, False)
    await room.real.sleep(0.03)
    assert room.clock.now() > stood


async def test_a_pause_holds_the_clock_and_the_switch_lets_it_run(room: Room) -> None:
    room.control.set_pace(Pace(PAUSE))
    assert room.clock.rate == 0
    room.keeper.set_holds(False)
    assert room.clock.rate == 1
    room.keeper.set_holds(True)
    room.control.set_pace(Pace(PAUSE, pod="default/web"))
    assert room.clock.rate == 1, "nothing of that pod is held"
    room.control.set_pace(Pace(REAL))
    assert room.clock.rate == 1


async def test_a_jump_passes_every_timer_in_order_and_waits_for_what_it_sets_off(room: Room) -> None:
    order: list[str] = []

    async def renew() -> None:
        for _ in range(6):
            await room.clock.sleep(10)
            with room.clock.outside_work():
                await asyncio.to_thread(lambda: None)  # a commit
            order.append("renewed")

    room.clock.call_later(35, order.append, "expired")
    renewing = asyncio.ensure_future(renew())
    await room.clock.settle()
    began = room.clock.now()
    await room.keeper.jump(65)
    assert order == ["renewed"] * 3 + ["expired"] + ["renewed"] * 3
    assert room.clock.now() - began == pytest.approx(65, abs=1)
    assert (room.clock.rate, room.keeper.target) == (1.0, None)
    await renewing


async def test_at_a_hundredfold_others_get_their_turn(room: Room) -> None:
    room.keeper.set_rate(100)

    def busy() -> None:
        until = room.real.now() + 0.002
        while room.real.now() < until:
            pass
        room.clock.call_later(0.05, busy)

    busy()
    turns = 0
    began, real = room.clock.now(), room.real.now()
    while room.real.now() - real < 0.3:
        await room.real.sleep(0.001)
        turns += 1
    assert turns > 10
    assert room.clock.now() - began > 0.3


@pytest.mark.parametrize(("rate", "seconds"), [(0, -1), (101, 1e9), (-1, -0.1)])
async def test_what_cannot_be_is_refused(room: Room, rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        room.keeper.set_rate(rate)
    with pytest.raises(ValueError, match="jump"):
        await room.keeper.jump(seconds)


async def test_nobody_jumps_while_messages_hold_the_clock(room: Room) -> None:
    held = await room.hold()
    with pytest.raises(ValueError, match="messages are held"):
        await room.keeper.jump(1)
    room.control.release_all()
    await held
