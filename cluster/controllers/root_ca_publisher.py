"""The root-ca-certificate-publisher loop: kube-root-ca.crt in every namespace. Models: pkg/controller/certificates/rootcacertpublisher"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.status import ApiError
from cluster.controllers.loop import DONE, Loop, Result

NAME, KEY = "kube-root-ca.crt", "ca.crt"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
)


class RootCaPublisherLoop(Loop):
    """Publishes the CA."""

    name = "root-ca-certificate-publisher"
    source = "root-ca-cert-publisher"
    root_ca = ""

    def watch(self) -> None:
        self.namespaces = self.informers.informer("Namespace")
        self.maps = self.informers.informer("ConfigMap")
        self.namespaces.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)]))
        self.maps.add_handler(self.enqueuing(lambda obj: [meta.namespace_of(obj)] if meta.name_of(obj) == NAME else []))

    async def reconcile(self, key: str) -> Result:
        namespace = self.namespaces.store.get(key)
        if namespace is None or meta.is_being_deleted(namespace):
            return DONE
        known = self.maps.get(NAME, key)
        wanted = {KEY: self.root_ca}
        try:
            if known is None:
                metadata = {"name": NAME, "annotations": {"kubernetes.io/description": DESCRIPTION}}
                await self.client.create("ConfigMap", {"metadata": metadata, "data": wanted}, key)
            elif known.get("data") != wanted:
                await self.client.update("ConfigMap", {**known, "data": wanted})
        except ApiError as error:
            if error.reason not in ("AlreadyExists", "Conflict") and "being terminated" not in error.message:
                raise
        return DONE
