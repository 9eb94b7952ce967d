"""Holding, delaying and dropping hops; the hooks behind pace, breakpoints and faults.

`active` is False while no rule and no pace is set, and then a hop pays one attribute look-up. Delays are real-pace
seconds of the wire's own pace clock, so a learner sees them even while the cluster's clock is held.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from cluster.clock import Clock
from cluster.wire.component import OUTSIDE
from cluster.wire.hop import DELAYED, HELD, PENDING, Hop
from cluster.wire.message import ConnectionLost

HOLD, DELAY, DROP = "hold", "delay", "drop"


class Dropped(ConnectionLost):
    """A rule dropped the hop."""


@dataclass(slots=True)
class Rule:
    """What to do with matching hops. Globs match ids ("kubelet.*"); `verb` "" matches all; `once` removes the rule
    after its first match; `delay_seconds` is used by DELAY only."""

    action: str
    source: str = "*"
    target: str = "*"
    verb: str = ""
    resource: str = ""
    name: str = ""
    delay_seconds: float = 0.0
    once: bool = False
    id: int = 0
    matches: int = field(default=0, compare=False)

    def matching(self, hop: Hop) -> bool:
        if not (fnmatchcase(hop.source, self.source) and fnmatchcase(hop.target, self.target)):
            return False
        if self.verb and self.verb != hop.verb:
            return False
        if self.resource and self.resource != hop.subject.resource:
            return False
        return not self.name or fnmatchcase(hop.subject.name, self.name)


class Control:
    """The rules and pace of one wire, and the hops that wait because of them."""

    def __init__(self, pace_clock: Clock, changed: Callable[[Hop], None]) -> None:
        self.active = False
        self.pace_seconds = 0.0
        self.rules: dict[int, Rule] = {}
        self.held: dict[int, Hop] = {}
        self._gates: dict[int, asyncio.Future[str]] = {}
        self._ids = itertools.count(1)
        self._clock = pace_clock
        self._changed = changed

    def add(self, rule: Rule) -> int:
        """Start applying `rule`; its id is returned. ValueError for an unknown action or a negative delay."""
        if rule.action not in (HOLD, DELAY, DROP) or rule.delay_seconds < 0:
            raise ValueError(f"not a rule: {rule}")
        rule.id = next(self._ids)
        self.rules[rule.id] = rule
        self._refresh()
        return rule.id

    def remove(self, rule_id: int) -> None:
        """Stop applying a rule; hops it holds stay held until released. KeyError when there is none of that id."""
        del self.rules[rule_id]
        self._refresh()

    def set_pace(self, seconds: float) -> None:
        """Make every hop take `seconds` (0 is real pace). ValueError when negative."""
        if seconds < 0:
            raise ValueError("a hop can't take less than no time")
        self.pace_seconds = seconds
        self._refresh()

    def release(self, hop_id: int) -> None:
        """Let a held hop go on. KeyError when it is not held."""
        self._open(hop_id, "release")

    def drop(self, hop_id: int) -> None:
        """Drop a held hop: its sender sees a lost connection. KeyError when it is not held."""
        self._open(hop_id, "drop")

    def release_all(self) -> None:
        for hop_id in list(self._gates):
            self.release(hop_id)

    async def admit(self, hop: Hop) -> None:
        """Wait as the rules and the pace demand; raises Dropped."""
        if hop.source in OUTSIDE or hop.target in OUTSIDE:
            return
        delay_seconds = self.pace_seconds
        for rule in self.matching(hop):
            if rule.action == DROP:
                raise Dropped(f"hop {hop.id} was dropped")
            if rule.action == DELAY:
                delay_seconds += rule.delay_seconds
            elif await self._hold(hop) == "drop":
                raise Dropped(f"hop {hop.id} was dropped")
        if delay_seconds:
            hop.outcome = DELAYED
            self._changed(hop)
            await self._clock.sleep(delay_seconds)
            hop.outcome = PENDING

    def matching(self, hop: Hop) -> list[Rule]:
        found = [rule for rule in self.rules.values() if rule.matching(hop)]
        for rule in found:
            rule.matches += 1
            if rule.once:
                self.remove(rule.id)
        return found

    async def _hold(self, hop: Hop) -> str:
        gate: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._gates[hop.id] = gate
        self.held[hop.id] = hop
        hop.outcome = HELD
        self._changed(hop)
        try:
            return await gate
        finally:
            self._gates.pop(hop.id, None)
            self.held.pop(hop.id, None)
            hop.outcome = PENDING

    def _open(self, hop_id: int, how: str) -> None:
        gate = self._gates[hop_id]
        if not gate.done():
            gate.set_result(how)

    def _refresh(self) -> None:
        self.active = bool(self.rules) or self.pace_seconds > 0
