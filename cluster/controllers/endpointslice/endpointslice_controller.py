"""The endpointslice loop: which addresses stand behind a Service.

Watches Services, Pods, Nodes and EndpointSlices · writes EndpointSlices · the story goes on in kube-proxy.
Models: pkg/controller/endpointslice/endpointslice_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.informer import namespaces
from cluster.controllers import pods as pod_facts
from cluster.controllers.endpointslice import reconciler
from cluster.controllers.endpointslice.endpoint import MANAGED_BY, OURS, SERVICE_NAME, endpoint_for
from cluster.controllers.endpointslice.reconciler import Group
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result


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
        self.pods.add_index("label", pod_facts.label_pairs)
        self.services.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.slices.add_handler(self.enqueuing(_service_of_slice))
        self.pods.add_handler(self.enqueuing(self._services_of))

    def _services_of(self, pod: Obj) -> list[str]:
        services = self.services.by_index("namespace", meta.namespace_of(pod))
        return [meta.key_of(each) for each in services if pod_facts.is_behind(each, pod)]

    async def reconcile(self, key: str) -> Result:
        """1 service · 2 who stands behind it · 3 plan the slices · 4 create, update, delete."""
        found = self.services.store.get(key)
        present = [
            each for each in self.slices.by_index("service", key) if meta.labels_of(each).get(MANAGED_BY) == OURS
        ]
        if found is None:
            for each in present:
                await self._delete(each)
            return DONE
        if not found["spec"].get("selector") or found["spec"].get("type") == "ExternalName":
            return DONE
        service = {"apiVersion": "v1", "kind": "Service", **found}
        plan = reconciler.plan(service, present, self._groups(service))
        for each in plan.create:
            await self._create(each, meta.namespace_of(service))
        fresh = [await self._update(each) for each in plan.update]
        for each in plan.delete:
            await self._delete(each)
        return DONE if all(fresh) else Result(STALE_SECONDS)

    def _groups(self, service: Obj) -> list[Group]:
        by_ports: dict[str, Group] = {}
        for pod in sorted(pod_facts.behind(service, self.pods), key=meta.name_of):
            if pod_facts.has_address(pod):
                ports = pod_facts.ports_for(service, pod)
                node = self.nodes.store.get(pod["spec"].get("nodeName") or "")
                by_ports.setdefault(str(ports), Group(ports, [])).endpoints.append(endpoint_for(service, pod, node))
        return list(by_ports.values())

    async def _create(self, wanted: Obj, namespace: str) -> None:
        try:
            await self.client.create("EndpointSlice", wanted, namespace)
        except ApiError as error:
            if "being terminated" not in error.message:
                raise

    async def _update(self, wanted: Obj) -> bool:
        """False when the slice is not what was known of it any more."""
        try:
            await self.client.update("EndpointSlice", wanted)
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return False
        return True

    async def _delete(self, each: Obj) -> None:
        try:
            await self.client.delete("EndpointSlice", meta.name_of(each), meta.namespace_of(each))
        except ApiError as error:
            if error.code != 404:
                raise


def _service_of_slice(obj: Obj) -> list[str]:
    name = meta.labels_of(obj).get(SERVICE_NAME)
    return [f"{meta.namespace_of(obj)}/{name}"] if name and meta.labels_of(obj).get(MANAGED_BY) == OURS else []
