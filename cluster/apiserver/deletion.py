"""DELETE of one object and of a collection: grace, finalizers, propagation, preconditions.

Models: apiserver/pkg/registry/generic/registry/store.go Delete, rest/delete.go; core/pod/strategy.go
CheckGracefulDelete
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.apiserver import answer, decoding, negotiate, numbers, writing
from cluster.apiserver.admission.request import DELETE
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing, selection_of
from cluster.apiserver.watch_cache import Item
from cluster.clock import rfc3339
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
POLICIES = {"Orphan": ORPHAN, "Foreground": FOREGROUND, "Background": ""}
TRIES = 8


async def delete(server: ApiServer, call: Call) -> Response:
    """A Status when the object is gone, the object when something still holds it."""
    options = _options(call)
    for _ in range(TRIES):
        item = await existing(server, call)
        try:
            left = await delete_item(server, call, item, options)
        except writing.Stale:
            continue
        metadata = item.object["metadata"]
        if left is not None or call.resource.built_in == "Pod":
            found = left or item
            return answer.one(call, found.payload, server.clock.now(), revision=found.revision)
        return answer.respond(call, answer.success(call, metadata["name"], metadata["uid"]))
    raise status.conflict(call.resource.plural, call.name, status.MODIFIED, call.group)


async def delete_collection(server: ApiServer, call: Call) -> Response:
    """Every object of a selection; answers the list of them."""
    options, selection = _options(call), selection_of(call)
    await server.cache.caught_up()
    cache = server.cache.of(call.resource)
    doomed = [item for item in list(cache.items.values()) if selection.matches(item.object)]
    for item in doomed:
        for _ in range(TRIES):
            current = cache.items.get(item.key)
            if current is None:
                break
            try:
                call.name = current.object["metadata"]["name"]
                await delete_item(server, call, current, options)
                break
            except writing.Stale:
                continue
    metadata = {"resourceVersion": str(server.cache.revision)}
    return answer.many(call, doomed, metadata, server.clock.now(), server.cache.revision)


def _options(call: Call) -> Obj:
    body = negotiate.body_of(call.request)
    options = decoding.part(body, decoding.DELETE_OPTIONS) if body is not None else {}
    if call.query.get("gracePeriodSeconds"):
        options.setdefault("gracePeriodSeconds", numbers.integer(call.query["gracePeriodSeconds"]))
    if call.query.get("propagationPolicy"):
        options.setdefault("propagationPolicy", call.query["propagationPolicy"])
    policy = options.get("propagationPolicy") or "Background"
    if policy not in POLICIES:
        message = f'Unsupported value: "{policy}": supported values: "Background", "Foreground", "Orphan"'
        fault = status.FieldError("FieldValueNotSupported", "propagationPolicy", message)
        raise status.invalid("DeleteOptions", "", [fault], "meta.k8s.io")
    if options.get("dryRun"):
        call.query["dryRun"] = options["dryRun"][0]
    if options.get("orphanDependents"):
        options["propagationPolicy"] = "Orphan"
    return options


async def delete_item(server: ApiServer, call: Call, item: Item, options: Obj) -> Item | None:
    """The item that is left, marked for deletion, or None when it is gone. Raises Stale."""
    kind, obj = call.resource, item.object
    _check_preconditions(call, item, options.get("preconditions") or {})
    request = writing.admission_request(call, DELETE, obj, obj)
    await writing.admit(server, call, request)
    await writing.approve(server, call, request)
    metadata = _with_finalizers(kind, obj["metadata"])
    finalizers = [each for each in metadata.get("finalizers") or () if each not in (ORPHAN, FOREGROUND)]
    policy = options.get("propagationPolicy")
    if policy is None:
        finalizers = list(metadata.get("finalizers") or ())
    elif POLICIES[policy]:
        finalizers.append(POLICIES[policy])
    grace = _grace(kind.built_in, obj, options)
    held = (
        bool(finalizers)
        or grace > 0
        or (kind.built_in == "Namespace" and bool((obj.get("spec") or {}).get("finalizers")))
    )
    if not held:
        if call.dry_run:
            return None
        revision = await server.storage.delete(item.key, item.revision, writing.writer_of(call))
        if revision is None:
            raise writing.Stale
        return None
    if (
        metadata.get("deletionTimestamp")
        and grace >= metadata.get("deletionGracePeriodSeconds", 0)
        and (finalizers == list(metadata.get("finalizers") or ()))
    ):
        return item
    now = server.clock.now()
    metadata["deletionTimestamp"] = rfc3339(now + grace)
    metadata["deletionGracePeriodSeconds"] = grace
    if (
        kind.built_in in ("Pod", "Deployment", "ReplicaSet")
        and "generation" in metadata
        and not obj["metadata"].get("deletionTimestamp")
    ):
        metadata["generation"] += 1
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
    marked = {**obj, "metadata": metadata}
    if kind.built_in == "Namespace":
        marked["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}
    return await writing.store_changed(server, call, item, marked)


def _with_finalizers(kind: Kind, metadata: Obj) -> Obj:
    """A copy of the metadata; on the first deletion with the finalizers that the kind itself asks for."""
    if not kind.finalizers_on_delete or metadata.get("deletionTimestamp"):
        return dict(metadata)
    known = metadata.get("finalizers") or ()
    return {**metadata, "finalizers": [*known, *(each for each in kind.finalizers_on_delete if each not in known)]}


def _grace(kind: str, obj: Obj, options: Obj) -> int:
    """Only pods that a kubelet runs go gracefully."""
    if kind != "Pod":
        return 0
    asked = options.get("gracePeriodSeconds")
    seconds = int(asked) if asked is not None else int(obj["spec"].get("terminationGracePeriodSeconds") or 30)
    phase = (obj.get("status") or {}).get("phase")
    if not obj["spec"].get("nodeName") or phase in ("Succeeded", "Failed") or seconds <= 0:
        return 0
    already = obj["metadata"].get("deletionGracePeriodSeconds")
    return min(seconds, already) if already else seconds


def _check_preconditions(call: Call, item: Item, wanted: Obj) -> None:
    metadata, kind = item.object["metadata"], call.resource
    if wanted.get("uid") and wanted["uid"] != metadata["uid"]:
        raise status.conflict(
            kind.plural, call.name, writing.uid_mismatch(item.key, wanted["uid"], metadata["uid"]), kind.group
        )
    if wanted.get("resourceVersion") and wanted["resourceVersion"] != metadata["resourceVersion"]:
        why = (
            f"StorageError: invalid object, Code: 4, Key: {item.key}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: ResourceVersion in precondition: {wanted['resourceVersion']}, "
            f"ResourceVersion in object meta: {metadata['resourceVersion']}"
        )
        raise status.conflict(kind.plural, call.name, why, kind.group)
