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

from cluster.apimachinery import quantity, status
from cluster.apimachinery.meta import Obj
from cluster.apis.core import quota_usage
from cluster.apis.core.quota_usage import Usage
from cluster.apis.registry import Kind
from cluster.apiserver.admission.request import CREATE, UPDATE, AdmissionRequest
from cluster.apiserver.watch_cache import Item

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5
WRITER = ("kube-apiserver", "system:apiserver", 0)
ZERO = Decimal(0)
COMPUTE = ("cpu", "memory", "ephemeral-storage")

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
    return request.operation == CREATE or (request.operation == UPDATE and request.kind.kind == "Service")


def _quotas(server: ApiServer, namespace: str) -> list[Item]:
    kind = server.registry.kind("ResourceQuota")
    items, prefix = server.cache.of(kind).items, kind.key(namespace)
    return [items[key] for key in sorted(items) if key.startswith(prefix)]


async def _written(server: ApiServer, charges: list[tuple[Item, Obj]]) -> bool:
    """Write the quotas with what is used now; False when one changed meanwhile."""
    for item, quota in charges:
        metadata = {name: value for name, value in quota["metadata"].items() if name != "resourceVersion"}
        if await server.storage.update(item.key, {**quota, "metadata": metadata}, item.revision, WRITER) is None:
            return False
    return True


def completed(server: ApiServer, quota: Obj) -> Obj:
    """The quota with a whole status: what the loop has not counted yet is counted here."""
    hard = quota["spec"].get("hard") or {}
    known = (quota.get("status") or {}).get("used") or {}
    used = {name: known[name] for name in hard if name in known}
    namespace = quota["metadata"]["namespace"]
    for name in hard.keys() - used.keys():
        kind = next((each for each in server.registry.storages() if speaks_of(each, name)), None)
        objects = list(server.reader.list(kind.kind, namespace)) if kind is not None else []
        if quota_usage.is_scoped(quota):
            objects = [each for each in objects if each["kind"] == "Pod" and quota_usage.in_scope(quota, each)]
        total = quota_usage.total(kind, objects) if kind is not None else {}
        used[name] = quota_usage.shown(total.get(name, ZERO), hard[name])
    return {**quota, "status": {"hard": hard, "used": used}}


# --- the decision ---------------------------------------------------------------------------------------------------


def charged(quota: Obj, kind: Kind, new: Obj, old: Obj | None, name: str) -> dict[str, str]:
    """What is used of the quota once the object is there; {} when it does not count. ApiError 403 for too much."""
    if quota_usage.is_scoped(quota) and (kind.kind != "Pod" or not quota_usage.in_scope(quota, new)):
        return {}
    hard, used = quota["status"]["hard"], quota["status"]["used"]
    counted = [each for each in sorted(hard) if speaks_of(kind, each)]
    if not counted:
        return {}
    quota_name = quota["metadata"]["name"]
    if kind.kind == "Pod" and (missing := lacking(counted, new)):
        raise status.forbidden(kind.plural, name, f"failed quota: {quota_name}: must specify {missing}", kind.group)
    added = _added(kind, new, old)
    asked = {each: added[each] for each in counted if added.get(each)}
    total = {each: quantity.parse(used[each]) + amount for each, amount in asked.items()}
    over = [each for each in sorted(asked) if asked[each] > 0 and total[each] > quantity.parse(hard[each])]
    if over:
        parts = (
            f"requested: {_listed(over, {each: quota_usage.shown(asked[each], hard[each]) for each in over})}",
            f"used: {_listed(over, used)}",
            f"limited: {_listed(over, hard)}",
        )
        raise status.forbidden(kind.plural, name, f"exceeded quota: {quota_name}, {', '.join(parts)}", kind.group)
    return {**used, **{each: quota_usage.shown(amount, hard[each]) for each, amount in total.items()}} if total else {}


def speaks_of(kind: Kind, name: str) -> bool:
    """May a quota's limit of this name count objects of the kind?"""
    if name.startswith("count/"):
        return name == f"count/{kind.resource}"
    counted = name.partition(".")[0]
    if kind.group == "" and counted in quota_usage.COUNTED:
        return counted == kind.plural
    return kind.kind == "Pod" and counted not in quota_usage.COUNTED


def lacking(counted: list[str], pod: Obj) -> str:
    """What a pod must say because a quota counts it: `requests.cpu for: main; limits.cpu for: main`."""
    missing: dict[str, list[str]] = {}
    for key in counted:
        how, dot, name = key.partition(".")
        if not dot:
            how, name = "requests", key
        if name not in COMPUTE or how not in ("requests", "limits"):
            continue
        for container in (*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())):
            if name not in ((container.get("resources") or {}).get(how) or {}):
                missing.setdefault(key, []).append(container["name"])
    return "; ".join(f"{key} for: {','.join(containers)}" for key, containers in missing.items())


def _added(kind: Kind, new: Obj, old: Obj | None) -> Usage:
    """What the object adds to what is used; less than nothing when it shrinks."""
    after = quota_usage.usage(kind, new)
    if old is None:
        return after
    before = quota_usage.usage(kind, old)
    return {name: after.get(name, ZERO) - before.get(name, ZERO) for name in {**after, **before}}


def _listed(names: list[str], amounts: dict[str, str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in names)
