"""GET of one object and of a list. Models: apiserver/pkg/endpoints/handlers/get.go v1.37"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import orjson

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer, numbers
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing, selection_of
from cluster.apiserver.subresources import log, scale
from cluster.apiserver.watch_cache import Item, item_of
from cluster.apiserver.watcher import Selection
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def get(server: ApiServer, call: Call) -> Response:
    """One object, or what a subresource shows of it."""
    item = await existing(server, call)
    if call.subresource == "log":
        return await log.get(server, call, item.object)
    if call.subresource == "scale":
        return answer.one(call, scale.payload(item.object), server.clock.now())
    return answer.one(call, item.payload, server.clock.now(), revision=item.revision)


async def list_(server: ApiServer, call: Call) -> Response:
    """A list, whole or in pages; a page's continue token names the revision and the last key."""
    selection = selection_of(call)
    limit = _limit(call)
    if call.query.get("resourceVersion", "") != "0":
        await server.cache.caught_up()
    _check_version(server, call)
    start, revision = _position(call)
    if revision and revision != server.cache.revision:
        items = await _items_at(server, call, revision)
    else:
        revision = server.cache.revision
        items = server.cache.of(call.resource).items
    keys = _keys(call, selection, items, start)
    found: list[Item] = []
    metadata: Obj = {"resourceVersion": str(revision)}
    for index, key in enumerate(keys):
        if limit and len(found) == limit:
            metadata["continue"] = _token(revision, keys[index - 1])
            if selection.plain:
                metadata["remainingItemCount"] = len(keys) - index
            break
        if selection.plain or selection.matches(items[key].object):
            found.append(items[key])
    return answer.many(call, found, metadata, server.clock.now(), revision)


def _keys(call: Call, selection: Selection, items: dict[str, Item], start: str) -> list[str]:
    """The keys that may be meant, in order, after `start`. A selection by name is looked up, not searched for."""
    namespace = selection.namespace if call.resource.namespaced else ""
    prefix = call.resource.key(namespace)
    if selection.name and (namespace or not call.resource.namespaced):
        key = call.resource.key(namespace, selection.name)
        return [key] if key in items and key > start else []
    return sorted(key for key in items if key > start and key.startswith(prefix))


def _limit(call: Call) -> int:
    text = call.query.get("limit") or "0"
    return max(0, numbers.integer(text))


def _check_version(server: ApiServer, call: Call) -> None:
    wanted = call.query.get("resourceVersion") or ""
    match = call.query.get("resourceVersionMatch") or ""
    if match and not wanted:
        raise status.bad_request("resourceVersionMatch is forbidden unless resourceVersion is provided")
    if match not in ("", "Exact", "NotOlderThan"):
        raise status.bad_request(f'resourceVersionMatch: Unsupported value: "{match}"')
    if numbers.resource_version(wanted) > server.cache.revision:
        raise status.timeout(f"Too large resource version: {wanted}, current: {server.cache.revision}", 1)


def _token(revision: int, key: str) -> str:
    token = orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": key})
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def _position(call: Call) -> tuple[str, int]:
    text = call.query.get("continue") or ""
    if not text:
        return "", 0
    try:
        token = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return str(token["start"]), int(token["rv"])
    except (ValueError, KeyError, TypeError) as error:
        raise status.bad_request("continue key is not valid: " + str(error)) from error


async def _items_at(server: ApiServer, call: Call, revision: int) -> dict[str, Item]:
    """The resource as it was at the revision of the list's first page; 410 when that is compacted."""
    remembered = server.cache.of(call.resource).at(revision)
    if remembered is not None:
        return remembered
    kvs, _ = await server.storage.range(call.resource.key(), revision)
    return {kv.key: item_of(kv) for kv in kvs}
