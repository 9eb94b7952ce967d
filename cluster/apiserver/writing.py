"""What every write does: identity, admission, validation, managed fields, the store; in this order.

Models: apiserver/pkg/registry/generic/registry/store.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import apply
from cluster.apis.registry import Kind, Subresource
from cluster.apiserver import answer, faces, managed_fields, numbers
from cluster.apiserver.admission.request import CREATE, UPDATE, AdmissionRequest
from cluster.apiserver.call import Call
from cluster.apiserver.stored import stamped, unstamped
from cluster.apiserver.watch_cache import Item
from cluster.clock import rfc3339
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

IDENTITY = ("uid", "creationTimestamp", "namespace", "name", "generateName")
MARKS = ("deletionTimestamp", "deletionGracePeriodSeconds")


class Stale(Exception):
    """The object changed between reading and writing; the caller decides whether to try again."""


def writer_of(call: Call) -> tuple[str, str, int]:
    """(component, user, hop) that a revision remembers."""
    return call.request.source, call.user.name if call.user else "", call.request.hop


def write_of(server: ApiServer, call: Call, kind: Kind) -> apply.Write:
    now = rfc3339(server.clock.now())
    return apply.Write(call.manager, kind.api_version, now, call.subresource, call.asks("force"))


def admission_request(call: Call, operation: str, obj: Obj, old: Obj | None) -> AdmissionRequest:
    assert call.user is not None
    name = obj["metadata"].get("name", "")
    return AdmissionRequest(
        operation,
        call.resource,
        call.subresource,
        call.namespace,
        name,
        obj,
        old,
        call.user,
        call.dry_run,
        call.warnings,
        annotations=call.annotations,
    )


async def admit(server: ApiServer, call: Call, request: AdmissionRequest) -> None:
    """What admission changes, and refuses before validation."""
    call.stage = "admit"
    await server.admission.admit(request)


async def approve(server: ApiServer, call: Call, request: AdmissionRequest) -> None:
    """What admission refuses of an object that is valid: nothing after this may refuse it."""
    call.stage = "admit"
    await server.admission.approve(request)


def check(call: Call, new: Obj, old: Obj | None, door: Subresource | None) -> None:
    """Validation, by the kind's rules or the door's own. ApiError 422 with every fault."""
    call.stage = "validate"
    kind = call.resource
    validate = door.validate if door and door.validate else kind.validate
    faults = validate(new, old)
    if faults:
        name = new["metadata"].get("name") or new["metadata"].get("generateName") or ""
        raise status.invalid(kind.kind, name, list(faults), kind.group)
    call.warnings += kind.warn(new, old)


async def store_new(server: ApiServer, call: Call, obj: Obj) -> Item:
    """Write an object that must not exist yet. ApiError 409."""
    call.stage = "store"
    kind = call.resource
    key = kind.key(call.namespace, obj["metadata"]["name"])
    if call.dry_run:
        if key in server.cache.of(kind).items:
            raise status.already_exists(kind.plural, obj["metadata"]["name"], kind.group)
        return Item(key, Payload(object=obj), 0, 0)
    lease = await server.event_lease() if kind.built_in == "Event" else 0
    revision = await server.storage.create(key, obj, writer_of(call), lease)
    if revision is None:
        raise status.already_exists(kind.plural, obj["metadata"]["name"], kind.group)
    return await stored(server, kind, key, obj, revision)


async def store_changed(server: ApiServer, call: Call, item: Item, obj: Obj) -> Item:
    """Write an object over `item`, or delete it when its last finalizer goes. Raises Stale."""
    call.stage = "store"
    kind = call.resource
    metadata = obj["metadata"]
    metadata.pop("resourceVersion", None)
    if call.dry_run:
        return Item(item.key, Payload(object=stamped(obj, item.revision)), item.revision, item.hop)
    if metadata.get("deletionTimestamp") and not _held(kind, obj):
        revision = await server.storage.delete(item.key, item.revision, writer_of(call))
        if revision is None:
            raise Stale
        return Item(item.key, Payload(object=stamped(obj, revision)), revision, call.request.hop)
    if unstamped(item.object) == obj:
        return item
    lease = await server.event_lease() if kind.built_in == "Event" else 0
    revision = await server.storage.update(item.key, obj, item.revision, writer_of(call), lease)
    if revision is None:
        raise Stale
    return await stored(server, kind, item.key, obj, revision)


async def stored(server: ApiServer, kind: Kind, key: str, obj: Obj, revision: int) -> Item:
    """The item as the cache has it once etcd's watch told of it, or made here when that is late."""
    item = server.cache.of(kind).items.get(key)
    if item is not None and item.revision == revision:
        return item
    return Item(key, Payload(object=stamped(obj, revision)), revision, 0)


