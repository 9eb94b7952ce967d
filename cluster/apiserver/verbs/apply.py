"""PATCH: JSON patch, merge patch, strategic merge patch, and server-side apply.

Models: apiserver/pkg/endpoints/handlers/patch.go v1.37
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import schema, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import apply, json, merge, strategic, unstructured
from cluster.apis import validation
from cluster.apiserver import decoding, faces, negotiate, writing
from cluster.apiserver.authz.attributes import Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.apiserver.subresources import scale
from cluster.wire.message import Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

JSON_PATCH, MERGE, STRATEGIC = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
APPLY = ("application/apply-patch+yaml", "application/apply-patch+cbor")
REFUSED = "the server rejected our request due to an error in our request"
SUPPORTED_OF_CUSTOM = ", ".join((JSON_PATCH, MERGE, *APPLY))
SUPPORTED = ", ".join((JSON_PATCH, MERGE, STRATEGIC, *APPLY))
TRIES = 5


async def patch(server: ApiServer, call: Call) -> Response:
    """200 with the object (201 when an apply creates it). Retried when the object changed meanwhile."""
    content_type = call.request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type not in (JSON_PATCH, MERGE, STRATEGIC, *APPLY):
        raise status.unsupported_media_type(
            f"the body of the request was in an unknown format - accepted media types include: {SUPPORTED}"
        )
    if content_type == STRATEGIC and call.resource.structural is not None:
        raise status.unsupported_media_type(
            f"the body of the request was in an unknown format - accepted media types include: {SUPPORTED_OF_CUSTOM}"
        )
    call.stage = "decode"
    if content_type in APPLY:
        return await _apply(server, call, negotiate.must_be_object(negotiate.body_of(call.request)))
    body = _patch_of(call, content_type)
    for _ in range(TRIES):
        item = await existing(server, call)
        if call.subresource == "scale":
            new = scale.applied(
                call, item.object, _patched(scale.scale_of(call, item.object), body, content_type, None)
            )
        else:
            kind = call.resource
            changed = _patched(faces.shown(kind, item.object), body, content_type, kind.type)
            refuse = partial(_refusal, body) if content_type == STRATEGIC else partial(_refusal_of_result, changed)
            new = decoding.decode(call, changed, kind, refuse, item.object)
        try:
            response = await writing.change(server, call, item, new)
        except writing.Stale:
            continue
        return scale.shown(call, response) if call.subresource == "scale" else response
    raise status.conflict(call.resource.plural, call.name, status.MODIFIED, call.group)


def _patch_of(call: Call, content_type: str) -> Any:
    """The patch; ApiError 400 for what is none."""
    try:
        body = call.request.body.object if call.request.body else None
    except orjson.JSONDecodeError as error:
        why = "invalid JSON patch" if content_type == MERGE else f"error decoding patch: {error}"
        raise status.bad_request(why) from error
    if content_type != JSON_PATCH and not isinstance(body, dict):
        kind = "array" if isinstance(body, list) else "object"
        raise status.bad_request(
            f"error decoding patch: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        )
    return body


def _patched(old: Obj, body: Any, content_type: str, type: schema.Type | None) -> Any:
    """The document after the patch; `type` None for a part that has no strategy of its own (a Scale)."""
    try:
        if content_type == JSON_PATCH:
            return json.apply(old, body)
        if content_type == MERGE or type is None:
            return merge.apply(old, body)
        return strategic.apply(old, body, type)
    except json.MalformedPatch as error:
        raise status.bad_request(str(error)) from error
    except json.PatchError as error:
        raise status.failure(422, "Invalid", REFUSED, {}) from error  # upstream keeps the reason to itself
    except strategic.StrategicPatchError as error:
        raise status.failure(422, "Invalid", str(error), {}) from error


def _refusal(body: Obj, fault: schema.TypeMismatch | str) -> status.ApiError:
    """422 for a strategic merge patch whose result is no object of its kind."""
    why = unstructured.mismatch(fault) if isinstance(fault, schema.TypeMismatch) else fault
    return status.invalid("", "", [validation.invalid("patch", unstructured.shown(body), why)])


def _refusal_of_result(changed: Any, fault: schema.TypeMismatch | str) -> status.ApiError:
    """422 for the result of another patch: it is shown itself."""
    try:
        text = orjson.dumps(changed).decode()
    except TypeError as error:  # nested deeper than any object may be
        raise status.bad_request("json: exceeded max depth") from error
    return status.invalid("", "", [validation.invalid("patch", text, str(fault))])


async def _apply(server: ApiServer, call: Call, body: Obj) -> Response:
    """Server-side apply. Models: handlers/patch.go applyPatcher"""
    kind = call.resource
    if not call.query.get("fieldManager"):
        fault = status.FieldError("FieldValueRequired", "fieldManager", "Required value: is required for apply patch")
        raise status.invalid("PatchOptions", "", [fault], "meta.k8s.io")
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and metadata.get("managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    applied = faces.shown(kind, decoding.decode(call, body, kind))
    applied["metadata"].setdefault("name", call.name)
    if applied["metadata"]["name"] != call.name:
        raise status.bad_request("metadata.name does not match the name on the URL")
    kind_type, write = kind.type, writing.write_of(server, call, kind)
    for _ in range(TRIES):
        await server.cache.caught_up()
        item = server.cache.of(kind).items.get(kind.key(call.namespace, call.name))
        live = faces.shown(kind, item.object) if item is not None else None
        merged = apply.apply(live, applied, kind_type, write)
        managed = merged["metadata"].pop("managedFields")
        new = faces.kept(kind, orjson.loads(orjson.dumps(merged)))
        try:
            if item is None:
                if call.subresource:
                    raise status.not_found(kind.plural, call.name, kind.group)
                _may_create(server, call)
                return await writing.make(server, call, new, managed)
            if "resourceVersion" not in applied["metadata"]:
                new["metadata"].pop("resourceVersion", None)
            return await writing.change(server, call, item, new, managed)
        except writing.Stale:
            continue
    raise status.conflict(kind.plural, call.name, status.MODIFIED, kind.group)


def _may_create(server: ApiServer, call: Call) -> None:
    """An apply that creates is asked for as a create too. ApiError 403. Models: handlers/create.go withAuthorization"""
    assert call.user is not None
    namespace = call.namespace if call.resource.namespaced else ""
    plural = call.resource.plural
    server.authorizer.authorize(
        call.user, Attributes("create", call.group, call.version, plural, namespace=namespace, name=call.name)
    )
