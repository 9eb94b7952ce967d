"""The kubelet as its node's voice: registers it, renews its Lease, reports its status.

Watches its own Node · writes Node labels and status, the Lease, node Events.
Models: pkg/kubelet/kubelet_node_status.go, component-helpers/apimachinery/lease/controller.go v1.37
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL
from cluster.client.rest import MERGE_PATCH
from cluster.clock import rfc3339_micro
from cluster.kubelet import node_status
from cluster.wire.message import ConnectionLost

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet

LEASE_SECONDS, RENEW_SECONDS, STATUS_SECONDS = 40, 10.0, 300.0
LEASES = "kube-node-lease"

logger = logging.getLogger(__name__)


class NodeRegistration:
    """What a kubelet says of its node."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.client = kubelet.client
        self.clock = kubelet.clock
        self.name = kubelet.node_name
        self.node: Obj | None = None
        self.runtime_ready = True
        self._lease: Obj | None = None
        self._written: Obj = {}
        self._status_due = 0.0

    @property
    def pod_cidr(self) -> str:
        """The node's part of the pod network, "" while it has none: until then no pod gets an address."""
        return ((self.node or {}).get("spec") or {}).get("podCIDR") or ""

    @property
    def host_ip(self) -> str:
        addresses = ((self.node or {}).get("status") or {}).get("addresses") or ()
        return next((each["address"] for each in addresses if each["type"] == "InternalIP"), "")

    async def register(self) -> None:
        """Labels, Lease and first status. Raises ApiError while there is no Node."""
        node = await self.client.get("Node", self.name)
        labels = {**node_status.labels_of(self.name), **meta.labels_of(node)}
        if labels != meta.labels_of(node):
            patch = {"metadata": {"labels": labels}}
            node = await self.client.patch("Node", self.name, patch, content_type=MERGE_PATCH)
        self.node = node
        await self._renew()
        self.kubelet.events.event({"kind": "Node", "apiVersion": "v1", **node}, NORMAL, "Starting", "Starting kubelet.")
        await self._write_status()

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Its own Node changed: a new pod network lets waiting pods go on."""
        before = self.pod_cidr
        self.node = new or self.node
        if self.pod_cidr != before:
            self._status_due = 0.0
            self.kubelet.network_changed()

    async def heartbeat(self) -> None:
        """Every ten seconds the Lease; the status when something of it changed, else every five minutes."""
        while True:
            await self.clock.sleep(RENEW_SECONDS)
            self.runtime_ready = await self._runtime_answers()
            await self.attempt(self._renew)
            await self.attempt(self.report)

    async def report(self) -> None:
        """Write the status when it is due, or differs in more than its heartbeats."""
        due = self.clock.now() >= self._status_due
        if due or node_status.differs(self._status(), self._written):
            await self._write_status()

    async def attempt(self, action: Callable[[], Awaitable[Any]]) -> bool:
        try:
            await action()
        except (ApiError, ConnectionLost) as error:
            logger.debug("%s: %s", self.kubelet.id, error)
            return False
        return True

    def _status(self) -> Obj:
        return node_status.status_of(
            self.node or {"metadata": {"name": self.name}},
            self.clock.now(),
            runtime_ready=self.runtime_ready,
            images=self.kubelet.images.listed(),
        )

    async def _write_status(self) -> None:
        self._status_due = self.clock.now() + STATUS_SECONDS
        network, status = self.pod_cidr, self._status()
        self.node = await self.client.patch("Node", self.name, {"status": status}, subresource="status")
        self._written = status
        if self.pod_cidr != network:  # it came while this was on its way: no event will tell
            self.kubelet.network_changed()

    async def _renew(self) -> None:
        now = rfc3339_micro(self.clock.now())
        spec = {"holderIdentity": self.name, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": now}
        if self._lease is None:
            await self._take_lease(spec)
            return
        try:
            self._lease = await self.client.update("Lease", {**self._lease, "spec": spec})
        except ApiError:
            self._lease = None
            raise

    async def _take_lease(self, spec: Obj) -> None:
        node = await self.client.get("Node", self.name)
        owner = {"apiVersion": "v1", "kind": "Node", "name": self.name, "uid": meta.uid_of(node)}
        lease: Obj = {"metadata": {"name": self.name, "ownerReferences": [owner]}, "spec": spec}
        try:
            self._lease = await self.client.create("Lease", lease, LEASES)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            known = await self.client.get("Lease", self.name, LEASES)
            self._lease = await self.client.update("Lease", {**known, "spec": spec})

    async def _runtime_answers(self) -> bool:
        try:
            await self.kubelet.runtime.call("Status")
        except ConnectionLost:
            return False
        return True
