"""One of several instances of a component, one a control-plane node: it does the component's work while it leads.

Everything that the working component says and hears goes under the component's own id, whichever instance leads; an
instance's id is on what is said of the Lease. Losing the Lease ends an instance, as upstream's process exits then, and
the supervisor starts it again as a standby.
Models: cmd/kube-scheduler/app/server.go, cmd/kube-controller-manager/app/controllermanager.go v1.37 (leader election)
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cluster.client.events import EventRecorder
from cluster.client.leader_election import LeaderElector
from cluster.clock import whose
from cluster.kubeadm.supervisor import Component
from cluster.wire import component

if TYPE_CHECKING:
    from cluster.kubeadm.running import RunningCluster

EVENT_SOURCES = {component.SCHEDULER: "default-scheduler"}
"""Under which name a component tells Events, where that is not its own."""


class LeadershipLost(Exception):
    """The Lease could not be renewed in time."""


class Elected:
    """The instance of `role` on one control-plane node; `build` makes what does the work."""

    def __init__(self, cluster: RunningCluster, role: str, node_name: str, build: Callable[[], Component]) -> None:
        self.id = component.instance(role, node_name)
        self.role = role
        self.node_name = node_name
        self.build = build
        self.supervisor = cluster.supervisor
        client, clock = cluster.client(self.id), cluster.clock
        self.events = EventRecorder(client, clock, EVENT_SOURCES.get(role, role), node_name)
        self.elector = LeaderElector(client, clock, role, f"{node_name}_{clock.uid()}", self.events)
        self.leads = False

    async def run(self) -> None:
        """Stand by, lead, and end with LeadershipLost."""
        await self.elector.acquire()
        acting = self.supervisor.present(self.role, self.build)
        context = contextvars.copy_context()
        context.run(whose.set, self.role)
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(acting.run(), context=context), loop.create_task(self.elector.renew())]
        self.leads = True
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise LeadershipLost(f"{self.id} no longer holds the lease {self.role}")
        finally:
            self.leads = False
            self.supervisor.withdraw(self.role)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.events.close()

    def inspect(self) -> dict[str, Any]:
        return {"leads": self.leads, "leader": self.elector.leader.partition("_")[0], "node": self.node_name}
