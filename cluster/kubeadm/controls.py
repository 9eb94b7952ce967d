"""What a person set up to watch or disturb a cluster: rules and breakpoints, pace, time; kept with the cluster.

Rules, and whether the clock is held with messages, survive a restart of the program; a pace does not, so that a cluster
that starts is never found standing still. Everything here runs on the cluster's event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from cluster.wire import rule as rules
from cluster.wire.held import Verdict
from cluster.wire.hop import Hop
from cluster.wire.pace import Pace
from cluster.wire.rule import Rule

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster

MOST_RULES = 100

logger = logging.getLogger(__name__)


class Controls:
    """The control of one cluster's wire and clock, with a memory."""

    def __init__(self, cluster: RunningCluster) -> None:
        self.cluster = cluster
        self.control = cluster.wire.control
        self.timekeeper = cluster.timekeeper
        self.control.listeners.add(self.timekeeper.attend)
        self.control.on_used_up = self._forget
        self.control.labels_of = self._labels_of
        self._chores: set[asyncio.Task[None]] = set()

    # --- rules -----------------------------------------------------------------------------------------------------

    async def add(self, rule: Rule) -> Rule:
        """ValueError when it is no rule, or there are too many."""
        if len(self.control.rules) >= MOST_RULES:
            raise ValueError(f"there are {MOST_RULES} rules already")
        self.control.add(rule)
        await self.remember()
        return rule

    async def enable(self, rule_id: int, enabled: bool) -> Rule:
        """KeyError when there is none of that id."""
        self.control.enable(rule_id, enabled)
        await self.remember()
        return self.control.rules[rule_id]

    async def remove(self, rule_id: int, *, release: bool = False) -> None:
        """Take a rule away, and let go what it holds when that is wanted. KeyError when there is none of that id."""
        self.control.remove(rule_id)
        if release:
            self.release_held_by(rule_id)
        await self.remember()

    def release_held_by(self, rule_id: int) -> None:
        for hop_id, each in list(self.control.waiting.items()):
            if each.rule == rule_id:
                self.control.release(hop_id)

    # --- pace and time ---------------------------------------------------------------------------------------------

    async def set_pace(self, pace: Pace) -> None:
        self.control.set_pace(pace)

    async def set_holds(self, holds: bool) -> None:
        """Shall the clock be held while messages are?"""
        self.timekeeper.set_holds(holds)
        await self.remember()

    async def set_rate(self, rate: float) -> None:
        """ValueError for a rate that cannot be."""
        self.timekeeper.set_rate(rate)

    async def decide(self, hop_id: int, verdict: Verdict) -> None:
        """KeyError when that hop is not held, ValueError when it cannot be treated so."""
        self.control.decide(hop_id, verdict)

    async def next(self) -> int:
        """Let the hop go that waits longest. KeyError when none does."""
        return self.control.next()

    # --- memory ----------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Set up again what the cluster's row remembers."""
        kept = self.cluster.row.control
        self.timekeeper.set_holds(bool(kept.get("holds", True)))
        for each in kept.get("rules", ()):
            try:
                self.control.add(rules.from_dict(each))
            except (TypeError, ValueError):
                logger.exception("cluster %s: a rule that was kept is none", self.cluster.slug)

    async def remember(self) -> None:
        kept = [each.as_dict() for each in self.control.rules.values()]
        await self.cluster.keep("control", {**self.cluster.row.control, "rules": kept, "holds": self.timekeeper.holds})

    def _forget(self, rule: Rule) -> None:
        """A rule for one hop is used up."""
        task = asyncio.get_running_loop().create_task(self.remember())
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    # --- objects ---------------------------------------------------------------------------------------------------

    def _labels_of(self, hop: Hop) -> Mapping[str, str]:
        """The labels of the object that a hop speaks of: as the message tells them, else as etcd has them now."""
        told = hop.metadata.get("labels")
        if told:
            return told  # type: ignore[no-any-return]  # a dict in metadata
        subject, etcd = hop.subject, self.cluster.etcd
        if etcd is None or not subject.name:
            return {}
        kind = next((each for each in self.cluster.registry.storages() if each.plural == subject.resource), None)
        return {} if kind is None else labels_in(etcd.store.keys.get(kind.key(subject.namespace, subject.name)))


def labels_in(kept: Any) -> Mapping[str, str]:
    """The labels in an object as etcd keeps it."""
    if kept is None:
        return {}
    try:
        found = orjson.loads(kept.value)["metadata"].get("labels")
    except (ValueError, KeyError, TypeError):
        return {}
    return found or {}
