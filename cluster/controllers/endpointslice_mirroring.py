"""The endpointslicemirroring loop: Endpoints that somebody wrote by hand, told as EndpointSlices.

Watches Endpoints, Services and EndpointSlices · writes EndpointSlices, one for each subset and address family · the story
goes on in kube-proxy, which reads slices alone.
Models: pkg/controller/endpointslicemirroring/{endpointslicemirroring_controller,reconciler}.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result

SERVICE_NAME, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
OURS = "endpointslicemirroring-controller.k8s.io"
SKIP, LEADER = "endpointslice.kubernetes.io/skip-mirror", "control-plane.alpha.kubernetes.io/leader"
LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time"
MOST = 1000


class EndpointSliceMirroringLoop(Loop):
    """Mirrors Endpoints of Services without a selector."""

    name = "endpointslicemirroring"
    source = "endpoint-slice-mirroring-controller"

    def watch(self) -> None:
        self.endpoints = self.informers.informer("Endpoints")
        self.services = self.informers.informer("Service")
        self.slices = self.informers.informer("EndpointSlice")
        self.slices.add_index("mirror", _mirrored)
        for informer in (self.endpoints, self.services):
            informer.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.slices.add_handler(self.enqueuing(_mirrored))

    async def reconcile(self, key: str) -> Result:
        """1 what shall be mirrored · 2 what is · 3 update, create, delete."""
        endpoints, service = self.endpoints.store.get(key), self.services.store.get(key)
        wanted = slices_for(endpoints) if endpoints and service and is_mirrored(endpoints, service) else []
        present = self.slices.by_index("mirror", key)
        namespace, _ = meta.split_key(key)
        try:
            for index, each in enumerate(wanted):
                if index >= len(present):
                    await self.client.create("EndpointSlice", each, namespace)
                elif not _same(present[index], each):
                    metadata = {**present[index]["metadata"], "labels": each["metadata"]["labels"]}
                    await self.client.update("EndpointSlice", {**present[index], **each, "metadata": metadata})
            for each in present[len(wanted) :]:
                await self.client.delete("EndpointSlice", meta.name_of(each), namespace)
        except ApiError as error:
            if error.code in (404, 409):
                return Result(STALE_SECONDS)
            raise
        return DONE


# --- pure -----------------------------------------------------------------------------------------------------------


def is_mirrored(endpoints: Obj, service: Obj) -> bool:
    """Models: shouldMirror: not those that a controller wrote, or that say no."""
    if meta.labels_of(endpoints).get(SKIP) == "true" or LEADER in meta.annotations_of(endpoints):
        return False
    return not service["spec"].get("selector")


def slices_for(endpoints: Obj) -> list[Obj]:
    found = []
    for subset in endpoints.get("subsets") or ():
        for family in ("IPv4", "IPv6"):
            addresses = [
                _endpoint(each, ready=ready)
                for field, ready in (("addresses", True), ("notReadyAddresses", False))
                for each in subset.get(field) or ()
                if (":" in each["ip"]) == (family == "IPv6")
            ]
            if addresses:
                found.append(_slice(endpoints, family, addresses[:MOST], subset.get("ports") or []))
    return found


def _slice(endpoints: Obj, family: str, addresses: list[Obj], ports: list[Obj]) -> Obj:
    marks = {SERVICE_NAME: meta.name_of(endpoints), MANAGED_BY: OURS}
    owner = {"apiVersion": "v1", "kind": "Endpoints", **endpoints}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta.name_of(endpoints)}-",
            "labels": {**meta.labels_of(endpoints), **marks},
            "ownerReferences": [meta.controller_reference(owner)],
        },
        "addressType": family,
        "endpoints": addresses,
        "ports": [{"name": "", "protocol": "TCP", **port} for port in ports],
    }


def _endpoint(address: Obj, *, ready: bool) -> Obj:
    found: Obj = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    for name in ("hostname", "nodeName", "targetRef"):
        if address.get(name):
            found[name] = address[name]
    return found


def _same(known: Obj, wanted: Obj) -> bool:
    parts = ("addressType", "endpoints", "ports")
    return all(known.get(name) == wanted[name] for name in parts) and meta.labels_of(known) == meta.labels_of(wanted)


def _mirrored(each: Obj) -> list[str]:
    """The key of the Endpoints that a slice mirrors."""
    marks = meta.labels_of(each)
    return [f"{meta.namespace_of(each)}/{marks.get(SERVICE_NAME)}"] if marks.get(MANAGED_BY) == OURS else []
