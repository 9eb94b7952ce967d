"""Judging a value by a schema, in upstream's words.

What an update leaves as it was is not judged again (ratcheting).
Models: kube-openapi/pkg/validation/validate, errors/schema.go; apiextensions-apiserver/pkg/apiserver/validation v1.37
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apimachinery.structural import formats

INT_OR_STRING = "x-kubernetes-int-or-string"
KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (isinstance(value, int) and not isinstance(value, bool)) or _whole(value),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
Faults = Iterator[FieldError]


def _whole(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value) and value == int(value)


def faults(value: Any, schema: Obj, at: str = "", old: Any = None) -> Faults:
    """What is wrong with a value. `old` is what stood there before an update."""
    if old is not None and value == old:
        return
    if value is None and schema.get("nullable"):
        return
    if not _is_of_type(value, schema):
        yield _mistyped(value, schema, at)
        return
    if (choices := schema.get("enum")) is not None and value not in choices:
        listed = ", ".join(shown(each) if isinstance(each, str) else shown(shown(each)) for each in choices)
        yield FieldError("FieldValueNotSupported", at, f"Unsupported value: {shown(value)}: supported values: {listed}")
    if isinstance(value, dict):
        yield from _object(value, schema, at, old)
    elif isinstance(value, list):
        yield from _array(value, schema, at, old)
    elif isinstance(value, str):
        yield from _string(value, schema, at)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(value, schema, at)
    yield from _combined(value, schema, at)


def _is_of_type(value: Any, schema: Obj) -> bool:
    if schema.get(INT_OR_STRING):
        return KINDS["integer"](value) or isinstance(value, str)
    kind = schema.get("type")
    fits = KINDS.get(kind or "")
    return fits is None or (value is not None and fits(value))


def type_name(value: Any) -> str:
    """The kind of a value as messages name it."""
    if value is None:
        return "null"
    return next((kind for kind in ("object", "array", "string", "boolean", "integer") if KINDS[kind](value)), "number")


def _mistyped(value: Any, schema: Obj, at: str) -> FieldError:
    wanted, found = schema.get("type") or "integer,string", type_name(value)
    detail = f'{_in_body(at)} must be of type {wanted}: "{found}"'
    return FieldError("FieldValueTypeInvalid", at, f'Invalid value: "{found}": {detail}')


def _in_body(at: str) -> str:
    return f"{at} in body"


def _invalid(at: str, value: Any, detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", at, f"Invalid value: {shown(value)}: {detail}")


def shown(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _object(value: Obj, schema: Obj, at: str, old: Any) -> Faults:
    before = old if isinstance(old, dict) else {}
    for name in schema.get("required") or ():
        if name not in value:
            yield FieldError("FieldValueRequired", _child(at, name), "Required value")
    if len(value) > schema.get("maxProperties", len(value)):
        yield _too_many(at, len(value), schema["maxProperties"])
    if len(value) < schema.get("minProperties", 0):
        yield _invalid(at, value, f"{_in_body(at)} should have at least {schema['minProperties']} properties")
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for name in sorted(value):
        part = properties.get(name) or (additional if isinstance(additional, dict) else None)
        if part is not None:
            yield from faults(value[name], part, _child(at, name), before.get(name))


def _child(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _too_many(at: str, found: int, limit: int) -> FieldError:
    return FieldError("FieldValueTooMany", at, f"Too many: {found}: must have at most {limit} items")


def _array(value: list[Any], schema: Obj, at: str, old: Any) -> Faults:
    if len(value) > schema.get("maxItems", len(value)):
        yield _too_many(at, len(value), schema["maxItems"])
    if len(value) < schema.get("minItems", 0):
        yield _invalid(at, len(value), f"{_in_body(at)} should have at least {schema['minItems']} items")
    before = old if isinstance(old, list) else []
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    known = {key_of(each, keys): each for each in before} if keys else {}
    for index, each in enumerate(value):
        was = known.get(key_of(each, keys)) if keys else None
        yield from faults(each, schema.get("items") or {}, f"{at}[{index}]", was)
    yield from _duplicates(value, schema, at)


def key_of(item: Any, keys: Any) -> str:
    return shown([item.get(key) for key in keys] if isinstance(item, dict) else item)


def _duplicates(value: list[Any], schema: Obj, at: str) -> Faults:
    """Models: apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go"""
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or ()
    if kind not in ("set", "map"):
        return
    seen: set[str] = set()
    for index, each in enumerate(value):
        key = key_of(each, keys) if kind == "map" else shown(each)
        if key in seen:
            double = {name: each[name] for name in keys if name in each} if kind == "map" else each
            yield FieldError("FieldValueDuplicate", f"{at}[{index}]", f"Duplicate value: {shown(double)}")
        seen.add(key)


def _string(value: str, schema: Obj, at: str) -> Faults:
    if len(value) > schema.get("maxLength", len(value)):
        yield FieldError("FieldValueTooLong", at, f"Too long: may not be more than {schema['maxLength']} bytes")
    if len(value) < schema.get("minLength", 0):
        yield _invalid(at, value, f"{_in_body(at)} should be at least {schema['minLength']} chars long")
    if (pattern := schema.get("pattern")) and not re.search(pattern, value):
        yield _invalid(at, value, f"{_in_body(at)} should match '{pattern}'")
    format = schema.get("format")
    if format and not formats.fits(value, format):
        detail = f"{_in_body(at)} must be of type {format}: {shown(value)}"
        yield FieldError("FieldValueTypeInvalid", at, f"Invalid value: {shown(value)}: {detail}")


def _number(value: float, schema: Obj, at: str) -> Faults:
    low, high, step = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    if low is not None and (value < low or (value == low and schema.get("exclusiveMinimum"))):
        word = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield _invalid(at, value, f"{_in_body(at)} should be {word} {_plain(low)}")
    if high is not None and (value > high or (value == high and schema.get("exclusiveMaximum"))):
        word = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield _invalid(at, value, f"{_in_body(at)} should be {word} {_plain(high)}")
    if step and not _whole(value / step):
        yield _invalid(at, value, f"{_in_body(at)} should be a multiple of {_plain(step)}")


def _plain(number: float) -> str:
    return str(int(number)) if _whole(number) else str(number)


def _combined(value: Any, schema: Obj, at: str) -> Faults:
    """allOf, anyOf, oneOf and not; what fails of the first two is told too."""
    name = shown(at)
    if (parts := schema.get("anyOf")) and not any(_good(value, part, at) for part in parts):
        yield _of_whole(f"{name} must validate at least one schema (anyOf)")
        yield from min((list(faults(value, part, at)) for part in parts), key=len)
    if parts := schema.get("oneOf"):
        good = sum(_good(value, part, at) for part in parts)
        if good != 1:
            found = "Found none valid" if not good else f"Found {good} valid alternatives"
            yield _of_whole(f"{name} must validate one and only one schema (oneOf). {found}")
            if not good:
                yield from min((list(faults(value, part, at)) for part in parts), key=len)
    if (parts := schema.get("allOf")) and not all(_good(value, part, at) for part in parts):
        none = " None validated" if not any(_good(value, part, at) for part in parts) else ""
        yield _of_whole(f"{name} must validate all the schemas (allOf).{none}")
        for part in parts:
            yield from faults(value, part, at)
    if (part := schema.get("not")) is not None and _good(value, part, at):
        yield _of_whole(f"{name} must not validate the schema (not)")


def _good(value: Any, schema: Obj, at: str) -> bool:
    return next(faults(value, schema, at), None) is None


def _of_whole(detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", "<nil>", f'Invalid value: "": {detail}')
