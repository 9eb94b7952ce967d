"""PATCH: JSON patch, merge patch, strategic merge patch, and server-side apply.

Models: apiserver/pkg/endpoints/handlers/patch.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import schema, status
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import apply, json, merge, strategic
from cluster.apiserver import decoding, negotiate, writing
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
SUPPORTED = ", ".join((JSON_PATCH, MERGE, STRATEGIC, *APPLY))
TRIES = 5


async def patch(server: ApiServer, call: Call) -> Response:
    """200 with the object (201 when an apply creates it). Retried when the object changed meanwhile."""
    content_type = call.request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type not in (JSON_PATCH, MERGE, STRATEGIC, APPLY[0]):
        raise status.unsupported_media_type(
            f"the body of the request was in an unknown format - accepted media types include: {SUPPORTED}"
        )
    call.stage = "decode"
    body = negotiate.body_of(call.request)
    if content_type == APPLY[0]:
        return await _apply(server, call, negotiate.must_be_object(body))
    for _ in range(TRIES):
        item = await existing(server, call)
        if call.subresource == "scale":
            new = scale.applied(item.object, _patched(scale.scale_of(item.object), body, content_type, "Scale"))
        else:
            kind = call.resource
            new = decoding.decode(call, _patched(item.object, body, content_type, kind.schema), kind)
        try:
            response = await writing.change(server, call, item, new)
        except writing.Stale:
            continue
        return scale.shown(response) if call.subresource == "scale" else response
    raise status.conflict(call.resource.plural, call.name, status.MODIFIED, call.group)


def _patched(old: Obj, body: Any, content_type: str, schema_name: str) -> Any:
    try:
        if content_type == JSON_PATCH:
            return json.apply(old, body)
        if not isinstance(body, dict):
            raise status.bad_request(
                "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
            )
        if content_type == MERGE or schema_name == "Scale":
            return merge.apply(old, body)
        return strategic.apply(old, body, schema.type_of(schema_name))
    except json.MalformedPatch as error:
        raise status.bad_request(str(error)) from error
    except (json.PatchError, strategic.StrategicPatchError) as error:
        raise status.failure(
            422, "Invalid", f"the server rejected our request due to an error in our request: {error}"
        ) from error


async def _apply(server: ApiServer, call: Call, body: Obj) -> Response:
    """Server-side apply. Models: handlers/patch.go applyPatcher"""
    kind = call.resource
    if not call.query.get("fieldManager"):
        fault = status.FieldError("FieldValueRequired", "fieldManager", "Required value: is required for apply patch")
        raise status.invalid("PatchOptions", "", [fault], "meta.k8s.io")
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and metadata.get("managedFields"):
        raise status.bad_request("metadata.managedFields must be nil")
    applied = decoding.decode(call, body, kind)
    applied["metadata"].setdefault("name", call.name)
    if applied["metadata"]["name"] != call.name:
        raise status.bad_request("metadata.name does not match the name on the URL")
    kind_type, write = schema.type_of(kind.schema), writing.write_of(server, call, kind)
    for _ in range(TRIES):
        await server.cache.caught_up()
        item = server.cache.of(kind).items.get(kind.key(call.namespace, call.name))
        live = item.object if item is not None else None
        merged = apply.apply(live, applied, kind_type, write)
        managed = merged["metadata"].pop("managedFields")
        new = orjson.loads(orjson.dumps(merged))
        try:
            if item is None:
                if call.subresource:
                    raise status.not_found(kind.plural, call.name, kind.group)
                return await writing.make(server, call, new, managed)
            if "resourceVersion" not in applied["metadata"]:
                new["metadata"].pop("resourceVersion", None)
            return await writing.change(server, call, item, new, managed)
        except writing.Stale:
            continue
    raise status.conflict(kind.plural, call.name, status.MODIFIED, kind.group)
