"""The namespace loop: empties a namespace that is being deleted, then lets it go.

Models: pkg/controller/namespace/deletion/namespaced_resources_deleter.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.controllers.loop import DONE, Loop, Result

AGAIN_SECONDS = 0.5
LAST = ("pods", "events")


class NamespaceLoop(Loop):
    """Finishes deletions of namespaces."""

    name = "namespace"
    source = "namespace-controller"

    def watch(self) -> None:
        self.namespaces = self.informers.informer("Namespace")
        self.namespaces.add_handler(
            self.enqueuing(lambda obj: [meta.name_of(obj)] if meta.is_being_deleted(obj) else [])
        )

    async def reconcile(self, key: str) -> Result:
        """1 delete everything in it · 2 anything left? again · 3 take our finalizer away."""
        namespace = self.namespaces.store.get(key)
        if namespace is None or not meta.is_being_deleted(namespace):
            return DONE
        left = 0
        for kind in self.client.registry.kinds:
            if kind.namespaced and kind.stored:
                left += await self._empty(kind.path(key), kind.kind, key)
        if left:
            return Result(AGAIN_SECONDS)
        finalizers = [each for each in (namespace.get("spec") or {}).get("finalizers") or () if each != "kubernetes"]
        done: Obj = {**namespace, "spec": {"finalizers": finalizers}}
        try:
            await self.client.update("Namespace", done, subresource="finalize")
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return DONE if error.code == 404 else Result(AGAIN_SECONDS)
        return DONE

    async def _empty(self, path: str, kind: str, namespace: str) -> int:
        """Delete a kind's objects; how many are still there."""
        found = await self.client.list(kind, namespace)
        if not found.items:
            return 0
        await self.client.request("DELETE", path)
        return len((await self.client.list(kind, namespace)).items)
