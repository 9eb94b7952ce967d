"""Types: what fields an object of a kind may have, and reading an object by them.

The definitions are Kubernetes 1.37's, from the PyPI package `kubernetes-validate` (its data only; its code is never
imported). A type is compiled when it is first asked for, with everything it refers to; descriptions are not kept.
`decode` checks an object and copies it in one walk, as Go's decoder does: unknown fields are left out and told of,
nulls are left out, quantities are put into canonical form.

Models: encoding/json and sigs.k8s.io/json as the API server uses them; structured-merge-diff/v6 schema.
"""

from __future__ import annotations

import base64
import binascii
from importlib import util
from pathlib import Path
from typing import Any

import orjson

from cluster.apimachinery import quantity
from cluster.clock import parse_rfc3339

STRING, INTEGER, NUMBER, BOOLEAN, STRUCT, MAP, LIST, ANY, QUANTITY, INT_OR_STRING, TIME, BYTES = range(12)
PREFIX = "#/$defs/"
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": QUANTITY,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": TIME,
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": TIME,
}
SCALARS = {"string": STRING, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}
BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
DEEPEST = 64


class TypeMismatch(ValueError):
    """A value is not of its field's type; worded as Go's decoder does. `kinds` is (the value, the field's type)."""

    def __init__(self, message: str, kinds: tuple[Any, Type] | None = None) -> None:
        super().__init__(message)
        self.kinds = kinds


class Type:
    """The type of a field. `fields` of a STRUCT; `item` of a MAP or LIST; the rest says how lists and maps merge."""

    __slots__ = (
        "atomic",
        "fields",
        "format",
        "item",
        "keys",
        "kind",
        "list_type",
        "merge_key",
        "name",
        "required",
        "strategy",
    )

    def __init__(self, kind: int, name: str = "") -> None:
        self.kind = kind
        self.name = name
        self.format = ""
        self.fields: dict[str, Type] = {}
        self.required: tuple[str, ...] = ()
        self.item: Type | None = None
        self.list_type = ""
        self.keys: tuple[str, ...] = ()
        self.merge_key = ""
        self.strategy = ""
        self.atomic = False

    @property
    def go_name(self) -> str:
        """The type as Go's messages name it."""
        if self.kind in (STRUCT, ANY):
            package, _, name = self.name.rpartition(".")
            return f"{package.rpartition('.')[2]}.{name}" if name else "map[string]interface {}"
        if self.kind == LIST:
            return f"[]{self.item.go_name if self.item else 'interface {}'}"
        if self.kind == MAP:
            return f"map[string]{self.item.go_name if self.item else 'interface {}'}"
        return {INTEGER: self.format or "int64", NUMBER: "float64", BOOLEAN: "bool"}.get(self.kind, "string")


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
    return compiled


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
        raise TypeMismatch(f"json: cannot unmarshal {_json_kind(obj)} into Go value of type {type.go_name}")
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
        if value is None:
            continue
        kind = field.kind
        if kind == STRING and value.__class__ is str:
            found[name] = value
        elif kind == STRUCT and value.__class__ is dict:
            found[name] = _struct(value, field, prefix + name, unknown, depth + 1)
        else:
            found[name] = _value(value, field, type, prefix + name, unknown, depth + 1)
    return found


def _value(value: Any, field: Type, owner: Type, path: str, unknown: list[str], depth: int) -> Any:  # one walk's state
    kind = field.kind
    if kind == LIST:
        if value.__class__ is not list:
            raise _mismatch(value, field, owner, path)
        item = field.item or Type(ANY)
        return [_item(each, item, owner, f"{path}[{index}]", unknown, depth) for index, each in enumerate(value)]
    if kind == MAP:
        if value.__class__ is not dict:
            raise _mismatch(value, field, owner, path)
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
            raise _mismatch(value, field, owner, path)
        return _struct(value, field, path, unknown, depth)
    return _scalar(value, field, owner, path)


def _item(value: Any, field: Type, owner: Type, path: str, unknown: list[str], depth: int) -> Any:  # one walk's state
    if field.kind == STRUCT:
        if value is None:
            return {}
        if value.__class__ is dict:
            return _struct(value, field, path, unknown, depth)
    if value is None:
        return "" if field.kind in (STRING, BYTES) else None
    return _value(value, field, owner, path, unknown, depth)


def _string_map(value: dict[str, Any], item: Type, owner: Type, path: str) -> dict[str, str]:
    found = {}
    for name, each in value.items():
        if each.__class__ is not str:
            if each is None:
                each = ""
            else:
                raise _mismatch(each, item, owner, path)
        found[name] = each
    return found


def _scalar(value: Any, field: Type, owner: Type, path: str) -> Any:
    kind = field.kind
    if kind == ANY:
        return _copy(value)
    good = False
    if kind in (STRING, TIME, BYTES):
        good = value.__class__ is str and _well_formed(value, kind, path)
    elif kind == INTEGER:
        low, high = BOUNDS.get(field.format, BOUNDS["int64"])
        if value.__class__ is float and value.is_integer():
            value = int(value)
        good = value.__class__ is int and low <= value <= high
    elif kind == BOOLEAN:
        good = value.__class__ is bool
    elif kind == NUMBER:
        good = value.__class__ in (int, float)
    elif kind == INT_OR_STRING:
        good = value.__class__ is str or (value.__class__ is int and -(2**31) <= value < 2**31)
    elif kind == QUANTITY and value.__class__ in (str, int, float):
        return _canonical(value)
    if not good:
        raise _mismatch(value, field, owner, path)
    return value


def _canonical(value: str | int | float) -> str:
    try:
        return quantity.canonical(value)
    except ValueError as error:
        raise TypeMismatch(str(error)) from error


def _well_formed(value: str, kind: int, path: str) -> bool:
    if kind == TIME and value:
        try:
            parse_rfc3339(value)
        except ValueError as error:
            raise TypeMismatch(
                f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse "{value}" as "2006"'
            ) from error
    if kind == BYTES:
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise TypeMismatch(f"illegal base64 data at input byte {_first_bad(value)}") from error
    return True


def _first_bad(text: str) -> int:
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    return next((index for index, sign in enumerate(text) if sign not in signs), len(text) - len(text) % 4)


def _copy(value: Any) -> Any:
    if value.__class__ is dict:
        return {name: _copy(each) for name, each in value.items()}
    if value.__class__ is list:
        return [_copy(each) for each in value]
    return value


def _mismatch(value: Any, field: Type, owner: Type, path: str) -> TypeMismatch:
    struct = owner.name.rpartition(".")[2]
    where = "".join(part for index, part in enumerate(path.replace("]", "[").split("[")) if index % 2 == 0)
    return TypeMismatch(
        f"json: cannot unmarshal {_json_kind(value)} into Go struct field {struct}.{where} of type {field.go_name}",
        (value, field),
    )


def _json_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return f"number {value}" if isinstance(value, float) else "number"
    return (
        "string"
        if isinstance(value, str)
        else "array"
        if isinstance(value, list)
        else "object"
        if isinstance(value, dict)
        else "null"
    )
