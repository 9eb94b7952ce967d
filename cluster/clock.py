"""Time and chance of one cluster.

A cluster's components never ask the machine for the time, sleep on the event loop, or draw a random number: they ask
their clock. So a cluster can be held, run at n times real pace, or jump to the next timer, and a run can be repeated
from its seed.

Cluster time is an affine function of the machine's monotonic time (base, rate): rate 1 is real pace, 0 is held, n is
n-fold. Changing the rate re-bases both, so time never jumps unless `jump` is called.

Models: trio/_core/_mock_clock.py (rate, jump, autojump).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

SETTLE_ROUNDS = 3
UUID_FIXED = 4 << 76 | 0x8 << 60
"""Version 4 and the variant of RFC 9562: six bits of a UUID that are not drawn."""
UUID_DRAWN = ~(0xF << 76 | 0xC << 60)

whose: ContextVar[str] = ContextVar("whose", default="")
"""The component on whose behalf the code runs: whoever starts one sets it, timers remember it."""


class Timer:
    """A callback that is due at a moment of cluster time; `cancel` may be called at any time, also twice."""

    __slots__ = ("args", "callback", "owner", "when")

    def __init__(self, when: float, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.when = when
        self.owner = whose.get()
        self.callback: Callable[..., object] | None = callback
        self.args = args

    def cancel(self) -> None:
        self.callback = None
        self.args = ()

    @property
    def cancelled(self) -> bool:
        return self.callback is None


class Due(NamedTuple):
    """A timer as it is told: when, whose, and what it does (the code's own name for it)."""

    when: float
    owner: str
    what: str


class Clock:
    """Cluster time in seconds since the epoch, at a rate that may change; also seeded chance and unique ids.

    The event loop is looked up on first use, so a clock may be made before the loop runs.
    """

    def __init__(self, *, rate: float = 1.0, start: float | None = None, seed: int | None = None) -> None:
        self._rate = rate
        self._real_base = time.monotonic()
        self._cluster_base = time.time() if start is None else start
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._wakeup: asyncio.TimerHandle | None = None
        self._armed_for = float("inf")
        self.random = random.Random(seed)
        self._last_moment = 0
        self._outside_work = 0

    # --- reading ---------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Cluster time, seconds since the epoch."""
        return self._cluster_base + (time.monotonic() - self._real_base) * self._rate

    def moment(self) -> int:
        """Nanoseconds since the epoch, later than any moment asked for before: for names that sort by time."""
        self._last_moment = max(int(self.now() * 1e9), self._last_moment + 1)
        return self._last_moment

    @property
    def rate(self) -> float:
        return self._rate

    @property
    def next_timer(self) -> float | None:
        """When the earliest timer is due, in cluster time; None when there is none."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, most: int = 50) -> list[Due]:
        """The next timers, soonest first, with whoever set them."""
        alive = (entry for entry in self._heap if not entry[2].cancelled)
        sleepers = {getattr(task, "_fut_waiter", None): task for task in asyncio.all_tasks()}
        return [Due(when, timer.owner, _purpose(timer, sleepers)) for when, _, timer in heapq.nsmallest(most, alive)]

    def uid(self) -> str:
        """A version 4 UUID drawn from the cluster's own randomness."""
        drawn = self.random.getrandbits(128) & UUID_DRAWN | UUID_FIXED  # uuid.UUID would take three times as long
        text = f"{drawn:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    # --- waiting ---------------------------------------------------------------------------------------------------

    def call_at(self, when: float, callback: Callable[..., object], *args: Any) -> Timer:
        """Call `callback(*args)` on the event loop once cluster time reaches `when`."""
        timer = Timer(when, callback, args)
        heapq.heappush(self._heap, (when, next(self._order), timer))
        if when < self._armed_for:
            self._arm()
        return timer

    def call_later(self, delay_seconds: float, callback: Callable[..., object], *args: Any) -> Timer:
        return self.call_at(self.now() + delay_seconds, callback, *args)

    async def sleep(self, delay_seconds: float) -> None:
        """Wait for `delay_seconds` of cluster time; zero or less just yields once."""
        if delay_seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.call_later(delay_seconds, _resolve, future)
        try:
            await future
        finally:
            timer.cancel()

    async def wait_for(self, awaitable: Awaitable[T], timeout_seconds: float) -> T:
        """The awaitable's result, or TimeoutError after `timeout_seconds` of cluster time (it is then cancelled)."""
        task = asyncio.ensure_future(awaitable)
        mark = object()  # of this wait alone: one inside another must not take the other's end for its own
        timer = self.call_later(timeout_seconds, task.cancel, mark)
        try:
            return await task
        except asyncio.CancelledError as error:
            if error.args and error.args[0] is mark:
                raise TimeoutError from error
            task.cancel()
            raise
        finally:
            timer.cancel()

    # --- changing pace ---------------------------------------------------------------------------------------------

    def set_rate(self, rate: float) -> None:
        """1 is real pace, 0 holds time, n is n-fold. Negative rates raise ValueError."""
        if rate < 0:
            raise ValueError("time can't run backwards")
        self._rebase(self.now())
        self._rate = rate
        self._arm()

    def jump(self, seconds: float) -> None:
        """Move cluster time forward at once; timers passed over fire in order, on the event loop."""
        if seconds < 0:
            raise ValueError("time can't go backwards")
        self._rebase(self.now() + seconds)
        self._arm()

    def jump_to_next_timer(self) -> float | None:
        """Jump to the earliest timer and return the seconds jumped; None when no timer is set."""
        when = self.next_timer
        if when is None:
            return None
        seconds = max(0.0, when - self.now())
        self.jump(seconds)
        return seconds

    @contextlib.contextmanager
    def outside_work(self) -> Iterator[None]:
        """Mark work that the event loop cannot see (a commit in a thread): `settle` waits for it."""
        self._outside_work += 1
        try:
            yield
        finally:
            self._outside_work -= 1

    async def settle(self, limit_seconds: float = float("inf")) -> None:
        """Return when no callback is ready to run and no outside work is under way, or after so much real time."""
        quiet, began = 0, time.monotonic()
        ready: Any = getattr(asyncio.get_running_loop(), "_ready", ())
        while quiet < SETTLE_ROUNDS and time.monotonic() - began < limit_seconds:
            await asyncio.sleep(0.0005 if self._outside_work else 0)
            quiet = 0 if ready or self._outside_work else quiet + 1

    def close(self) -> None:
        """Drop every timer, so that a stopped cluster leaves nothing on the event loop."""
        if self._wakeup is not None:
            self._wakeup.cancel()
            self._wakeup = None
        self._heap.clear()
        self._armed_for = float("inf")

    # --- the one handle on the event loop --------------------------------------------------------------------------

    def _rebase(self, cluster_now: float) -> None:
        self._real_base = time.monotonic()
        self._cluster_base = cluster_now

    def _arm(self) -> None:
        if self._wakeup is not None:
            self._wakeup.cancel()
            self._wakeup = None
        self._armed_for = float("inf")
        when = self.next_timer
        if when is None:
            return
        delay = when - self.now()
        if delay > 0 and self._rate == 0:
            return
        self._armed_for = when
        real_delay = max(0.0, delay / self._rate) if self._rate else 0.0
        self._wakeup = asyncio.get_running_loop().call_later(real_delay, self._fire)

    def _fire(self) -> None:
        self._wakeup = None
        self._armed_for = float("inf")
        now = self.now()
        try:
            while (when := self.next_timer) is not None and when <= now:
                timer = heapq.heappop(self._heap)[2]
                callback, args = timer.callback, timer.args
                timer.cancel()
                if callback is not None:
                    callback(*args)
        finally:
            self._arm()


class VirtualClock(Clock):
    """A held clock that tests drive: time moves only by `advance`, and `advance` lets the cluster settle in between."""

    def __init__(self, *, start: float = 1_800_000_000.0, seed: int = 0) -> None:
        super().__init__(rate=0.0, start=start, seed=seed)

    async def advance(self, seconds: float) -> None:
        """Move `seconds` forward, stopping at every timer on the way until the cluster has settled."""
        target = self.now() + seconds
        await self.settle()
        while (when := self.next_timer) is not None and when <= target:
            self.jump(max(0.0, when - self.now()))
            await self.settle()
        self.jump(max(0.0, target - self.now()))
        await self.settle()

    async def advance_until(self, condition: Callable[[], object], limit_seconds: float = 3600.0) -> None:
        """Jump from timer to timer until `condition()` holds; TimeoutError after `limit_seconds` of cluster time."""
        limit = self.now() + limit_seconds
        await self.settle()
        while not condition():
            when = self.next_timer
            if when is None or when > limit:
                raise TimeoutError(f"not within {limit_seconds} s of cluster time")
            self.jump(max(0.0, when - self.now()))
            await self.settle()


def _purpose(timer: Timer, sleepers: Mapping[Any, asyncio.Task[Any]]) -> str:
    """What waits for it: the innermost coroutine that sleeps, or the callback with its words."""
    if timer.args and (task := sleepers.get(timer.args[0])) is not None:
        coroutine: Any = task.get_coro()
        while (inner := getattr(coroutine, "cr_await", None)) is not None and hasattr(inner, "cr_code"):
            if inner.cr_code.co_filename == __file__:
                break
            coroutine = inner
        return str(coroutine.__qualname__)
    words = [each for each in timer.args if isinstance(each, str)]
    return " ".join([getattr(timer.callback, "__qualname__", ""), *words])


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def rfc3339(seconds: float) -> str:
    """'2026-11-23T17:36:16Z': metav1.Time, whole seconds."""
    return _second(int(seconds))


@functools.lru_cache(maxsize=256)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(seconds: float) -> str:
    """'2026-11-23T17:36:16.123456Z': metav1.MicroTime."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@functools.lru_cache(maxsize=4096)
def parse_rfc3339(text: str) -> float:
    """Seconds since the epoch; ValueError when `text` is not RFC 3339."""
    return datetime.fromisoformat(text).timestamp()


def canonical_rfc3339(text: str, *, micro: bool = False) -> str:
    """A time as the API tells it, in UTC: whole seconds, or microseconds. ValueError when `text` is not RFC 3339."""
    if text[-1:] == "Z" and len(text) == (27 if micro else 20):
        parse_rfc3339(text)
        return text
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micro else "%Y-%m-%dT%H:%M:%SZ")
