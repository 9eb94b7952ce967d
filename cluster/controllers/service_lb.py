"""The service-lb-controller loop: Services of type LoadBalancer get an address of the provider.

Watches Services · writes their finalizer and status.loadBalancer · the story goes on in kube-proxy.
Models: cloud-provider/controllers/service/controller.go v1.37
Simplified: the provider is simulated here: it gives addresses of one range; Services of a load balancer class are left to
others.
"""

from __future__ import annotations

import ipaddress

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING
from cluster.client.rest import MERGE_PATCH
from cluster.controllers.loop import DONE, Loop, Result, Wish, overtaken

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
ADDRESSES = ipaddress.ip_network("172.18.255.0/24")
FAILED = "SyncLoadBalancerFailed"
FULL_SECONDS = 30.0


class ServiceLbLoop(Loop):
    """Gives addresses."""

    name = "service-lb-controller"
    source = "service-controller"
    workers = 1
    wish = Wish("Service", "addresses", lambda obj: 1, lambda obj: int(bool(ip_of(obj))), lambda obj: wants(obj))

    def watch(self) -> None:
        self.services = self.informers.informer("Service")
        self.services.add_index("load balancer", lambda obj: [ip_of(obj)] if ip_of(obj) else [])
        self.services.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)] if concerns(obj) else []))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 not wanted any more: take the address away, then let go · 3 hold on · 4 an address."""
        found = self.services.store.get(key)
        if found is None or not concerns(found):
            return DONE
        service = {"apiVersion": "v1", "kind": "Service", **found}
        try:
            if not wants(service):
                return await self._take_away(service)
            if FINALIZER not in _finalizers(service):
                await self._set_finalizers(service, [*_finalizers(service), FINALIZER])
                return DONE
            return DONE if ip_of(service) else await self._give(service)
        except ApiError as error:
            return overtaken(error)

    async def _give(self, service: Obj) -> Result:
        self.events.event(service, NORMAL, "EnsuringLoadBalancer", "Ensuring load balancer")
        ip = self._free(service)
        if ip is None:
            text = f"Error syncing load balancer: failed to ensure load balancer: {self._why_not(service)}"
            self.events.event(service, WARNING, FAILED, text)
            return Result(FULL_SECONDS)
        status = {**(service.get("status") or {}), "loadBalancer": {"ingress": [{"ip": ip, "ipMode": "VIP"}]}}
        await self.client.update("Service", {**service, "status": status}, subresource="status")
        self.events.event(service, NORMAL, "EnsuredLoadBalancer", "Ensured load balancer")
        return DONE

    def _free(self, service: Obj) -> str | None:
        """The address that it asks for, or the first that is free."""
        if wished := service["spec"].get("loadBalancerIP"):
            return wished if _is_ours(wished) and not self.services.by_index("load balancer", wished) else None
        hosts = (str(host) for host in ADDRESSES.hosts())
        return next((ip for ip in hosts if not self.services.by_index("load balancer", ip)), None)

    def _why_not(self, service: Obj) -> str:
        if wished := service["spec"].get("loadBalancerIP"):
            return f"requested address {wished} is {'in use' if _is_ours(wished) else f'not in {ADDRESSES}'}"
        return f"all addresses of {ADDRESSES} are in use"

    async def _take_away(self, service: Obj) -> Result:
        self.events.event(service, NORMAL, "DeletingLoadBalancer", "Deleting load balancer")
        if ip_of(service):
            status = {**service["status"], "loadBalancer": {}}
            service = await self.client.update("Service", {**service, "status": status}, subresource="status")
            service = {"apiVersion": "v1", "kind": "Service", **service}
        await self._set_finalizers(service, [each for each in _finalizers(service) if each != FINALIZER])
        self.events.event(service, NORMAL, "DeletedLoadBalancer", "Deleted load balancer")
        return DONE

    async def _set_finalizers(self, service: Obj, finalizers: list[str]) -> None:
        version = service["metadata"]["resourceVersion"]
        patch = {"metadata": {"finalizers": finalizers or None, "resourceVersion": version}}
        name, namespace = meta.name_of(service), meta.namespace_of(service)
        await self.client.patch("Service", name, patch, namespace, content_type=MERGE_PATCH)


# --- pure -----------------------------------------------------------------------------------------------------------


def wants(service: Obj) -> bool:
    """Models: wantsLoadBalancer, needsCleanup"""
    spec = service["spec"]
    return (
        spec.get("type") == "LoadBalancer" and not spec.get("loadBalancerClass") and not meta.is_being_deleted(service)
    )


def concerns(service: Obj) -> bool:
    return FINALIZER in _finalizers(service) or wants(service)


def ip_of(service: Obj) -> str:
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or [{}]
    return str(ingress[0].get("ip") or "")


def _finalizers(service: Obj) -> list[str]:
    return service["metadata"].get("finalizers") or []


def _is_ours(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip) in ADDRESSES
    except ValueError:
        return False
