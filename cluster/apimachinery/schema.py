"""Types: what fields an object of a kind may have, and reading an object by them.

The definitions are Kubernetes 1.37's, from the PyPI package `kubernetes-validate` (its data only; its code is never
imported). A type is compiled when it is first asked for, with everything it refers to; descriptions are not kept.
`decode` checks an object and copies it in one walk, as Go's decoder and encoder do: unknown fields are left out and told
of, nulls and empty lists and maps are left out, quantities are put into canonical form.

Models: encoding/json and sigs.k8s.io/json as the API server uses them; structured-merge-diff/v6 schema.
"""

from __future__ import annotations

import functools
from importlib import util
from pathlib import Path
from typing import Any

import orjson

from cluster.apimachinery import scalars
from cluster.apimachinery.field_type import (
    ANY,
    BOOLEAN,
    BYTES,
    INT_OR_STRING,
    INTEGER,
    LIST,
    MAP,
    NUMBER,
    QUANTITY,
    STRING,
    STRUCT,
    TIME,
    Type,
    TypeMismatch,
)

__all__ = [
    "ANY",
    "BOOLEAN",
    "BYTES",
    "INTEGER",
    "INT_OR_STRING",
    "LIST",
    "MAP",
    "NUMBER",
    "QUANTITY",
    "STRING",
    "STRUCT",
    "TIME",
    "Type",
    "TypeMismatch",
]

PREFIX = "#/$defs/"
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": QUANTITY,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": TIME,
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": TIME,
}
ZERO: dict[int, Any] = {STRING: "", BYTES: "", INTEGER: 0, NUMBER: 0, BOOLEAN: False, QUANTITY: "0", INT_OR_STRING: 0}
"""What a null in a list is read as."""
SCALARS = {"string": STRING, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}
DEEPEST = 64

_types: dict[str, Type] = {}


def definitions_path() -> Path:
    spec = util.find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package kubernetes-validate is not installed")
    return Path(spec.submodule_search_locations[0]) / "kubernetes-json-schema" / "v1.37.0-local" / "_definitions.json"


def definitions() -> dict[str, Any]:
    """The raw definitions with descriptions; parsed anew at each call (11 ms), so that nothing keeps them in memory."""
    return orjson.loads(definitions_path().read_bytes())["$defs"]  # type: ignore[no-any-return]  # a JSON object


def preload(names: list[str]) -> None:
    """Compile several types in one reading of the definitions."""
    missing = [name for name in names if name not in _types]
    if missing:
        raw = definitions()
        for name in missing:
            _named(name, raw)


def type_of(name: str) -> Type:
    """The compiled type of a definition. KeyError when there is none of that name."""
    found = _types.get(name)
    if found is None:
        preload([name])
        found = _types[name]
    return found


def _named(name: str, raw: dict[str, Any]) -> Type:
    found = _types.get(name)
    if found is not None:
        return found
    definition = raw[name]
    if name in SPECIAL:
        compiled = Type(SPECIAL[name], name)
        _types[name] = compiled
        return compiled
    properties = definition.get("properties")
    compiled = Type(STRUCT if properties else ANY, name)
    _types[name] = compiled
    if not properties and definition.get("type") not in ("object", ["object", "null"], None):
        _types[name] = compiled = _field(definition, raw)
        compiled.name = name
        return compiled
    compiled.atomic = definition.get("x-kubernetes-map-type") == "atomic"
    compiled.required = tuple(definition.get("required") or ())
    for field, description in (properties or {}).items():
        compiled.fields[field] = _field(description, raw)
    marked = _always_present().get(name, ())
    compiled.present = frozenset(each.lstrip("*?") for each in marked)
    compiled.times = tuple(
        each.lstrip("?")
        for each in marked
        if not each.startswith("*") and (known := compiled.fields.get(each.lstrip("?"))) and known.kind == TIME
    )
    return compiled


@functools.lru_cache(maxsize=1)
def _always_present() -> dict[str, list[str]]:
    """definition → the marked names that `generate_always_present` found in it."""
    return orjson.loads(Path(__file__).with_name("always_present.json").read_bytes())  # type: ignore[no-any-return]  # a JSON object


