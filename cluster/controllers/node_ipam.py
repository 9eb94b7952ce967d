"""The nodeipam loop: gives every node its part of the pod network.

Watches Nodes · writes spec.podCIDR and spec.podCIDRs · the story goes on in the kubelet, whose pod network waits for it.
Models: pkg/controller/nodeipam/ipam/range_allocator.go, cidrset/cidr_set.go v1.37
"""

from __future__ import annotations

import ipaddress

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL
from cluster.client.rest import MERGE_PATCH
from cluster.controllers.loop import DONE, Loop, Result

CLUSTER_CIDR, NODE_MASK = ipaddress.ip_network("10.244.0.0/14"), 24  # the first of them as kubeadm's
SUBNETS = 2 ** (NODE_MASK - CLUSTER_CIDR.prefixlen)
NOT_AVAILABLE = "CIDRNotAvailable"


class NodeIpamLoop(Loop):
    """Hands out subnets, one after another; one that is given back is used again when the end is reached."""

    name = "nodeipam"
    source = "cidrAllocator"
    workers = 1

    def watch(self) -> None:
        self.holders: dict[str, str] = {}
        self.next = 0
        self.nodes = self.informers.informer("Node")
        self.nodes.add_handler(self.on_node)

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        node = new or old or {}
        cidr = (node.get("spec") or {}).get("podCIDR")
        if type == DELETED:
            if cidr and self.holders.get(cidr) == meta.name_of(node):
                del self.holders[cidr]
        elif cidr:
            self.holders[cidr] = meta.name_of(node)
        else:
            self.queue.add(meta.name_of(node))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 has it one already? · 3 the next free subnet · 4 write it."""
        node = self.nodes.store.get(key)
        if node is None or meta.is_being_deleted(node) or node["spec"].get("podCIDR"):
            return DONE
        cidr = self._take(key)
        if cidr is None:
            text = f"Node {key} status is now: {NOT_AVAILABLE}"
            self.events.event({"kind": "Node", **node}, NORMAL, NOT_AVAILABLE, text)
            return Result(30.0)
        try:
            patch = {"spec": {"podCIDR": cidr, "podCIDRs": [cidr]}}
            await self.client.patch("Node", key, patch, content_type=MERGE_PATCH)
        except BaseException:
            self.holders.pop(cidr, None)
            raise
        return DONE

    def _take(self, node_name: str) -> str | None:
        for step in range(SUBNETS):
            at = (self.next + step) % SUBNETS
            cidr = subnet(at)
            if cidr not in self.holders:
                self.next = (at + 1) % SUBNETS
                self.holders[cidr] = node_name
                return cidr
        return None


def subnet(index: int) -> str:
    """The `index`th part of the pod network."""
    first = CLUSTER_CIDR.network_address + (index << (CLUSTER_CIDR.max_prefixlen - NODE_MASK))
    return f"{first}/{NODE_MASK}"
