"""The type that a structural schema gives its objects: what server-side apply and managedFields go by.

Models: structured-merge-diff/v6 typed, kube-openapi/pkg/schemaconv v1.37
"""

from __future__ import annotations

from cluster.apimachinery import schema as definitions
from cluster.apimachinery.field_type import (
    ANY,
    BOOLEAN,
    INT_OR_STRING,
    INTEGER,
    LIST,
    MAP,
    NUMBER,
    STRING,
    STRUCT,
    Type,
)
from cluster.apimachinery.meta import Obj

OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
SCALARS = {"string": STRING, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}


def unknown() -> Type:
    """What nothing is said about: maps are merged by key, anything else is one value."""
    found = Type(MAP)
    found.item = found
    return found


def type_of(schema: Obj) -> Type:
    """The type of a whole object."""
    found = _type(schema)
    found.kind = STRUCT
    if found.item is not None:  # what it keeps without knowing it
        found.item = unknown()
    for name in ("apiVersion", "kind"):
        found.fields[name] = Type(STRING)
    found.fields["metadata"] = definitions.type_of(OBJECT_META)
    return found


def _type(schema: Obj) -> Type:
    if schema.get("x-kubernetes-int-or-string"):
        return Type(INT_OR_STRING)
    kind = schema.get("type")
    if kind in SCALARS:
        return Type(SCALARS[kind])
    if kind == "array":
        return _list(schema)
    properties, additional = schema.get("properties"), schema.get("additionalProperties")
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    if properties:
        found = Type(STRUCT)
        found.fields = {name: _type(part) for name, part in properties.items()}
        found.item = unknown() if schema.get("x-kubernetes-preserve-unknown-fields") else None
    elif isinstance(additional, dict):
        found = Type(MAP)
        found.item = _type(additional)
    elif kind == "object" or not kind:
        found = unknown()
    else:
        found = Type(ANY)
    found.atomic = atomic
    return found


def _list(schema: Obj) -> Type:
    found = Type(LIST)
    found.item = _type(schema.get("items") or {})
    found.list_type = schema.get("x-kubernetes-list-type", "")
    found.keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
    found.atomic = found.list_type not in ("map", "set")
    return found
