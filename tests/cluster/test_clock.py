"""The clock: rates, jumps, timers, and that virtual time waits for what is under way."""

from __future__ import annotations

import asyncio
import threading
from uuid import RFC_4122, UUID

import pytest

from cluster.clock import Clock, VirtualClock, parse_rfc3339, rfc3339, rfc3339_micro


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(start=1000.0)


async def test_virtual_time_stands_still_until_advanced(clock: VirtualClock) -> None:
    assert clock.now() == 1000.0
    await clock.advance(2.5)
    assert clock.now() == 1002.5


async def test_timers_fire_in_the_order_of_their_dates_and_then_of_their_setting(clock: VirtualClock) -> None:
    fired: list[tuple[str, float]] = []
    for name, delay in (("c", 3), ("a", 1), ("b1", 2), ("b2", 2), ("later", 9)):
        clock.call_later(delay, lambda name=name: fired.append((name, clock.now())))
    await clock.advance(5)
    assert fired == [("a", 1001.0), ("b1", 1002.0), ("b2", 1002.0), ("c", 1003.0)]
    assert clock.next_timer == 1009.0


async def test_timers_set_on_the_way_fire_on_the_way(clock: VirtualClock) -> None:
    fired: list[float] = []

    async def tick() -> None:
        while True:
            await clock.sleep(1)
            fired.append(clock.now())

    task = asyncio.ensure_future(tick())
    await clock.advance(3.5)
    task.cancel()
    assert fired == [1001.0, 1002.0, 1003.0]


async def test_a_cancelled_timer_does_not_fire(clock: VirtualClock) -> None:
    fired: list[str] = []
    timer = clock.call_later(1, fired.append, "no")
    timer.cancel()
    timer.cancel()
    await clock.advance(2)
    assert (fired, timer.cancelled, clock.next_timer) == ([], True, None)


async def test_a_callback_that_raises_does_not_stop_the_others(clock: VirtualClock) -> None:
    errors: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    fired: list[str] = []
    clock.call_later(1, lambda: 1 / 0)
    clock.call_later(1, fired.append, "yes")
    await clock.advance(1)
    assert fired == ["yes"]
    assert [type(error["exception"]) for error in errors] == [ZeroDivisionError]


async def test_a_cancelled_sleep_leaves_no_timer(clock: VirtualClock) -> None:
    task = asyncio.ensure_future(clock.sleep(10))
    await clock.settle()
    assert clock.next_timer == 1010.0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.next_timer is None


async def test_wait_for_gives_the_result_and_leaves_no_timer(clock: VirtualClock) -> None:
    async def quick() -> str:
        await clock.sleep(1)
        return "done"

    waiting = asyncio.ensure_future(clock.wait_for(quick(), 5))
    await clock.advance(1)
    assert await waiting == "done"
    assert clock.next_timer is None


async def test_wait_for_times_out_in_cluster_time_and_cancels(clock: VirtualClock) -> None:
    cancelled: list[float] = []

    async def slow() -> None:
        try:
            await clock.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(clock.now())
            raise

    waiting = asyncio.ensure_future(clock.wait_for(slow(), 5))
    await clock.advance(4.9)
    assert not waiting.done()
    await clock.advance(0.2)
    with pytest.raises(TimeoutError):
        await waiting
    assert cancelled == [1005.0]


async def test_cancelling_who_waits_cancels_what_is_waited_for(clock: VirtualClock) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(clock.wait_for(future, 5))
    await clock.settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert future.cancelled()
    assert clock.next_timer is None


async def test_what_cancels_itself_is_not_taken_for_a_timeout(clock: VirtualClock) -> None:
    async def gives_up() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await clock.wait_for(gives_up(), 5)


async def test_virtual_time_waits_for_threads(clock: VirtualClock) -> None:
    gate, order = threading.Event(), list[str]()

    async def commit() -> None:
        with clock.outside_work():
            await asyncio.get_running_loop().run_in_executor(None, gate.wait, 5)
        order.append("committed")

    clock.call_later(1, lambda: order.append("timer"))
    task = asyncio.ensure_future(commit())
    advancing = asyncio.ensure_future(clock.advance(2))
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  # turns of the loop, no time
    assert order == []
    gate.set()
    await advancing
    await task
    assert order == ["committed", "timer"]


