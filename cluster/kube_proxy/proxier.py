"""The proxier of one node: keeps the rule table true to Services and EndpointSlices; syncs at most once a second.

Models: pkg/proxy/iptables/proxier.go, pkg/util/async/bounded_frequency_runner.go v1.37
Simplified: the table is data; packets follow it in `rules`, not in the kernel.
"""

from __future__ import annotations

import asyncio
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.clock import Clock, Timer
from cluster.kube_proxy import rules, zpages
from cluster.wire import component
from cluster.wire.inspection import Pages

PERIOD_SECONDS = 1.0


class KubeProxy:
    """One node's kube-proxy."""

    def __init__(self, node_name: str, client: Client, clock: Clock) -> None:
        self.id = component.kube_proxy(node_name)
        self.node_name = node_name
        self.client = client
        self.clock = clock
        self.table: list[rules.Rule] = []
        self.syncs = 0
        self._timer: Timer | None = None

    async def run(self) -> None:
        """Follow until cancelled; a stopped proxy's table stays as it was on the node."""
        factory = InformerFactory(self.client, self.clock)
        self.services, self.slices = factory.informer("Service"), factory.informer("EndpointSlice")
        self.services.add_handler(self.on_change)
        self.slices.add_handler(self.on_change)
        factory.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            if self._timer is not None:
                self._timer.cancel()
            await factory.close()

    def on_change(self, type: str, old: Obj | None, new: Obj | None) -> None:
        if self._timer is None:
            self._timer = self.clock.call_later(PERIOD_SECONDS, self.sync)

    def sync(self) -> None:
        self._timer = None
        self.table = rules.table(self.services.store.values(), self.slices.store.values(), self.node_name)
        self.syncs += 1

    def inspect(self) -> dict[str, Any]:
        shown = [
            f"{rule.protocol} {rule.address}:{rule.port} → {', '.join(rule.endpoints) or 'reject'}"
            for rule in self.table[:50]
        ]
        return {"rules": len(self.table), "syncs": self.syncs, "table": shown}

    def zpages(self) -> Pages:
        return zpages.of(self)
