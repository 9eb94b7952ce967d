"""The endpointslice loop: which addresses stand behind a Service. Models: pkg/controller/endpointslice v1.37, endpointslice/reconciler.go"""

from __future__ import annotations

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.informer import namespaces
from cluster.controllers import pods as pod_facts
from cluster.controllers.loop import DONE, Loop, Result

SERVICE_NAME, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
OURS = "endpointslice-controller.k8s.io"
ZONE = "topology.kubernetes.io/zone"
MOST = 100


class EndpointSliceLoop(Loop):
    """Writes EndpointSlices."""

    name = "endpointslice"
    source = "endpoint-slice-controller"

    def watch(self) -> None:
        self.services = self.informers.informer("Service")
        self.slices = self.informers.informer("EndpointSlice")
        self.pods = self.informers.informer("Pod")
        self.nodes = self.informers.informer("Node")
        self.services.add_index("namespace", namespaces)
        self.slices.add_index(
            "service", lambda obj: [f"{meta.namespace_of(obj)}/{meta.labels_of(obj).get(SERVICE_NAME, '')}"]
        )
        self.pods.add_index("namespace", namespaces)
        self.services.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.slices.add_handler(self.enqueuing(_service_of_slice))
        self.pods.add_handler(self.enqueuing(self._services_of))

    def _services_of(self, pod: Obj) -> list[str]:
        services = self.services.by_index("namespace", meta.namespace_of(pod))
        return [meta.key_of(each) for each in services if pod_facts.is_behind(each, pod)]

    async def reconcile(self, key: str) -> Result:
        """1 service · 2 endpoints · 3 slices of a hundred · 4 create, update, delete."""
        service = self.services.store.get(key)
        present = [
            each for each in self.slices.by_index("service", key) if meta.labels_of(each).get(MANAGED_BY) == OURS
        ]
        if service is None or not service["spec"].get("selector") or service["spec"]["type"] == "ExternalName":
            if service is None:
                for each in present:
                    await self._delete(each)
            return DONE
        service = {"apiVersion": "v1", "kind": "Service", **service}
        groups = self._groups(service)
        wanted = [
            (ports, endpoints[at : at + MOST])
            for ports, endpoints in groups
            for at in range(0, max(1, len(endpoints)), MOST)
        ]
        for index, (ports, endpoints) in enumerate(wanted):
            if index < len(present):
                await self._update(service, present[index], ports, endpoints)
            else:
                await self.client.create(
                    "EndpointSlice", slice_for(service, ports, endpoints), meta.namespace_of(service)
                )
        for each in present[len(wanted) :]:
            await self._delete(each)
        return DONE

    def _groups(self, service: Obj) -> list[tuple[list[Obj], list[Obj]]]:
        selector = labels.from_match_labels(service["spec"]["selector"])
        by_ports: dict[str, tuple[list[Obj], list[Obj]]] = {}
        for pod in sorted(self.pods.by_index("namespace", meta.namespace_of(service)), key=meta.name_of):
            if not pod_facts.has_address(pod) or not selector.matches(meta.labels_of(pod)):
                continue
            ports = pod_facts.ports_for(service, pod)
            by_ports.setdefault(str(ports), (ports, []))[1].append(
                endpoint_for(service, pod, self.nodes.store.get(pod["spec"].get("nodeName") or ""))
            )
        return list(by_ports.values()) or [([], [])]

    async def _update(self, service: Obj, known: Obj, ports: list[Obj], endpoints: list[Obj]) -> None:
        if (known.get("endpoints") or []) == endpoints and (known.get("ports") or []) == ports:
            return
        try:
            await self.client.update("EndpointSlice", {**known, "ports": ports, "endpoints": endpoints})
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            self.queue.add_after(meta.key_of(service), 0.05)

    async def _delete(self, each: Obj) -> None:
        try:
            await self.client.delete("EndpointSlice", meta.name_of(each), meta.namespace_of(each))
        except ApiError as error:
            if error.code != 404:
                raise


def slice_for(service: Obj, ports: list[Obj], endpoints: list[Obj]) -> Obj:
    marks = {SERVICE_NAME: meta.name_of(service), MANAGED_BY: OURS}
    if service["spec"].get("clusterIP") == "None":
        marks["service.kubernetes.io/headless"] = ""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta.name_of(service)}-",
            "labels": {**meta.labels_of(service), **marks},
            "ownerReferences": [meta.controller_reference(service)],
        },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": ports,
    }


def endpoint_for(service: Obj, pod: Obj, node: Obj | None = None) -> Obj:
    going = meta.is_being_deleted(pod)
    serving = pod_facts.is_ready(pod)
    ready = (serving and not going) or bool(service["spec"].get("publishNotReadyAddresses"))
    endpoint: Obj = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": serving, "terminating": going},
        "targetRef": {
            "kind": "Pod",
            "name": meta.name_of(pod),
            "namespace": meta.namespace_of(pod),
            "uid": meta.uid_of(pod),
        },
    }
    if pod["spec"].get("nodeName"):
        endpoint["nodeName"] = pod["spec"]["nodeName"]
    if zone := meta.labels_of(node).get(ZONE) if node else None:
        endpoint["zone"] = zone
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == meta.name_of(service):
        endpoint["hostname"] = pod["spec"]["hostname"]
    return endpoint


def _service_of_slice(obj: Obj) -> list[str]:
    name = meta.labels_of(obj).get(SERVICE_NAME)
    return [f"{meta.namespace_of(obj)}/{name}"] if name and meta.labels_of(obj).get(MANAGED_BY) == OURS else []