async def test_advance_until_jumps_from_timer_to_timer(clock: VirtualClock) -> None:
    done: list[bool] = []
    clock.call_later(500, done.append, True)
    await clock.advance_until(lambda: done)
    assert clock.now() == 1500.0
    with pytest.raises(TimeoutError, match="not within 10 s"):
        await clock.advance_until(lambda: False, limit_seconds=10)


async def test_a_held_clock_fires_what_is_due_and_nothing_else(clock: VirtualClock) -> None:
    fired: list[str] = []
    clock.call_at(999.0, fired.append, "past")
    clock.call_later(0, fired.append, "now")
    clock.call_later(0.001, fired.append, "future")
    await clock.settle()
    assert fired == ["past", "now"]


async def test_a_clock_can_be_sped_up_and_held_without_a_jump() -> None:
    clock = Clock(start=1000.0, rate=0.0)
    fired: list[str] = []
    clock.call_later(50, fired.append, "x")
    clock.set_rate(100_000.0)
    assert 1000.0 <= clock.now() < 1500.0
    await clock.sleep(100)
    clock.set_rate(0.0)
    held = clock.now()
    assert fired == ["x"]
    assert clock.now() == held
    clock.close()


async def test_a_jump_passes_over_timers_in_order() -> None:
    clock = Clock(start=1000.0, rate=0.0)
    fired: list[int] = []
    for delay in (30, 10, 20, 99):
        clock.call_later(delay, fired.append, delay)
    assert clock.jump_to_next_timer() == 10.0
    clock.jump(30)
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop
    await asyncio.sleep(0)  # noqa: TID251  # one turn of the loop
    assert fired == [10, 20, 30]
    clock.close()
    assert clock.jump_to_next_timer() is None


@pytest.mark.parametrize(
    ("method", "message"), [("set_rate", "time can't run backwards"), ("jump", "time can't go backwards")]
)
def test_time_does_not_go_backwards(clock: VirtualClock, method: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(clock, method)(-1)


def test_chance_repeats_from_its_seed() -> None:
    first, again, other = Clock(seed=7), Clock(seed=7), Clock(seed=8)
    uids = [clock.uid() for clock in (first, again, other)]
    assert uids[0] == uids[1] != uids[2]
    assert uids[0][14] == "4"


@pytest.mark.parametrize(
    ("seconds", "short", "micro"),
    [
        (0.0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        (1_800_000_000.25, "2027-01-15T08:00:00Z", "2027-01-15T08:00:00.250000Z"),
    ],
)
def test_times_are_written_as_kubernetes_writes_them(seconds: float, short: str, micro: str) -> None:
    assert (rfc3339(seconds), rfc3339_micro(seconds)) == (short, micro)
    assert (parse_rfc3339(short), parse_rfc3339(micro)) == (float(int(seconds)), seconds)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        parse_rfc3339("yesterday")


async def test_a_wait_inside_another_that_ends_first_does_not_take_its_end_for_its_own() -> None:
    clock = VirtualClock()
    inner: list[str] = []

    async def patient() -> None:
        try:
            await clock.wait_for(asyncio.Event().wait(), 10)
        except TimeoutError:
            inner.append("late")

    waiting = asyncio.ensure_future(clock.wait_for(patient(), 1))
    await clock.advance(2)
    with pytest.raises(TimeoutError):
        await waiting
    assert inner == []
    clock.close()


def test_an_id_is_a_random_uuid_and_repeats_with_its_seed() -> None:
    drawn = [VirtualClock(seed=5).uid(), VirtualClock(seed=5).uid(), VirtualClock(seed=6).uid()]
    assert drawn[0] == drawn[1] != drawn[2]
    read = UUID(drawn[0])
    assert (str(read), read.version, read.variant) == (drawn[0], 4, RFC_4122)
