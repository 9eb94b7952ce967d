"""Custom resources: from a CustomResourceDefinition to kinds that are served, and back.

It watches the definitions in the API server's own cache. For each: names are accepted or told apart, what is accepted is
served and then Established; one that is being deleted takes its objects with it. At a start the kinds of definitions
that were established are served before the cache is filled.
Models: k8s.io/apiextensions-apiserver/pkg/controller/{status,establish,finalizer} v1.37
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import apply
from cluster.apimachinery.status import ApiError
from cluster.apis.apiextensions import custom_kind
from cluster.apis.apiextensions.custom_resource_definition import (
    CLEANUP,
    ESTABLISHED,
    NAMES_ACCEPTED,
    TERMINATING,
    condition,
    is_true,
)
from cluster.apis.registry import Kind
from cluster.apiserver import crd_conditions, deletion
from cluster.apiserver.authn.user import User
from cluster.apiserver.call import Call
from cluster.apiserver.storage import WRITER
from cluster.clock import rfc3339
from cluster.wire.message import ConnectionLost, Request

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer
    from cluster.apiserver.watch_cache import Item

DEFINITION = "CustomResourceDefinition"
AGAIN_SECONDS = 1.0

logger = logging.getLogger(__name__)


class CustomResources:
    """The custom kinds of one API server."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self._kinds: dict[str, tuple[str, list[Kind]]] = {}
        self._changed = asyncio.Event()
        self.is_running = False

    @property
    def kind(self) -> Kind:
        return self.server.registry.kind(DEFINITION)

    def serve_known(self, kvs: Sequence[Any]) -> None:
        """Serve what etcd holds definitions of, before anything else is read."""
        prefix = self.kind.key()
        known = [orjson.loads(bytes(kv.value)) for kv in kvs if kv.key.startswith(prefix)]
        self._serve(known)

    async def run(self) -> None:
        """Follow the definitions until cancelled."""
        cache = self.server.cache.of(self.kind)
        cache.on_change = self._changed.set
        self._changed.set()
        self.is_running = True
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if not await self._sync():
                    await self.server.clock.sleep(AGAIN_SECONDS)
                    self._changed.set()
        finally:
            self.is_running = False
            cache.on_change = None

    async def _sync(self) -> bool:
        """See to every definition; False when one must be looked at again."""
        done = True
        for item in list(self.server.cache.of(self.kind).items.values()):
            try:
                done = await self._see_to(item) and done
            except (ApiError, ConnectionLost) as error:
                logger.debug("a definition waits: %s", error)
                done = False
        self._serve(item.object for item in self.server.cache.of(self.kind).items.values())
        return done

    async def _see_to(self, item: Item) -> bool:
        obj = item.object
        if meta.is_being_deleted(obj):
            return CLEANUP not in (obj["metadata"].get("finalizers") or ()) or await self._clean_up(item)
        others = [each.object for each in self.server.cache.of(self.kind).items.values() if each.key != item.key]
        told = crd_conditions.of(obj, others)
        if told != (obj.get("status") or {}):
            return await self._tell(item, told)
        if is_true(obj, NAMES_ACCEPTED) and not is_true(obj, ESTABLISHED):
            self._serve([*others, obj], established=obj["metadata"]["name"])
            return await self._tell(item, crd_conditions.established(obj))
        return True

    # --- what is served --------------------------------------------------------------------------------------------

    def _serve(self, definitions: Iterable[Obj], established: str = "") -> None:
        """Serve the kinds of the established definitions; those whose spec stayed keep their entries."""
        found: dict[str, tuple[str, list[Kind]]] = {}
        for obj in definitions:
            name = obj["metadata"]["name"]
            if name != established and not is_true(obj, ESTABLISHED):
                continue
            spec = orjson.dumps(obj["spec"]).decode()
            known = self._kinds.get(name)
            found[name] = known if known and known[0] == spec else (spec, custom_kind.kinds_of(obj))
        if found == self._kinds:
            return
        self._kinds = found
        registry = self.server.registry
        registry.set_custom([kind for _, kinds in found.values() for kind in kinds])
        self.server.cache.serve(registry)
        self.server.aggregation.changed.set()

    # --- the end of one --------------------------------------------------------------------------------------------

    async def _clean_up(self, item: Item) -> bool:
        """Delete a definition's objects, then let it go; False while some are left."""
        obj = item.object
        if condition(obj, TERMINATING) is None:
            return await self._tell(item, crd_conditions.terminating(obj))
        kinds = self._kinds.get(obj["metadata"]["name"])
        if kinds is not None:
            stored = next((kind for kind in kinds[1] if not kind.storage_kind), kinds[1][0])
            await self._delete_objects(stored)
            if self.server.cache.of(stored).items:
                return False
        metadata = {**obj["metadata"]}
        metadata["finalizers"] = [each for each in metadata["finalizers"] if each != CLEANUP]
        if metadata["finalizers"]:
            return await self._write(item, {**obj, "metadata": metadata})
        return await self.server.storage.delete(item.key, item.revision, WRITER) is not None

    async def _delete_objects(self, kind: Kind) -> None:
        user = User("system:apiserver", groups=("system:masters",))
        for namespace in {
            each.object["metadata"].get("namespace", "") for each in self.server.cache.of(kind).items.values()
        }:
            path = kind.path(namespace)
            request = Request("DELETE", path, headers={}, source=WRITER[0])
            call = Call(request, path, "deletecollection", kind.group, kind.version, kind, namespace, user=user)
            await deletion.delete_collection(self.server, call)

    # --- writing ---------------------------------------------------------------------------------------------------

    async def _tell(self, item: Item, status: Obj) -> bool:
        """Write a definition's status as its controller does; the change brings it here again."""
        obj = item.object
        now = rfc3339(self.server.clock.now())
        new = {**obj, "status": crd_conditions.dated(status, obj.get("status") or {}, now)}
        write = apply.Write("kube-apiserver", self.kind.api_version, now, "status")
        managed = apply.after_update(obj, new, self.kind.type, write)
        return await self._write(item, {**new, "metadata": {**obj["metadata"], "managedFields": managed}})

    async def _write(self, item: Item, obj: Obj) -> bool:
        await self.server.storage.rewrite(item.key, obj, item.revision)
        await self.server.cache.caught_up()
        return True
