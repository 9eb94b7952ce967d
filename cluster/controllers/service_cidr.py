"""The service-cidr-controller loop: ranges that Services have addresses of stay, and each such address is an IPAddress object.

Watches ServiceCIDRs, IPAddresses and Services · writes ServiceCIDRs' finalizer and condition, creates and deletes IPAddresses.
Models: pkg/controller/servicecidrs/servicecidrs_controller.go, registry/core/service/ipallocator/controller/repairip.go v1.37
Simplified: upstream's API server makes an IPAddress before the Service that has it; here it follows a moment later.
"""

from __future__ import annotations

import ipaddress

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import DONE, Loop, Result, overtaken

FINALIZER = "networking.k8s.io/service-cidr-finalizer"
FAMILY, MANAGED_BY, OURS = (
    "ipaddress.kubernetes.io/ip-family",
    "ipaddress.kubernetes.io/managed-by",
    "ipallocator.k8s.io",
)
GRACE_SECONDS = 10.0
READY = "Kubernetes Service CIDR is ready"
ORPHANS = "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR"
CIDR, ADDRESS = "cidr|", "address|"


class ServiceCidrLoop(Loop):
    """Keys are "cidr|name" and "address|ip"."""

    name = "service-cidr-controller"
    source = "service-cidr-controller"
    workers = 1

    def watch(self) -> None:
        self.ranges = self.informers.informer("ServiceCIDR")
        self.addresses = self.informers.informer("IPAddress")
        self.services = self.informers.informer("Service")
        self.services.add_index("ip", addresses_of)
        self.ranges.add_handler(self.on_range)
        self.addresses.add_handler(self.on_address)
        self.services.add_handler(self.enqueuing(lambda obj: [ADDRESS + ip for ip in addresses_of(obj)]))

    def on_range(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """What holds one may be in another's range too."""
        for obj in self.ranges.store.values():
            self.queue.add(CIDR + meta.name_of(obj))

    def on_address(self, type: str, old: Obj | None, new: Obj | None) -> None:
        self.queue.add(ADDRESS + meta.name_of(new or old or {}))
        for obj in self.ranges.store.values():
            if meta.is_being_deleted(obj):
                self.queue.add(CIDR + meta.name_of(obj))

    async def reconcile(self, key: str) -> Result:
        try:
            if key.startswith(ADDRESS):
                return await self._sync_address(key.removeprefix(ADDRESS))
            return await self._sync_range(key.removeprefix(CIDR))
        except ApiError as error:
            return overtaken(error)

    # --- addresses -------------------------------------------------------------------------------------------------

    async def _sync_address(self, ip: str) -> Result:
        """1 a Service has it: the object is there · 2 none has: one of ours goes."""
        users, known = self.services.by_index("ip", ip), self.addresses.store.get(ip)
        if users and known is None:
            family = f"IPv{ipaddress.ip_address(ip).version}"
            metadata = {"name": ip, "labels": {FAMILY: family, MANAGED_BY: OURS}}
            user = min(users, key=lambda each: each["metadata"]["creationTimestamp"])
            parent = {"resource": "services", "namespace": meta.namespace_of(user), "name": meta.name_of(user)}
            await self.client.create("IPAddress", {"metadata": metadata, "spec": {"parentRef": parent}})
        elif known is not None and not users and meta.labels_of(known).get(MANAGED_BY) == OURS:
            await self.client.delete("IPAddress", ip)
        return DONE

    # --- ranges ----------------------------------------------------------------------------------------------------

    async def _sync_range(self, name: str) -> Result:
        """1 deleted: wait for its addresses, and for whoever may give one still · 2 finalizer · 3 ready."""
        found = self.ranges.store.get(name)
        if found is None:
            return DONE
        held = found["metadata"].get("finalizers") or []
        if meta.is_being_deleted(found):
            if FINALIZER not in held:
                return DONE
            if self._holds_addresses(found):
                return await self._tell(found, "False", "Terminating", ORPHANS)
            left = parse_rfc3339(found["metadata"]["deletionTimestamp"]) + GRACE_SECONDS - self.clock.now()
            if left > 0:
                return Result(left)
            kept = [each for each in held if each != FINALIZER]
            await self.client.update("ServiceCIDR", meta.evolve(found, ("metadata", "finalizers"), kept))
            return DONE
        if FINALIZER not in held:
            await self.client.update("ServiceCIDR", meta.evolve(found, ("metadata", "finalizers"), [*held, FINALIZER]))
            return DONE
        return await self._tell(found, "True", "", READY)

    def _holds_addresses(self, found: Obj) -> bool:
        """Has it an address that no other range has? Models: canDeleteCIDR"""
        others = [each for each in self.ranges.store.values() if each is not found and not meta.is_being_deleted(each)]
        return any(
            contains(found, ip) and not any(contains(each, ip) for each in others) for ip in self.addresses.store
        )

    async def _tell(self, found: Obj, state: str, reason: str, message: str) -> Result:
        known = meta.condition_of(found, "Ready") or {}
        if (known.get("status"), known.get("reason"), known.get("message")) != (state, reason, message):
            told = {"type": "Ready", "status": state, "reason": reason, "message": message}
            status = {"conditions": [{**told, "lastTransitionTime": rfc3339(self.clock.now())}]}
            await self.client.update("ServiceCIDR", {**found, "status": status}, subresource="status")
        return DONE


# --- pure -----------------------------------------------------------------------------------------------------------


def addresses_of(service: Obj) -> list[str]:
    """An index: a Service's cluster addresses."""
    spec = service["spec"]
    return [ip for ip in spec.get("clusterIPs") or [spec.get("clusterIP")] if ip and ip != "None"]


def contains(found: Obj, ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return any(address in ipaddress.ip_network(cidr, strict=False) for cidr in found["spec"].get("cidrs") or ())
