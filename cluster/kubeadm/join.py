"""Machines: every Node object gets a simulated one, with a runtime, a kubelet and a kube-proxy.

Watches Nodes through the API server, as a cloud's machine pool would; writes nothing. A Node that is POSTed is booted,
one that is deleted is switched off for good. The story goes on in `cluster.kubelet.kubelet`, which registers the node.

Simplified: upstream's machine exists first and its kubelet creates the Node; here the Node may come first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import DELETED
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.kubeadm.machine_room import MachineRoom
from cluster.kubeadm.supervisor import Component, Supervisor
from cluster.wire import component

ID = "machines"

Build = Callable[[str], Iterable[tuple[str, Callable[[], Component]]]]
"""(node name) → the ids and builders of its components, in boot order."""


class Machines:
    """The machine room of one cluster."""

    id = ID

    def __init__(
        self,
        client: Client,
        clock: Clock,
        supervisor: Supervisor,
        build: Build,
        is_stopped: Callable[[str], bool],
        room: MachineRoom,
    ) -> None:
        self.client = client
        self.clock = clock
        self.supervisor = supervisor
        self.build = build
        self.is_stopped = is_stopped
        self.room = room
        self._wanted: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    async def run(self) -> None:
        """Boot and remove machines as Nodes come and go, until cancelled."""
        factory = InformerFactory(self.client, self.clock)
        factory.informer("Node").add_handler(self.on_node)
        following = asyncio.get_running_loop().create_task(factory.run())
        try:
            while True:
                node_name, exists = await self._wanted.get()
                await (self.boot(node_name) if exists else self.scrap(node_name))
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    def on_node(self, event_type: str, old: Obj | None, new: Obj | None) -> None:
        """A Node appeared or vanished; others' changes do not matter here."""
        if event_type == DELETED:
            if old is not None or new is not None:
                self._wanted.put_nowait((meta.name_of(new or old or {}), False))
        elif old is None and new is not None:
            self._wanted.put_nowait((meta.name_of(new), True))

    async def boot(self, node_name: str) -> None:
        for component_id, build in self.build(node_name):
            if not self.supervisor.knows(component_id):
                self.supervisor.add(component_id, build)
            if not self.is_stopped(component_id):
                await self.supervisor.start(component_id)

    async def scrap(self, node_name: str) -> None:
        for component_id in components_of(node_name):
            if self.supervisor.knows(component_id):
                await self.supervisor.remove(component_id)
        self.room.scrap(node_name)

    def inspect(self) -> dict[str, Any]:
        return {"waiting": self._wanted.qsize()}


def components_of(node_name: str) -> tuple[str, str, str]:
    """The ids of a node's components, in the order in which a power cut takes them."""
    return component.kubelet(node_name), component.kube_proxy(node_name), component.runtime(node_name)
