"""The endpoints loop: which addresses stand behind a Service, in one object, the old way.

Watches Services, Pods and Endpoints · writes Endpoints named as their Service · the new way is `endpointslice`.
Models: pkg/controller/endpoint/endpoints_controller.go, pkg/api/v1/endpoints/util.go RepackSubsets v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.informer import namespaces
from cluster.controllers import pods as pod_facts
from cluster.controllers.loop import DONE, Loop, Result

MANAGED_BY, OURS = "endpoints.kubernetes.io/managed-by", "endpoint-controller"
HEADLESS = "service.kubernetes.io/headless"
MOST = 1000


class EndpointsLoop(Loop):
    """Writes Endpoints."""

    name = "endpoints"
    source = "endpoint-controller"

    def watch(self) -> None:
        self.services = self.informers.informer("Service")
        self.endpoints = self.informers.informer("Endpoints")
        self.pods = self.informers.informer("Pod")
        self.services.add_index("namespace", namespaces)
        self.pods.add_index("label", pod_facts.label_pairs)
        self.services.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.endpoints.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.pods.add_handler(self.enqueuing(self._services_of))

    def _services_of(self, pod: Obj) -> list[str]:
        services = self.services.by_index("namespace", meta.namespace_of(pod))
        return [meta.key_of(each) for each in services if pod_facts.is_behind(each, pod)]

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 gone or without selector · 3 subsets · 4 create or update."""
        service, known = self.services.store.get(key), self.endpoints.store.get(key)
        if service is None:
            if known is not None and meta.labels_of(known).get(MANAGED_BY) == OURS:
                await self._delete(known)
            return DONE
        if not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return DONE
        wanted = endpoints_for(service, self._behind(service))
        if known is None:
            try:
                await self.client.create("Endpoints", wanted, meta.namespace_of(service))
            except ApiError as error:
                if "being terminated" not in error.message:
                    raise
        elif (known.get("subsets") or [], meta.labels_of(known)) != (wanted["subsets"], wanted["metadata"]["labels"]):
            metadata = {**known["metadata"], "labels": wanted["metadata"]["labels"]}
            await self.client.update("Endpoints", {**known, "metadata": metadata, "subsets": wanted["subsets"]})
        return DONE

    def _behind(self, service: Obj) -> list[Obj]:
        found = [pod for pod in pod_facts.behind(service, self.pods) if pod_facts.has_address(pod)]
        publishes = service["spec"].get("publishNotReadyAddresses")
        return [pod for pod in found if publishes or not meta.is_being_deleted(pod)]

    async def _delete(self, known: Obj) -> None:
        try:
            await self.client.delete("Endpoints", meta.name_of(known), meta.namespace_of(known))
        except ApiError as error:
            if error.code != 404:
                raise


def endpoints_for(service: Obj, pods: list[Obj]) -> Obj:
    marks = {MANAGED_BY: OURS}
    if service["spec"].get("clusterIP") in (None, "", "None"):
        marks[HEADLESS] = ""
    metadata = {"name": meta.name_of(service), "labels": {**meta.labels_of(service), **marks}}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": subsets_for(service, pods)}


def subsets_for(service: Obj, pods: list[Obj]) -> list[Obj]:
    """Addresses by the ports they answer on, ready ones apart; sorted, so that the same is always written the same."""
    publishes = bool(service["spec"].get("publishNotReadyAddresses"))
    by_ports: dict[str, Obj] = {}
    for pod in sorted(pods, key=lambda each: each["status"]["podIP"])[:MOST]:
        ports = [{name: text for name, text in port.items() if text} for port in pod_facts.ports_for(service, pod)]
        if not ports and service["spec"].get("ports"):
            continue
        ready = publishes or pod_facts.is_ready(pod)
        if not ready and not _may_become_ready(pod):
            continue
        subset = by_ports.setdefault(str(ports), {"ports": ports} if ports else {})
        subset.setdefault("addresses" if ready else "notReadyAddresses", []).append(_address(service, pod))
    return [by_ports[key] for key in sorted(by_ports)]


def _may_become_ready(pod: Obj) -> bool:
    """Models: shouldPodBeInEndpoints: one that has failed for good is left out."""
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")


def _address(service: Obj, pod: Obj) -> Obj:
    reference = {
        "kind": "Pod",
        "name": meta.name_of(pod),
        "namespace": meta.namespace_of(pod),
        "uid": meta.uid_of(pod),
    }
    found: Obj = {"ip": pod["status"]["podIP"], "targetRef": reference}
    if pod["spec"].get("nodeName"):
        found["nodeName"] = pod["spec"]["nodeName"]
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == meta.name_of(service):
        found["hostname"] = pod["spec"]["hostname"]
    return found
