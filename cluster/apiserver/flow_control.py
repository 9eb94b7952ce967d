"""Priority: while much is asked at once, Events give way to what somebody waits for.

Of ten writes that a pod costs seven are Events, and nobody waits for one. So a request that writes an Event waits while
others are being served; it goes on when there is room, with each fourth request, or after a second, so that
Events are late in a flood and never lost by it. An idle server makes nobody wait.

Models: apiserver/pkg/util/flowcontrol/apf_controller.go v1.37 (docs/decisions/0012 says what differs).
Simplified: two levels instead of priority-level and flow-schema objects; no request is rejected.
"""

from __future__ import annotations

import asyncio
from collections import deque

from cluster.apiserver.call import Call
from cluster.clock import Clock, Timer

ROOM = 16
SHARE = 4
PATIENCE_SECONDS = 1.0
WRITES = ("create", "update", "patch")


class FlowControl:
    """The requests of one server: how many are being served, and which wait."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.served = 0
        self._ended = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: Timer | None = None

    def begin(self) -> None:
        self.served += 1

    def end(self) -> None:
        self.served -= 1
        if self._waiting:
            self._ended += 1
            if self._ended >= SHARE:
                self._let_one_in()
            while self._waiting and self.served < ROOM:
                self._let_one_in()

    async def give_way(self, call: Call) -> None:
        """Wait for a turn, if the call writes an Event and others are being served."""
        if call.kind is None or call.kind.built_in != "Event" or call.verb not in WRITES or self.served <= ROOM:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._timer is None:
            self._timer = self.clock.call_later(PATIENCE_SECONDS, self._let_all_in)
        self.served -= 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self.served += 1  # nobody let it in, and the server will count it out
            raise

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def _let_one_in(self) -> None:
        self._ended = 0
        turn = self._waiting.popleft()
        if not turn.done():
            self.begin()
            turn.set_result(None)

    def _let_all_in(self) -> None:
        self._timer = None
        for _ in range(len(self._waiting)):
            self._let_one_in()
