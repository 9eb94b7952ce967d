"""Keeps a cluster's clock: held while messages are held, at a higher rate, or on to a moment that is still to come.

Up to real pace the clock runs by itself. Faster than that it is driven: from timer to timer, in order, waiting at each
until what it set off is done, so that a lease that is renewed in time never expires. A slice of that is followed by a
rest, so that the event loop serves others too; on a machine that is too slow the clock then falls short of the rate.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from cluster.clock import Clock
from cluster.wire.control import Control

REAL_RATE, FASTEST = 1.0, 100.0
TICK_SECONDS, SLICE_SECONDS, REST_SECONDS = 0.005, 0.02, 0.004
SETTLE_SECONDS = 0.25
MOST_AHEAD_SECONDS = 3600.0


logger = logging.getLogger(__name__)


class Timekeeper:
    """The rate of one cluster's clock. `holds`: while anything is held, so is the clock."""

    def __init__(self, clock: Clock, real: Clock, control: Control) -> None:
        self.clock = clock
        self.real = real
        self.control = control
        self.rate = self._own_rate = clock.rate
        self.holds = True
        self.target: float | None = None
        self._driver: asyncio.Task[None] | None = None
        self._reached: list[asyncio.Future[None]] = []

    @property
    def held(self) -> bool:
        return self.holds and self.control.holds

    @property
    def pace(self) -> float:
        """Cluster seconds a second, as a page may go on counting: 0 while held."""
        return 0.0 if self.held else self.rate

    def set_rate(self, rate: float) -> None:
        """So many times real pace. ValueError when it cannot be that; a jump under way ends."""
        if not 0 < rate <= FASTEST:
            raise ValueError(f"a rate is more than 0 and at most {FASTEST:g}")
        self.rate = rate
        self._arrive()
        self.attend()

    def set_holds(self, holds: bool) -> None:
        self.holds = holds
        self.attend()

    async def jump(self, seconds: float) -> None:
        """Go forward as fast as it can be done in order; returns when there. ValueError for the past or too far."""
        if not 0 <= seconds <= MOST_AHEAD_SECONDS:
            raise ValueError(f"a jump is 0 to {MOST_AHEAD_SECONDS:g} seconds long")
        if self.held:
            raise ValueError("messages are held, and the clock with them: release them, or let the clock run")
        self.target = max(self.target or 0.0, self.clock.now() + seconds)
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reached.append(arrival)
        self.attend()
        await arrival

    def attend(self) -> None:
        """Something that matters for the clock changed."""
        driven = not self.held and (self.rate > REAL_RATE or self.target is not None)
        wanted = 0.0 if self.held or driven else self.rate
        if self.clock.rate != wanted:
            self.clock.set_rate(wanted)
        if driven and self._driver is None:
            self._driver = asyncio.get_running_loop().create_task(self._drive())
        elif not driven and self._driver is not None:
            self._driver.cancel()
            self._driver = None

    async def close(self) -> None:
        """Drive no more."""
        driver, self._driver = self._driver, None
        self._arrive()
        if driver is not None:
            driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await driver
        self.clock.set_rate(self._own_rate)

    # --- driving ---------------------------------------------------------------------------------------------------

    async def _drive(self) -> None:
        try:
            await self._go_on()
        except Exception:
            logger.exception("the clock could not be driven; it goes on at its own pace")
            self._driver = None
            self.set_rate(self._own_rate or REAL_RATE)

    async def _go_on(self) -> None:
        before = self.real.now()
        while True:
            await self.real.sleep(REST_SECONDS if self.target is not None else TICK_SECONDS)
            now = self.real.now()
            ahead = self.target if self.target is not None else self.clock.now() + (now - before) * self.rate
            if await self._advance(ahead):
                before = now
            else:
                before = self.real.now()  # it could not keep up: what was missed is not made up for
            if self.target is not None and self.clock.now() >= self.target:
                self._arrive()
                self.attend()

    async def _advance(self, moment: float) -> bool:
        """Go from timer to timer up to `moment`; False when the slice was over before."""
        over = self.real.now() + SLICE_SECONDS
        while (when := self.clock.next_timer) is not None and when <= moment:
            self.clock.jump(max(0.0, when - self.clock.now()))
            await self.clock.settle(SETTLE_SECONDS)
            if self.real.now() > over:
                return False
        self.clock.jump(max(0.0, moment - self.clock.now()))
        return True

    def _arrive(self) -> None:
        self.target = None
        reached, self._reached = self._reached, []
        for arrival in reached:
            if not arrival.done():
                arrival.set_result(None)
