"""Probes of one pod: startup first, then liveness and readiness, each by its period and thresholds.

A probe's first run falls on its container's start plus the initial delay (upstream's ticker may come a period later).
Results land in the `Run`: `started_up`, `ready`, and `ailing` with the message that ends the container.
Models: pkg/kubelet/prober/{worker,prober,prober_manager}.go v1.37
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.client.events import WARNING
from cluster.kubelet import probe
from cluster.kubelet.pod_status import RUNNING, Run

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker

STARTUP, LIVENESS, READINESS = "Startup", "Liveness", "Readiness"
FIELDS = {STARTUP: "startupProbe", LIVENESS: "livenessProbe", READINESS: "readinessProbe"}


@dataclass(slots=True)
class Worker:
    """One probe of one run of a container."""

    container_id: str
    next_at: float
    last: bool | None = None
    runs: int = 0
    on_hold: bool = False


class Prober:
    """Runs what is due."""

    def __init__(self, worker: PodWorker) -> None:
        self.worker = worker
        self.clock = worker.clock
        self._workers: dict[tuple[str, str], Worker] = {}

    async def run_due(self) -> None:
        """Run every probe that is due now, together; ask to be called again for the next."""
        due = list(self._due())
        if due:
            await asyncio.gather(*(self._run(container, kind, run, each) for container, kind, run, each in due))
        for _, kind, run, each in self._active():
            if not self._waits(kind, run, each):
                self.worker.look_again(max(each.next_at, self.clock.now()))

    def shown(self) -> list[dict[str, object]]:
        """Each probe that has begun: how it went last, how often in a row, and when it runs next."""
        return [
            {"container": name, "kind": kind, "last": each.last, "inARow": each.runs, "nextAt": each.next_at}
            for (name, kind), each in self._workers.items()
        ]

    def _due(self) -> Iterator[tuple[Obj, str, Run, Worker]]:
        now = self.clock.now()
        for container, kind, run, each in self._active():
            if not self._waits(kind, run, each) and now >= each.next_at:
                yield container, kind, run, each

    def _active(self) -> Iterator[tuple[Obj, str, Run, Worker]]:
        """The probes of containers that run; a container that was started anew has its probes start anew."""
        for container in self.worker.probed:
            run = self.worker.facts.runs.get(container["name"])
            if run is None or run.state != RUNNING or run.waiting:
                continue
            for kind, field in FIELDS.items():
                spec = container.get(field)
                if not spec:
                    continue
                key = (container["name"], kind)
                known = self._workers.get(key)
                if known is None or known.container_id != run.id:
                    delay = spec.get("initialDelaySeconds") or 0
                    known = self._workers[key] = Worker(run.id, run.started + delay)
                yield container, kind, run, known

    @staticmethod
    def _waits(kind: str, run: Run, each: Worker) -> bool:
        """Startup probes are over once they succeeded; the others wait for that."""
        return each.on_hold or (kind == STARTUP) == run.started_up

    async def _run(self, container: Obj, kind: str, run: Run, each: Worker) -> None:
        spec = container[FIELDS[kind]]
        output = await probe.failure(self.worker, container, run, spec)
        each.next_at = self.clock.now() + (spec.get("periodSeconds") or 10)
        if output is not None:
            self.worker.tell(WARNING, "Unhealthy", f"{kind} probe failed: {output}")
        success = output is None
        each.runs = each.runs + 1 if each.last == success else 1
        each.last = success
        threshold = spec.get("successThreshold") or 1 if success else spec.get("failureThreshold") or 3
        if each.runs >= threshold:
            self._settle(container, kind, run, each)

    def _settle(self, container: Obj, kind: str, run: Run, each: Worker) -> None:
        if kind == READINESS:
            run.ready = bool(each.last)
        elif not each.last:
            each.on_hold = True
            run.ailing = f"Container {container['name']} failed {kind.lower()} probe"
        elif kind == STARTUP:
            run.started_up = True


def is_probed(container: Obj) -> bool:
    return any(container.get(field) for field in FIELDS.values())
