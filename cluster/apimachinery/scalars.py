"""Reading a single value by its field's type, as Go's decoder does; `schema.decode` walks to it.

Models: encoding/json, and the unmarshalers of Quantity, Time and IntOrString v1.37
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cluster.apimachinery import quantity
from cluster.apimachinery.field_type import (
    ANY,
    BOOLEAN,
    BYTES,
    INT_OR_STRING,
    INTEGER,
    NUMBER,
    QUANTITY,
    STRING,
    TIME,
    Type,
    TypeMismatch,
)
from cluster.clock import canonical_rfc3339

BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def read(value: Any, field: Type, owner: Type, path: str) -> Any:  # noqa: C901  # one branch a kind of value
    kind = field.kind
    if kind == ANY:
        return _copy(value)
    if kind == TIME and value.__class__ is str:
        return _time(value, is_micro(field)) if value else value
    good = False
    if kind in (STRING, BYTES):
        good = value.__class__ is str and (kind == STRING or _is_base64(value))
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
        raise mismatch(value, field, owner, path)
    return value


def _canonical(value: str | int | float) -> str:
    try:
        return quantity.canonical(value)
    except ValueError as error:
        raise TypeMismatch(str(error)) from error


def is_micro(type: Type) -> bool:
    """Does a time count microseconds?"""
    return type.name.endswith("MicroTime")


def _time(value: str, micro: bool) -> str:
    try:
        return canonical_rfc3339(value, micro=micro)
    except (ValueError, OverflowError) as error:
        raise TypeMismatch(
            f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse "{value}" as "2006"'
        ) from error


def _is_base64(value: str) -> bool:
    """TypeMismatch when it is not."""
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


def mismatch(value: Any, field: Type, owner: Type, path: str) -> TypeMismatch:
    struct = owner.name.rpartition(".")[2]
    where = "".join(part for index, part in enumerate(path.replace("]", "[").split("[")) if index % 2 == 0)
    return TypeMismatch(
        f"json: cannot unmarshal {json_kind(value)} into Go struct field {struct}.{where} of type {field.go_name}",
        (value, field),
    )


def json_kind(value: Any) -> str:
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