def _field(description: dict[str, Any], raw: dict[str, Any]) -> Type:
    if "$ref" in description:
        referred = _named(description["$ref"].removeprefix(PREFIX), raw)
        if "x-kubernetes-map-type" not in description and "x-kubernetes-patch-strategy" not in description:
            return referred
        compiled = Type(referred.kind, referred.name)
        compiled.fields, compiled.item, compiled.required = referred.fields, referred.item, referred.required
        compiled.atomic = referred.atomic or description.get("x-kubernetes-map-type") == "atomic"
        compiled.strategy = description.get("x-kubernetes-patch-strategy", "")
        return compiled
    kinds = description.get("type")
    kind = next((each for each in kinds if each != "null"), "") if isinstance(kinds, list) else kinds
    if kind in SCALARS:
        compiled = Type(BYTES if description.get("format") == "byte" else SCALARS[kind])
        compiled.format = description.get("format", "")
        return compiled
    if kind == "array":
        return _list(description, raw)
    if kind == "object" and "additionalProperties" in description:
        compiled = Type(MAP)
        compiled.item = _field(description["additionalProperties"], raw)
        compiled.atomic = description.get("x-kubernetes-map-type") == "atomic"
        return compiled
    return Type(ANY)


def _list(description: dict[str, Any], raw: dict[str, Any]) -> Type:
    compiled = Type(LIST)
    compiled.item = _field(description.get("items") or {}, raw)
    compiled.list_type = description.get("x-kubernetes-list-type", "")
    compiled.keys = tuple(description.get("x-kubernetes-list-map-keys") or ())
    compiled.strategy = description.get("x-kubernetes-patch-strategy", "")
    compiled.merge_key = description.get("x-kubernetes-patch-merge-key", "")
    compiled.atomic = compiled.list_type not in ("map", "set")
    return compiled


# --- reading an object ----------------------------------------------------------------------------------------------


def decode(obj: Any, type: Type, unknown: list[str]) -> Any:
    """A copy of `obj` read by its type; paths of unknown fields are appended to `unknown`. Raises TypeMismatch."""
    if obj.__class__ is not dict:
        raise TypeMismatch(f"json: cannot unmarshal {scalars.json_kind(obj)} into Go value of type {type.go_name}")
    return _struct(obj, type, "", unknown, 0)


def _struct(obj: dict[str, Any], type: Type, path: str, unknown: list[str], depth: int) -> dict[str, Any]:
    fields = type.fields
    found: dict[str, Any] = {}
    prefix = path + "." if path else ""
    if depth > DEEPEST:
        raise TypeMismatch("json: exceeded max depth")
    for name, value in obj.items():
        field = fields.get(name)
        if field is None:
            unknown.append(prefix + name)
            continue
        kind = field.kind
        if not value and (value is None or _omitted(value, kind, name, type)):
            continue
        if kind == STRING and value.__class__ is str:
            found[name] = value
        elif kind == STRUCT and value.__class__ is dict:
            found[name] = _struct(value, field, prefix + name, unknown, depth + 1)
        else:
            found[name] = _value(value, field, type, prefix + name, unknown, depth + 1)
    for name in type.times:
        found.setdefault(name, None)
    return found


def _omitted(value: Any, kind: int, name: str, owner: Type) -> bool:
    """Does Go leave this empty list or map out?"""
    empty = (kind == LIST and value.__class__ is list) or (kind == MAP and value.__class__ is dict)
    return empty and name not in owner.present


def _value(value: Any, field: Type, owner: Type, path: str, unknown: list[str], depth: int) -> Any:  # one walk's state
    kind = field.kind
    if kind == LIST:
        if value.__class__ is not list:
            raise scalars.mismatch(value, field, owner, path)
        item = field.item or Type(ANY)
        return [_item(each, item, owner, f"{path}[{index}]", unknown, depth) for index, each in enumerate(value)]
    if kind == MAP:
        if value.__class__ is not dict:
            raise scalars.mismatch(value, field, owner, path)
        item = field.item or Type(ANY)
        if item.kind == STRING:
            return _string_map(value, item, owner, path)
        return {
            name: _item(each, item, owner, f"{path}.{name}", unknown, depth)
            for name, each in value.items()
            if each is not None
        }
    if kind == STRUCT:
        if value.__class__ is not dict:
            raise scalars.mismatch(value, field, owner, path)
        return _struct(value, field, path, unknown, depth)
    return scalars.read(value, field, owner, path)


def _item(value: Any, field: Type, owner: Type, path: str, unknown: list[str], depth: int) -> Any:  # one walk's state
    if field.kind == STRUCT:
        if value is None:
            return {}
        if value.__class__ is dict:
            return _struct(value, field, path, unknown, depth)
    if value is None:
        return ZERO.get(field.kind)
    return _value(value, field, owner, path, unknown, depth)


def _string_map(value: dict[str, Any], item: Type, owner: Type, path: str) -> dict[str, str]:
    found = {}
    for name, each in value.items():
        if each.__class__ is not str:
            if each is None:
                each = ""
            else:
                raise scalars.mismatch(each, item, owner, path)
        found[name] = each
    return found
