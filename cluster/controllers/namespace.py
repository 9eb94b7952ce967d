"""The namespace loop: empties a namespace that is being deleted, says in its conditions what is left, then lets it go.

Models: pkg/controller/namespace/deletion/{namespaced_resources_deleter,status_condition_utils}.go v1.37
"""

from __future__ import annotations

from collections import Counter

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.clock import rfc3339
from cluster.controllers.loop import DONE, Loop, Result

AGAIN_SECONDS = 0.5
Told = tuple[str, bool, str, str]
"""(condition type, is true, reason, message)"""


class NamespaceLoop(Loop):
    """Finishes deletions of namespaces."""

    name = "namespace"
    source = "namespace-controller"
    workers = 10

    def watch(self) -> None:
        self.namespaces = self.informers.informer("Namespace")
        self.namespaces.add_handler(
            self.enqueuing(lambda obj: [meta.name_of(obj)] if meta.is_being_deleted(obj) else [])
        )

    async def reconcile(self, key: str) -> Result:
        """1 delete everything in it · 2 conditions · 3 anything left? again · 4 take our finalizer away."""
        namespace = self.namespaces.store.get(key)
        if namespace is None or not meta.is_being_deleted(namespace):
            return DONE
        left: dict[str, int] = {}
        finalizers: Counter[str] = Counter()
        failures: list[str] = []
        for kind in self.client.registry.kinds:
            if kind.namespaced and kind.stored:
                try:
                    found = await self._empty(kind.path(key), f"{kind.api_version}/{kind.kind}", key)
                except ApiError as error:
                    failures.append(error.message)
                    continue
                if found:
                    left[f"{kind.plural}.{kind.group}"] = len(found)
                finalizers.update(name for each in found for name in each["metadata"].get("finalizers") or ())
        await self._tell(namespace, told(left, finalizers, failures))
        if left or failures:
            return Result(AGAIN_SECONDS)
        return await self._let_go(key)

    async def _empty(self, path: str, kind: str, namespace: str) -> list[Obj]:
        """Delete a kind's objects; those that are still there."""
        found = await self.client.list(kind, namespace)
        if not found.items:
            return []
        await self.client.request("DELETE", path)
        return (await self.client.list(kind, namespace)).items

    async def _tell(self, namespace: Obj, wanted: list[Told]) -> None:
        """Write conditions when something is left, or was."""
        known = {each["type"]: each for each in (namespace.get("status") or {}).get("conditions") or ()}
        if not known and not any(state for _, state, _, _ in wanted):
            return
        now, conditions = rfc3339(self.clock.now()), []
        for kind, state, reason, message in wanted:
            text, old = "True" if state else "False", known.get(kind) or {}
            since = old.get("lastTransitionTime", now) if old.get("status") == text else now
            fields = {"type": kind, "status": text, "reason": reason, "message": message, "lastTransitionTime": since}
            conditions.append(fields)
        if all(known.get(each["type"]) == each for each in conditions):
            return
        status = {"phase": "Terminating", "conditions": conditions}
        try:
            await self.client.patch("Namespace", meta.name_of(namespace), {"status": status}, subresource="status")
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def _let_go(self, key: str) -> Result:
        try:
            namespace = await self.client.get("Namespace", key)
            finalizers = [
                each for each in (namespace.get("spec") or {}).get("finalizers") or () if each != "kubernetes"
            ]
            await self.client.update(
                "Namespace", {**namespace, "spec": {"finalizers": finalizers}}, subresource="finalize"
            )
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return DONE if error.code == 404 else Result(AGAIN_SECONDS)
        return DONE


def told(left: dict[str, int], finalizers: Counter[str], failures: list[str]) -> list[Told]:
    """The five conditions of a namespace that is being deleted."""
    remaining = ", ".join(f"{resource} has {count} resource instances" for resource, count in sorted(left.items()))
    holding = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
    failed = f"Failed to delete all resource types, {len(failures)} remaining: {', '.join(sorted(failures))}"
    return [
        (
            "NamespaceDeletionDiscoveryFailure",
            False,
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            False,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        ("NamespaceDeletionContentFailure", True, "ContentDeletionFailed", failed)
        if failures
        else (
            "NamespaceDeletionContentFailure",
            False,
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        ("NamespaceContentRemaining", True, "SomeResourcesRemain", f"Some resources are remaining: {remaining}")
        if left
        else ("NamespaceContentRemaining", False, "ContentRemoved", "All content successfully removed"),
        (
            "NamespaceFinalizersRemaining",
            True,
            "SomeFinalizersRemain",
            f"Some content in the namespace has finalizers remaining: {holding}",
        )
        if finalizers
        else (
            "NamespaceFinalizersRemaining",
            False,
            "ContentHasNoFinalizers",
            "All content-preserving finalizers finished",
        ),
    ]