def _held(kind: Kind, obj: Obj) -> bool:
    """Something still keeps a deleted object: finalizers, a namespace's content, a pod's grace."""
    if obj["metadata"].get("finalizers"):
        return True
    if kind.built_in == "Namespace":
        return bool((obj.get("spec") or {}).get("finalizers"))
    return bool(kind.built_in == "Pod" and obj["metadata"].get("deletionGracePeriodSeconds"))


def inherit(new: Obj, old: Obj) -> None:
    """What a client may not change by leaving it out: identity and the server's own marks."""
    metadata, was = new["metadata"], old["metadata"]
    for name in IDENTITY:
        if name in was and name not in metadata:
            metadata[name] = was[name]
    for name in MARKS:
        if name in was:
            metadata[name] = was[name]
        else:
            metadata.pop(name, None)
    metadata.pop("selfLink", None)


async def change(server: ApiServer, call: Call, item: Item, new: Obj, managed: list[Obj] | None = None) -> Response:
    """The second half of update, patch and apply: prepare, admit, validate, manage fields, store. Raises Stale."""
    kind, door = call.resource, call.door
    old = item.object
    inherit(new, old)
    version = new["metadata"].pop("resourceVersion", "")
    if version and version != "0" and numbers.resource_version(version) != item.revision:
        raise status.conflict(kind.plural, call.name, status.MODIFIED, kind.group)
    _stays_itself(kind, new, old)
    if kind.defaults_status or "spec" not in old or new.get("spec") is not old["spec"]:
        kind.default(new)
    (door.prepare if door and door.prepare else kind.prepare)(new, old)
    server.allocators.keep(kind, new, old)
    request = admission_request(call, UPDATE, new, old)
    await admit(server, call, request)
    check(call, new, old, door)
    server.authorizer.check_escalation(call, new, old)
    await approve(server, call, request)
    if managed is None:
        entries = None if call.subresource else managed_fields.base(call.managers, apply.entries_of(old))
        write = write_of(server, call, kind)
        before, after = faces.shown(kind, old), faces.shown(kind, new)
        managed = apply.after_update(before, after, kind.type, write, entries)
    if managed:
        new["metadata"]["managedFields"] = managed
    written = await store_changed(server, call, item, new)
    return answer.one(call, written.payload, server.clock.now(), revision=written.revision)


async def make(server: ApiServer, call: Call, obj: Obj, managed: list[Obj] | None = None) -> Response:
    """The second half of create, also of an apply that creates."""
    kind = call.resource
    identify(server, call, obj)
    kind.default(obj)
    if managed is None:
        sent = faces.shown(kind, _as_sent(kind, obj))
        managed = apply.after_update(None, sent, kind.type, write_of(server, call, kind))
    kind.prepare(obj, None)
    request = admission_request(call, CREATE, obj, None)
    await admit(server, call, request)
    check(call, obj, None, None)
    server.authorizer.check_escalation(call, obj, None)
    await approve(server, call, request)
    server.allocators.assign(kind, obj)
    obj["metadata"]["managedFields"] = managed
    item = await store_new(server, call, obj)
    return answer.one(call, item.payload, server.clock.now(), 201, item.revision)


def identify(server: ApiServer, call: Call, obj: Obj) -> None:
    """Give a new object its identity."""
    metadata = obj["metadata"]
    if call.resource.namespaced:
        metadata["namespace"] = call.namespace
    else:
        metadata.pop("namespace", None)
    for name in ("resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"):
        metadata.pop(name, None)
    metadata["uid"] = server.clock.uid()
    metadata["creationTimestamp"] = rfc3339(server.clock.now())


def _as_sent(kind: Kind, obj: Obj) -> Obj:
    """What the creator manages: what was sent and defaulted, before admission adds its part; never a status."""
    if "status" in obj and kind.subresource("status") is not None:
        return {name: value for name, value in obj.items() if name != "status"}
    return obj


def _stays_itself(kind: Kind, new: Obj, old: Obj) -> None:
    """No door renames or moves an object: its key stays. ApiError 422."""
    faults = [
        status.FieldError(
            "FieldValueInvalid",
            f"metadata.{field}",
            f'Invalid value: "{new["metadata"].get(field, "")}": field is immutable',
        )
        for field in ("name", "namespace", "uid")
        if new["metadata"].get(field) != old["metadata"].get(field)
    ]
    if faults:
        raise status.invalid(kind.kind, old["metadata"]["name"], faults, kind.group)


def uid_mismatch(key: str, wanted: str, found: str) -> str:
    return (
        f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
        f"UID in precondition: {wanted}, UID in object meta: {found}"
    )
