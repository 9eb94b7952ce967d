"""Holding, delaying, dropping and pacing hops: what lies behind the transport bar, breakpoints and faults.

`active` is False while no rule and no pace is set, and then a hop pays one attribute look-up. Delays are real-pace
seconds of the wire's own pace clock, so a learner sees them even while the cluster's clock is held. Who cares for that
clock is one of the `listeners` (`cluster.kubeadm.timekeeper`). The story goes on in `rule`, `pace` and `held`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from cluster.clock import Clock
from cluster.wire import held, pace
from cluster.wire.component import OUTSIDE
from cluster.wire.held import DELAY as LATER
from cluster.wire.held import DUPLICATE, EDIT, Held, Verdict
from cluster.wire.hop import DELAYED, HELD, PENDING, Hop, current_hop
from cluster.wire.message import ConnectionLost, Request, Response
from cluster.wire.pace import Pace
from cluster.wire.rule import DELAY, DROP, FAULT, HOLD, Find, Rule

__all__ = ["DELAY", "DROP", "HOLD", "Control", "Dropped", "Rule"]

BY_A_RULE, BY_A_FAULT = "a rule", "a fault"
REMEMBERED = 20

Send = Callable[[str, str, Request], Awaitable[Response]]


class Dropped(ConnectionLost):
    """A rule or a person dropped the hop."""


class Severed(Dropped):
    """A fault cut the line: what is on it is lost, and its streams end."""


class Control:
    """The rules and pace of one wire, and the hops that wait because of them."""

    def __init__(
        self, pace_clock: Clock, changed: Callable[[Hop], None], find: Find = lambda _: None, send: Send | None = None
    ) -> None:
        self.active = False
        self.pace = Pace()
        self.rules: dict[int, Rule] = {}
        self.waiting: dict[int, Held] = {}
        self.acted: deque[Hop] = deque(maxlen=REMEMBERED)
        self.listeners: set[Callable[[], None]] = set()
        self.on_used_up: Callable[[Rule], None] = lambda _: None
        self.labels_of: Callable[[Hop], Mapping[str, str]] = lambda hop: hop.metadata.get("labels") or {}
        self.clock = pace_clock
        self._ids = itertools.count(1)
        self._changed = changed
        self._find = find
        self._send = send
        self._closed = False
        self._slowed: dict[Hop, asyncio.Future[None]] = {}
        self._copies: dict[int, str] = {}
        self._sending: set[asyncio.Task[None]] = set()

    # --- what is wanted --------------------------------------------------------------------------------------------

    def add(self, rule: Rule) -> int:
        """Start applying `rule`; its id is returned. ValueError when it is no rule."""
        rule.check()
        rule.id = next(self._ids)
        self.rules[rule.id] = rule
        self._refresh()
        return rule.id

    def remove(self, rule_id: int) -> None:
        """Stop applying a rule; hops it holds stay held until released. KeyError when there is none of that id."""
        del self.rules[rule_id]
        self._refresh()

    def enable(self, rule_id: int, enabled: bool) -> None:
        """Switch a rule on or off. KeyError when there is none of that id."""
        self.rules[rule_id].enabled = enabled
        self._refresh()

    def set_pace(self, wanted: float | Pace) -> None:
        """A pace, or the seconds that every hop takes (0 is real pace). What the pace before held goes on."""
        if not isinstance(wanted, Pace):
            wanted = Pace(pace.SLOW if wanted else pace.REAL, wanted or pace.SECONDS)
        self.pace = wanted
        for each in list(self.waiting.values()):
            if not each.rule and not (wanted.holds and wanted.applies(each.hop)):
                each.decide(Verdict())
        for hop, arrival in self._slowed.items():
            if not arrival.done() and not (wanted.mode == pace.SLOW and wanted.applies(hop)):
                arrival.set_result(None)
        self._refresh()

    def close(self) -> None:
        """The cluster is shut down: nothing is held or slowed any more."""
        self._closed = True
        self._refresh()
        self.release_all()

    @property
    def pace_seconds(self) -> float:
        return self.pace.seconds if self.pace.mode == pace.SLOW else 0.0

    # --- what waits ------------------------------------------------------------------------------------------------

    @property
    def held(self) -> dict[int, Hop]:
        """The held hops by id, in the order in which they were held."""
        return {hop_id: each.hop for hop_id, each in self.waiting.items()}

    @property
    def holds(self) -> bool:
        """Is something held, slowed down by the pace, or everything paused?"""
        return bool(self.waiting) or bool(self._slowed) or (self.pace.mode == pace.PAUSE and not self.pace.pod)

    def decide(self, hop_id: int, verdict: Verdict) -> None:
        """Do with a held hop what a person wants. KeyError when it is not held, ValueError when it can't be done."""
        each = self.waiting[hop_id]
        each.decide(verdict)
        if verdict.how != held.RELEASE:
            self.acted.append(each.hop)

    def release(self, hop_id: int) -> None:
        """Let a held hop go on. KeyError when it is not held."""
        self.decide(hop_id, Verdict())

    def drop(self, hop_id: int, by: str = "somebody") -> None:
        """Drop a held hop: its sender sees a lost connection. KeyError when it is not held."""
        self.decide(hop_id, Verdict(held.DROP, by=by))

    def next(self) -> int:
        """Let the hop go that waits longest; its id. KeyError when none is held."""
        first = next((each.hop.id for each in self.waiting.values() if not each.gate.done()), 0)
        self.release(first)
        return first

    def release_all(self) -> None:
        for hop_id in list(self.waiting):
            self.release(hop_id)

    # --- on the road -----------------------------------------------------------------------------------------------

    async def admit(self, hop: Hop) -> bool:
        """Wait as the rules, the pace and people demand; raises Dropped. True when an event shall come twice."""
        if hop.source in OUTSIDE or hop.target in OUTSIDE or self._closed:
            return False
        if hop.sent is not None and (by := self._copies.pop(id(hop.sent), "")):
            held.mark(hop, held.DONE[DUPLICATE], by)
            self._refresh()
            return False
        delay_seconds, holder = 0.0, None
        for rule in self.matching(hop):
            if rule.action == DROP:
                held.mark(hop, "dropped", BY_A_FAULT if rule.purpose == FAULT else BY_A_RULE)
                raise (Severed if rule.purpose == FAULT else Dropped)(f"hop {hop.id} was dropped")
            if rule.action == DELAY:
                delay_seconds += rule.delay_seconds
            else:
                holder = holder or rule.id
        if holder is None and self.pace.holds and self.pace.applies(hop):
            holder = 0
        twice = await self._ask(hop, holder) if holder is not None else False
        await self._delay(hop, delay_seconds)
        if self.pace.mode == pace.SLOW and holder is None and self.pace.applies(hop):
            await self._slow_down(hop)
        return twice

    def matching(self, hop: Hop) -> list[Rule]:
        found = [
            rule for rule in self.rules.values() if rule.enabled and rule.matching(hop, self._find, self.labels_of)
        ]
        for rule in found:
            rule.matches += 1
            if rule.once:
                self.remove(rule.id)
                self.on_used_up(rule)
        return found

    async def _ask(self, hop: Hop, rule: int) -> bool:
        verdict = await self._hold(hop, rule)
        if verdict.how in held.DONE:
            held.mark(hop, held.DONE[verdict.how], verdict.by)
        if verdict.how == held.DROP:
            raise Dropped(f"hop {hop.id} was dropped")
        if verdict.how == EDIT:
            held.edit(hop, verdict.body)
        elif verdict.how == LATER:
            await self._delay(hop, verdict.seconds)
        elif verdict.how == DUPLICATE and hop.sent is not None:
            self._repeat(hop, verdict.by)
        return verdict.how == DUPLICATE

    async def _hold(self, hop: Hop, rule: int) -> Verdict:
        waiting = self.waiting[hop.id] = Held(hop, rule)
        hop.outcome = HELD
        self._changed(hop)
        self._tell()
        try:
            return await waiting.gate
        finally:
            del self.waiting[hop.id]
            hop.outcome = PENDING
            self._tell()

    async def _delay(self, hop: Hop, seconds: float) -> None:
        if seconds and not self._closed:
            hop.outcome = DELAYED
            self._changed(hop)
            await self.clock.sleep(seconds)
            hop.outcome = PENDING

    async def _slow_down(self, hop: Hop) -> None:
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.clock.call_later(self.pace.seconds, _arrive, arrival)
        self._slowed[hop] = arrival
        hop.outcome = DELAYED
        self._changed(hop)
        self._tell()
        try:
            await arrival
        finally:
            timer.cancel()
            del self._slowed[hop]
            hop.outcome = PENDING
            self._tell()

    def _repeat(self, hop: Hop, by: str) -> None:
        """Send the request once more, past all rules; nobody waits for that answer."""
        copy = held.copy_of(hop)
        self._copies[id(copy)] = by
        self._refresh()
        task = asyncio.get_running_loop().create_task(self._send_copy(hop, copy))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_copy(self, hop: Hop, copy: Request) -> None:
        assert self._send is not None
        current_hop.set(hop.id)
        with contextlib.suppress(ConnectionLost):
            answer = await self._send(hop.source, hop.target, copy)
            if answer.stream is not None:
                answer.stream.close()

    def _refresh(self) -> None:
        some = any(rule.enabled for rule in self.rules.values()) or self.pace.mode != pace.REAL or bool(self._copies)
        self.active = some and not self._closed
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self.listeners):
            listener()


def _arrive(arrival: asyncio.Future[None]) -> None:
    if not arrival.done():
        arrival.set_result(None)
