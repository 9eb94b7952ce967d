"""Components as viewers see them: told whole once, then only what differs; and what waits for those that are stopped."""

from __future__ import annotations

import asyncio
from typing import Any

from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.held import ways
from dashboard.consumers.traffic import Traffic
from dashboard.presenters import backlog, diagram, held_message, timekeeping

BACKLOG_SECONDS = 2.0


class States:
    """What was told of one cluster's components last."""

    def __init__(self, cluster: RunningCluster, traffic: Traffic) -> None:
        self.cluster = cluster
        self.traffic = traffic
        self._told: dict[str, Any] = {}
        self._components: dict[str, list[Any]] = {}
        self._standing: set[str] = set()
        self._backlog: dict[str, dict[str, int]] = {}
        self._backlog_due = 0.0

    def whole(self) -> dict[str, Any]:
        """Everything, for a viewer that comes."""
        components = self._shown()
        self._standing |= components.keys()
        return {**self._slow(), "entire": True, "components": components, **self._time()}

    async def changed(self) -> dict[str, Any]:
        """What differs from the last call."""
        await self._count_backlog()
        found = self.stirred()
        components = self._shown()
        differing = {key: value for key, value in components.items() if self._components.get(key) != value}
        gone = sorted(self._standing - components.keys())
        self._components, self._standing = components, set(components)
        if differing:
            found["components"] = differing
        if gone:
            found["withdrawn"] = gone
        if self.cluster.timekeeper.pace not in (0, 1) or "backlog" in found:
            found |= self._time()
        return found

    def stirred(self) -> dict[str, Any]:
        """What differs of what people control: told at once, without looking at the components."""
        found: dict[str, Any] = {}
        for name, value in self._slow().items():
            if self._told.get(name) != value:
                found[name] = self._told[name] = value
        return found | self._time() if "transport" in found else found

    def _time(self) -> dict[str, float]:
        return {"time": self.cluster.clock.now(), "rate": self.cluster.timekeeper.pace}

    def _slow(self) -> dict[str, Any]:
        control = self.cluster.wire.control
        return {
            "pace": control.pace_seconds,
            "held": [[*diagram.told(each.hop), ways(each.hop)] for each in list(control.waiting.values())],
            "acted": held_message.acted(self.cluster),
            "transport": timekeeping.transport(self.cluster),
            "backlog": self._backlog,
            "mode": self.cluster.row.mode,
        }

    def _shown(self) -> dict[str, list[Any]]:
        """component id → [running, facts, numbers]"""
        found = {}
        for state in self.cluster.components():
            numbers: dict[str, Any] = {}
            if state.id == component.ETCD:
                numbers = {"revision": state.inspect.get("revision", 0)}
            elif state.id == component.APISERVER:
                numbers = {"requests": state.inspect.get("requests", 0), "p99": self.traffic.p99_ms()}
            elif instance := component.instance_of(state.id):
                numbers = {"instance": instance[1]}
            found[state.id] = [state.running, diagram.facts(state.id, state.inspect), numbers]
        return found

    async def _count_backlog(self) -> None:
        cluster = self.cluster
        something = any(cluster.wire.waiting.values()) or bool(cluster.row.stopped)
        if not something:
            self._backlog = {}
        elif cluster.pace_clock.now() >= self._backlog_due:
            self._backlog = await asyncio.to_thread(backlog.backlog, cluster)
            self._backlog_due = cluster.pace_clock.now() + BACKLOG_SECONDS
