"""The serviceaccount loop: a `default` account in every namespace. Models: pkg/controller/serviceaccount/serviceaccounts_controller.go"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.status import ApiError
from cluster.controllers.loop import DONE, Loop, Result

DEFAULT = "default"


class ServiceAccountLoop(Loop):
    """Makes default service accounts."""

    name = "serviceaccount"
    source = "service-account-controller"

    def watch(self) -> None:
        self.namespaces = self.informers.informer("Namespace")
        self.accounts = self.informers.informer("ServiceAccount")
        self.namespaces.add_handler(self.enqueuing(lambda obj: [meta.name_of(obj)]))
        self.accounts.add_handler(self.enqueuing(lambda obj: [meta.namespace_of(obj)]))

    async def reconcile(self, key: str) -> Result:
        namespace = self.namespaces.store.get(key)
        if namespace is None or meta.is_being_deleted(namespace) or self.accounts.get(DEFAULT, key) is not None:
            return DONE
        try:
            await self.client.create("ServiceAccount", {"metadata": {"name": DEFAULT}}, key)
        except ApiError as error:
            if error.reason != "AlreadyExists" and "being terminated" not in error.message:
                raise
        return DONE
