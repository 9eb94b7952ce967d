"""The garbagecollector loop: objects whose owners are gone, and the two finalizers of deletion by propagation.

Watches every kind that can be listed, watched and deleted · deletes dependants, removes owner references and finalizers.
Models: pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go v1.37
Simplified: the graph is the informers' index of owner uids.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.apis.registry import Kind
from cluster.client.informer import Informer
from cluster.client.rest import MERGE_PATCH
from cluster.controllers.loop import DONE, Loop, Result

IGNORED = ("Event",)
"""Models: garbagecollector.DefaultIgnoredResources"""
NEEDED = {"list", "watch", "delete"}
DISCOVERY, DISCOVERY_SECONDS = "(discovery)", 1.0
ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


class GarbageCollectorLoop(Loop):
    """Collects what nobody owns any more. Keys are "Kind|namespace/name"."""

    name = "garbagecollector"
    source = "garbage-collector-controller"
    workers = 20

    def watch(self) -> None:
        self.graph: dict[str, Informer] = {}
        self.follow_kinds()
        self.informers.informer("CustomResourceDefinition").add_handler(self.on_definition)

    def on_definition(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Kinds come and go with definitions, a moment after them."""
        self.queue.add_after(DISCOVERY, DISCOVERY_SECONDS)

    def follow_kinds(self) -> None:
        """Watch what is served now. Models: Sync, which asks discovery every half minute"""
        served = {
            self._name(kind)
            for kind in self.client.registry.storages()
            if set(kind.verbs) >= NEEDED and kind.kind not in IGNORED
        }
        for name in served - self.graph.keys():
            informer = self.graph[name] = self.informers.informer(name)
            informer.add_index("owners", _owner_uids)
            informer.add_handler(self._handler(name))
        for name in self.graph.keys() - served:
            del self.graph[name]
            self.informers.forget(name)

    def _name(self, kind: Kind) -> str:
        """As a client names it: by its kind alone where that is enough."""
        plain = self.client.registry.kind(kind.kind) is kind
        return kind.kind if plain else f"{kind.api_version}/{kind.kind}"

    def _handler(self, kind: str):  # type: ignore[no-untyped-def]  # an informer's handler
        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            obj = new or old or {}
            if type == DELETED:
                for dependant_kind, dependant in self._dependants(meta.uid_of(obj)):
                    self.queue.add(f"{dependant_kind}|{meta.key_of(dependant)}")
                for reference in obj["metadata"].get("ownerReferences") or ():
                    self._enqueue_owner(reference, meta.namespace_of(obj))
            elif (obj["metadata"].get("ownerReferences") or _marks(obj)) and (old is None or _ties(old) != _ties(obj)):
                self.queue.add(f"{kind}|{meta.key_of(obj)}")

        return on_event

    async def reconcile(self, key: str) -> Result:
        """1 a deletion by propagation goes on · 2 an object whose owners are all gone goes too."""
        if key == DISCOVERY:
            self.follow_kinds()
            return DONE
        kind, _, name = key.partition("|")
        obj = self.graph[kind].store.get(name) if kind in self.graph else None
        if obj is None:
            return DONE
        if meta.is_being_deleted(obj):
            return await self._propagate(kind, obj)
        references = obj["metadata"].get("ownerReferences") or []
        if not references:
            return DONE
        alive = [each for each in references if await self._exists(each, meta.namespace_of(obj))]
        if not alive:
            await self._delete(kind, obj, "Background")
        elif len(alive) < len(references):
            await self._patch(kind, obj, {"ownerReferences": alive})
        return DONE

    async def _propagate(self, kind: str, obj: Obj) -> Result:
        marks = _marks(obj)
        if ORPHAN in marks:
            for dependant_kind, dependant in self._dependants(meta.uid_of(obj)):
                kept = [each for each in dependant["metadata"]["ownerReferences"] if each["uid"] != meta.uid_of(obj)]
                await self._patch(dependant_kind, dependant, {"ownerReferences": kept})
            await self._unmark(kind, obj, ORPHAN)
        elif FOREGROUND in marks:
            dependants = self._dependants(meta.uid_of(obj))
            for dependant_kind, dependant in dependants:
                if not meta.is_being_deleted(dependant):
                    await self._delete(dependant_kind, dependant, "Foreground")
            if any(_blocks(dependant, obj) for _, dependant in dependants):
                return Result(0.5)
            await self._unmark(kind, obj, FOREGROUND)
        return DONE

    def _dependants(self, uid: str) -> list[tuple[str, Obj]]:
        return [(kind, obj) for kind, informer in self.graph.items() for obj in informer.by_index("owners", uid)]

    def _enqueue_owner(self, reference: Obj, namespace: str) -> None:
        kind = self.client.registry.of_object(reference["apiVersion"], reference["kind"])
        name = self._name(kind) if kind is not None else ""
        if kind is not None and name in self.graph:
            owner = self.graph[name].get(reference["name"], namespace if kind.namespaced else "")
            if owner is not None and meta.is_being_deleted(owner):
                self.queue.add(f"{name}|{meta.key_of(owner)}")

    async def _exists(self, reference: Obj, namespace: str) -> bool:
        kind = self.client.registry.of_object(reference["apiVersion"], reference["kind"])
        if kind is None:
            return True
        name = self._name(kind)
        informer = self.graph.get(name)
        place = namespace if kind.namespaced else ""
        known = informer.get(reference["name"], place) if informer else None
        if known is None:
            try:
                known = await self.client.get(name, reference["name"], place)
            except ApiError as error:
                if error.code == 404:
                    return False
                raise
        return meta.uid_of(known) == str(reference["uid"])

    async def _delete(self, kind: str, obj: Obj, policy: str) -> None:
        options = {"propagationPolicy": policy, "preconditions": {"uid": meta.uid_of(obj)}}
        try:
            await self.client.delete(kind, meta.name_of(obj), meta.namespace_of(obj), options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def _unmark(self, kind: str, obj: Obj, mark: str) -> None:
        kept = [each for each in obj["metadata"]["finalizers"] if each != mark]
        await self._patch(kind, obj, {"finalizers": kept, "resourceVersion": obj["metadata"]["resourceVersion"]})

    async def _patch(self, kind: str, obj: Obj, metadata: Obj) -> None:
        try:
            await self.client.patch(
                kind, meta.name_of(obj), {"metadata": metadata}, meta.namespace_of(obj), content_type=MERGE_PATCH
            )
        except ApiError as error:
            if error.code != 404:
                raise


def _owner_uids(obj: Obj) -> list[str]:
    return [each["uid"] for each in obj["metadata"].get("ownerReferences") or ()]


def _marks(obj: Obj) -> list[str]:
    if not meta.is_being_deleted(obj):
        return []
    return [each for each in obj["metadata"].get("finalizers") or () if each in (ORPHAN, FOREGROUND)]


def _ties(obj: Obj) -> list[Any]:
    """What the collector acts on: who the object is, whose it is, and whether it is going."""
    return [obj["metadata"].get(name) for name in ("uid", "ownerReferences", "deletionTimestamp", "finalizers")]


def _blocks(dependant: Obj, owner: Obj) -> bool:
    references = dependant["metadata"].get("ownerReferences") or ()
    return any(each["uid"] == meta.uid_of(owner) and each.get("blockOwnerDeletion") for each in references)
