"""GET of one object and of a list. Models: apiserver/pkg/endpoints/handlers/get.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer, component_statuses, list_options, numbers, paging
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing, selection_of
from cluster.apiserver.subresources import exec, log, port_forward, scale
from cluster.apiserver.watch_cache import Item, item_of
from cluster.apiserver.watcher import Selection
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


CONVERSATIONS = {"attach": exec.attach, "exec": exec.get, "portforward": port_forward.get}


async def get(server: ApiServer, call: Call) -> Response:
    """One object, or what a subresource shows of it."""
    if call.resource.built_in == component_statuses.KIND:
        return await component_statuses.get(server, call)
    item = await existing(server, call)
    if call.subresource == "log":
        return await log.get(server, call, item.object)
    if call.subresource in CONVERSATIONS:
        _may_converse(server, call)
        return await CONVERSATIONS[call.subresource](server, call, item.object)
    if call.subresource == "scale":
        return answer.one(call, scale.payload(call, item.object), server.clock.now())
    return answer.one(call, item.payload, server.clock.now(), revision=item.revision)


def _may_converse(server: ApiServer, call: Call) -> None:
    """A conversation that a GET opens needs the right to create it too. ApiError 403. Models: registry/core/pod/rest"""
    assert call.user is not None
    asked = Attributes("create", "", "v1", call.resource.plural, call.subresource, call.namespace, call.name)
    server.authorizer.authorize(call.user, asked)


async def list_(server: ApiServer, call: Call) -> Response:
    """A list, whole or in pages; a page's continue token names the revision and the last key."""
    list_options.check(call)
    if call.resource.built_in == component_statuses.KIND:
        return await component_statuses.list_(server, call)
    selection = selection_of(call)
    limit, version = _limit(call), call.query.get("resourceVersion", "")
    collection = call.resource.key()
    place = paging.position(call.query.get("continue") or "", collection, version)
    if version != "0":
        await server.cache.caught_up()
    wanted = _wanted(server, call, limit) or place.revision
    revision = wanted or server.cache.revision
    items = await _items_at(server, call, wanted, place)
    keys = _keys(call, selection, items, place.start)
    found: list[Item] = []
    metadata: Obj = {"resourceVersion": str(revision)}
    for index, key in enumerate(keys):
        if limit and len(found) == limit:
            metadata["continue"] = paging.token(paging.after(keys[index - 1]), collection, revision)
            if selection.plain:
                metadata["remainingItemCount"] = len(keys) - index
            break
        if selection.plain or selection.matches(items[key].object):
            found.append(items[key])
    return answer.many(call, found, metadata, server.clock.now(), revision)


def _keys(call: Call, selection: Selection, items: dict[str, Item], start: str) -> list[str]:
    """The keys that may be meant, in order, from `start` on. A selection by name is looked up, not searched for."""
    namespace = selection.namespace if call.resource.namespaced else ""
    prefix = call.resource.key(namespace)
    if selection.name and (namespace or not call.resource.namespaced):
        key = call.resource.key(namespace, selection.name)
        return [key] if key in items and key >= start else []
    return sorted(key for key in items if key >= start and key.startswith(prefix))


def _limit(call: Call) -> int:
    text = call.query.get("limit") or "0"
    return max(0, numbers.integer(text))


def _wanted(server: ApiServer, call: Call, limit: int) -> int:
    """The one revision that a list without a token must be of, 0 for the newest. ApiError 504 for a future one."""
    text = call.query.get("resourceVersion") or ""
    version = numbers.resource_version(text)
    if version > server.cache.revision:
        raise status.too_large_version(version, server.cache.revision)
    match = call.query.get("resourceVersionMatch") or ""
    exact = match == list_options.EXACT or (not match and limit > 0)
    return version if exact and not call.query.get("continue") else 0


async def _items_at(server: ApiServer, call: Call, revision: int, place: paging.Position) -> dict[str, Item]:
    """The resource as it is, or was at a revision; ApiError 410 when that is compacted."""
    cache = server.cache.of(call.resource)
    if revision in (0, server.cache.revision):
        return cache.items
    remembered = cache.at(revision)
    if remembered is not None:
        return remembered
    collection = call.resource.key()
    try:
        kvs, _ = await server.storage.range(collection, revision)
    except status.ApiError as error:
        raise (paging.too_old(place, collection) if error.code == 410 and place.start else error) from error
    return {kv.key: item_of(kv) for kv in kvs}
