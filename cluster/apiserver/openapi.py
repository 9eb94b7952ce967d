"""OpenAPI v3 (and v2) documents, made from the schema package when first asked for, kept as bytes.

kubectl validates through v3 only where PATCH lists `fieldValidation`; `explain` finds kinds by the GVK extension of
paths.
Models: apiserver/pkg/server/routes/openapi.go, kube-openapi/pkg/handler3 v1.37
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from cluster.apimachinery import enums, schema
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind, Registry
from cluster.apiserver import openapi_discovery, openapi_paths, openapi_v2, published
from cluster.wire.message import Payload, Request, Response

JSON = {"content-type": "application/json"}
V3_REFERENCE = "#/components/schemas/"
TEXT = {"type": "string"}
QUANTITY, INT_OR_STRING = (name for name in schema.SPECIAL if name.endswith(("Quantity", "IntOrString")))
ONE_OF: dict[str, dict[str, Any]] = {
    QUANTITY: {"oneOf": [{"type": "string"}, {"type": "number"}]},
    INT_OR_STRING: {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
}
IN_V2: dict[str, dict[str, Any]] = {QUANTITY: TEXT, INT_OR_STRING: {"type": "string", "format": "int-or-string"}}
"""What cannot be said in a definition of the package, in v3 and in v2."""


class OpenApi:
    """The documents of one registry."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._documents: dict[str, bytes] = {}
        self._generation = registry.generation

    def answer(self, path: str, request: Request) -> Response | None:
        """The response for a path below /openapi/, None when there is none."""
        if self._generation != self.registry.generation:
            self._generation = self.registry.generation
            self._documents.clear()
        if path == "/openapi/v3":
            return Response(200, Payload(object={"paths": self._index()}), JSON)
        if path == "/openapi/v2":
            if openapi_v2.MEDIA_TYPE in request.headers.get("accept", ""):
                return Response(200, Payload(raw=self._v2_protobuf()), {"content-type": openapi_v2.ANSWERED_TYPE})
            return Response(200, Payload(raw=self._v2()), JSON)
        document = self._document(path.removeprefix("/openapi/v3/"))
        if document is None:
            return None
        tag = f'"{_hash(document)}"'
        if request.headers.get("if-none-match") == tag:
            return Response(304, headers={"etag": tag})
        return Response(200, Payload(raw=document), {**JSON, "etag": tag})

    def _index(self) -> Obj:
        served = [
            f"apis/{group}/{version}" if group else f"api/{version}"
            for group, versions in self.registry.groups()
            for version in versions
        ]
        documents = {name: self._document(name) for name in (*served, *openapi_discovery.described(self.registry))}
        return {
            name: {"serverRelativeURL": f"/openapi/v3/{name}?hash={_hash(document)}"}
            for name, document in sorted(documents.items())
            if document is not None
        }

    def _document(self, name: str) -> bytes | None:
        if name not in self._documents:
            kinds = [kind for kind in self.registry.kinds if kind.path_prefix == f"/{name}"]
            other = openapi_discovery.described(self.registry).get(name)
            if kinds:
                paths, definitions = openapi_paths.paths(kinds, V3_REFERENCE), [kind.schema for kind in kinds]
            elif other is not None:
                path, definition = other
                paths = openapi_discovery.operation(path, V3_REFERENCE + definition if definition else "")
                definitions = [definition] if definition else []
            else:
                return None
            raw = {**schema.definitions(), **published.definitions(kinds)}
            document = {
                "openapi": "3.0.0",
                "info": {"title": "Kubernetes", "version": "v1.37.2"},
                "paths": paths,
                "components": {
                    "schemas": {each: _converted(raw[each], each, kinds) for each in _closure(definitions, raw)}
                },
            }
            self._documents[name] = orjson.dumps(document)
        return self._documents[name]

    def _v2(self) -> bytes:
        if "v2" not in self._documents:
            kinds = list(self.registry.kinds)
            raw = {**schema.definitions(), **published.definitions(kinds)}
            wanted = _closure([kind.schema for kind in kinds], raw)
            document = {
                "swagger": "2.0",
                "info": {"title": "Kubernetes", "version": "v1.37.2"},
                "paths": {},
                "definitions": {each: _converted(raw[each], each, kinds, "#/definitions/") for each in wanted},
            }
            self._documents["v2"] = orjson.dumps(document)
        return self._documents["v2"]

    def _v2_protobuf(self) -> bytes:
        if "v2 protobuf" not in self._documents:
            self._documents["v2 protobuf"] = openapi_v2.encode(orjson.loads(self._v2()))
        return self._documents["v2 protobuf"]


def _hash(document: bytes) -> str:
    return hashlib.sha512(document).hexdigest().upper()


def _closure(names: list[str], raw: dict[str, Any]) -> list[str]:
    """The definitions named and all that they refer to, in order."""
    found: dict[str, None] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found or name not in raw:
            continue
        found[name] = None
        text = orjson.dumps(raw[name]).decode()
        pending += [part.split('"', 1)[0] for part in text.split(schema.PREFIX)[1:]]
    return sorted(found)


def _converted(value: Any, name: str, kinds: list[Kind], reference: str = V3_REFERENCE) -> Any:
    """A definition in OpenAPI's own form: references re-rooted, nullable unions flattened, quantities as strings."""
    found = _walk(value, reference)
    if one_of := ONE_OF.get(name):
        found = {"description": value.get("description", ""), **(one_of if reference == V3_REFERENCE else IN_V2[name])}
    for field in ("apiVersion", "kind"):  # the package pins them to the one value that each may have
        if isinstance(found.get("properties"), dict):
            (found["properties"].get(field) or {}).pop("enum", None)
    for field, values in enums.of(name).items():
        described = found["properties"][field]
        described["enum"] = list(values)
        listed = "\n".join(f' - `"{value}"` {meaning}'.rstrip() for value, meaning in values.items())
        described["description"] = f"{described.get('description', '')}\n\nPossible enum values:\n{listed}"
    gvks = [{"group": kind.group, "kind": kind.kind, "version": kind.version} for kind in kinds if kind.schema == name]
    if gvks:
        found["x-kubernetes-group-version-kind"] = gvks
    return found


def _walk(value: Any, reference: str) -> Any:
    if isinstance(value, list):
        return [_walk(each, reference) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, each in value.items():
        if key == "$ref" and isinstance(each, str) and reference == V3_REFERENCE:
            found["allOf"] = [{"$ref": each.replace(schema.PREFIX, reference)}]
        elif key == "$ref" and isinstance(each, str):
            found[key] = each.replace(schema.PREFIX, reference)
        elif key == "type" and isinstance(each, list):
            found[key] = next(kind for kind in each if kind != "null")
        elif key == "enum" and None in each:
            found[key] = [choice for choice in each if choice is not None]
        else:
            found[key] = _walk(each, reference)
    return found
