"""Cluster time: real, held, n-fold, and jumping from timer to timer."""

from __future__ import annotations

import pytest

from cluster.clock import Clock, VirtualClock, parse_rfc3339, rfc3339


async def test_timers_fire_in_order_when_time_jumps_over_them() -> None:
    clock, seen = VirtualClock(), []
    for seconds in (3, 1, 2):
        clock.call_later(seconds, seen.append, seconds)
    cancelled = clock.call_later(1.5, seen.append, "never")
    cancelled.cancel()
    await clock.advance(2.5)
    assert seen == [1, 2]
    assert clock.jump_to_next_timer() == pytest.approx(0.5)


async def test_held_time_stands_still_and_goes_on_from_there() -> None:
    clock = Clock()
    clock.set_rate(0)
    held = clock.now()
    assert clock.now() == held
    clock.jump(5)
    assert clock.now() == pytest.approx(held + 5)
    with pytest.raises(ValueError, match="backwards"):
        clock.jump(-1)


async def test_waiting_ends_by_cluster_time() -> None:
    import asyncio

    clock = VirtualClock()
    waiting = asyncio.ensure_future(clock.wait_for(asyncio.get_running_loop().create_future(), 5))
    await clock.advance(6)
    with pytest.raises(TimeoutError):
        await waiting


def test_chance_is_repeated_from_its_seed() -> None:
    assert VirtualClock(seed=3).uid() == VirtualClock(seed=3).uid()


def test_times_are_written_and_read_as_rfc_3339() -> None:
    assert rfc3339(parse_rfc3339("2026-11-23T17:36:16Z")) == "2026-11-23T17:36:16Z"
