"""ResourceQuota: what a namespace may hold. What a new object needs is added to the quotas' `status.used` before it is
stored, each compared with the revision that was read: two that come at once never share the last place.

What is used is counted by the resourcequota loop; this plugin only adds to it, as upstream's does, and counts itself what
the loop has not counted yet (upstream refuses then: "status unknown for quota"). An object that fails after its admission
stays charged until the loop counts again.
Models: apiserver/pkg/admission/plugin/resourcequota/{admission,controller}.go, pkg/quota/v1/evaluator/core v1.37
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis.core import quota_charge, quota_usage
from cluster.apis.registry import Kind
from cluster.apiserver.admission.request import CREATE, UPDATE, AdmissionRequest
from cluster.apiserver.watch_cache import Item

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5
ZERO = Decimal(0)

_locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    if not _concerns(request) or not any(server.reader.list("ResourceQuota", request.namespace)):
        return
    key = (id(server), request.namespace)
    lock = _locks.get(key)
    if lock is None:
        lock = _locks[key] = asyncio.Lock()
    async with lock:
        for _ in range(TRIES):
            await server.cache.caught_up()
            charges = []
            for item in _quotas(server, request.namespace):
                quota = completed(server, item.object)
                used = charged(quota, request.kind, request.obj, request.old_obj, request.name)
                if used:
                    charges.append((item, {**quota, "status": {**quota["status"], "used": used}}))
            if request.dry_run or await _written(server, charges):
                return
    raise status.conflict("resourcequotas", request.namespace, status.MODIFIED)


def _concerns(request: AdmissionRequest) -> bool:
    """New objects, and Services that change: their kind and number of ports count."""
    if not request.kind.namespaced or request.subresource:
        return False
    return request.operation == CREATE or (request.operation == UPDATE and request.kind.built_in == "Service")


def _quotas(server: ApiServer, namespace: str) -> list[Item]:
    kind = server.registry.kind("ResourceQuota")
    items, prefix = server.cache.of(kind).items, kind.key(namespace)
    return [items[key] for key in sorted(items) if key.startswith(prefix)]


async def _written(server: ApiServer, charges: list[tuple[Item, Obj]]) -> bool:
    """Write the quotas with what is used now; False when one changed meanwhile."""
    for item, quota in charges:
        if await server.storage.rewrite(item.key, quota, item.revision) is None:
            return False
    return True


def completed(server: ApiServer, quota: Obj) -> Obj:
    """The quota with a whole status: what the loop has not counted yet is counted here."""
    hard = quota["spec"].get("hard") or {}
    known = (quota.get("status") or {}).get("used") or {}
    used = {name: known[name] for name in hard if name in known}
    namespace = quota["metadata"]["namespace"]
    for name in hard.keys() - used.keys():
        kind = next((each for each in server.registry.storages() if quota_charge.speaks_of(each, name)), None)
        objects = list(server.reader.list(kind.kind, namespace)) if kind is not None else []
        if quota_usage.is_scoped(quota):
            objects = [each for each in objects if each["kind"] == "Pod" and quota_usage.in_scope(quota, each)]
        total = quota_usage.total(kind, objects) if kind is not None else {}
        used[name] = quota_usage.shown(total.get(name, ZERO), hard[name])
    return {**quota, "status": {"hard": hard, "used": used}}


def charged(quota: Obj, kind: Kind, new: Obj, old: Obj | None, name: str) -> dict[str, str]:
    """What is used of the quota once the object is there; {} when it does not count. ApiError 403 for too much."""
    used, why = quota_charge.charge(quota, kind, new, old)
    if why:
        raise status.forbidden(kind.plural, name, why, kind.group)
    return used
