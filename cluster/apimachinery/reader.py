"""Reads an object that is as it should be: a function for each type, made when the type is first met.

Nearly every object that comes in is well-formed. For those this is twice as quick as the walk of `schema.decode`,
because nothing is kept to say where one is. Whatever is out of the ordinary (an unknown field, a null in a list, a float
for an integer, a wrong type) is not judged here: `Odd`, and the caller lets the slow walk tell or mend.

Models: encoding/json and sigs.k8s.io/json as the API server uses them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery import quantity
from cluster.apimachinery.scalars import BOUNDS, is_micro
from cluster.apimachinery.schema import (
    BOOLEAN,
    INT_OR_STRING,
    INTEGER,
    LIST,
    MAP,
    QUANTITY,
    STRING,
    STRUCT,
    TIME,
    Type,
)
from cluster.clock import canonical_rfc3339

Reader = Callable[[Any], Any]
EMPTY: dict[int, Any] = {LIST: [], MAP: {}}
"""What Go leaves out when it is empty, by the kind of the field."""


class Odd(Exception):
    """Not as usual; `schema.decode` knows more."""


_readers: dict[Type, Reader] = {}


def read(value: Any, type: Type) -> Any:
    """A copy of a well-formed value of a type. Raises Odd."""
    return reader_of(type)(value)


def reader_of(type: Type) -> Reader:
    found = _readers.get(type)
    if found is None:
        found = _readers[type] = _MAKERS.get(type.kind, _odd)(type)
    return found


def _struct(type: Type) -> Reader:
    fields = type.fields
    strings = frozenset(name for name, field in fields.items() if field.kind == STRING)
    left_out = _left_out(type)
    times = type.times
    readers: dict[str, Reader] = {}

    def read_struct(value: Any) -> Any:
        if value.__class__ is not dict:
            raise Odd
        found: dict[str, Any] = {}
        for name, each in value.items():
            if name in strings and each.__class__ is str:
                found[name] = each
                continue
            if name not in fields:
                raise Odd
            if each is None or (not each and left_out.get(name) == each):
                continue
            reader = readers.get(name)
            if reader is None:
                reader = readers[name] = reader_of(fields[name])
            found[name] = reader(each)
        for name in times:
            found.setdefault(name, None)
        return found

    return read_struct


def _left_out(type: Type) -> dict[str, Any]:
    """field → the empty value with which Go leaves it out."""
    fields = type.fields.items()
    return {name: EMPTY[each.kind] for name, each in fields if each.kind in EMPTY and name not in type.present}


def _list(type: Type) -> Reader:
    item = reader_of(type.item) if type.item is not None else _odd(type)

    def read_list(value: Any) -> Any:
        if value.__class__ is not list:
            raise Odd
        return [item(each) for each in value]

    return read_list


def _map(type: Type) -> Reader:
    if type.item is not None and type.item.kind == STRING:
        return _read_strings
    item = reader_of(type.item) if type.item is not None else _odd(type)

    def read_map(value: Any) -> Any:
        if value.__class__ is not dict:
            raise Odd
        return {name: item(each) for name, each in value.items() if each is not None}

    return read_map


def _read_strings(value: Any) -> Any:
    if value.__class__ is not dict:
        raise Odd
    for each in value.values():
        if each.__class__ is not str:
            raise Odd
    return dict(value)


def _integer(type: Type) -> Reader:
    low, high = BOUNDS.get(type.format, BOUNDS["int64"])

    def read_integer(value: Any) -> Any:
        if value.__class__ is int and low <= value <= high:
            return value
        raise Odd

    return read_integer


def _read_string(value: Any) -> Any:
    if value.__class__ is str:
        return value
    raise Odd


def _read_boolean(value: Any) -> Any:
    if value.__class__ is bool:
        return value
    raise Odd


def _time(type: Type) -> Reader:
    micro = is_micro(type)

    def read_time(value: Any) -> Any:
        if value.__class__ is not str or not value:
            raise Odd
        try:
            return canonical_rfc3339(value, micro=micro)
        except (ValueError, OverflowError):
            raise Odd from None

    return read_time


def _read_quantity(value: Any) -> Any:
    if value.__class__ is not str:
        raise Odd
    try:
        return quantity.canonical(value)
    except ValueError:
        raise Odd from None


def _read_int_or_string(value: Any) -> Any:
    if value.__class__ is str or (value.__class__ is int and -(2**31) <= value < 2**31):
        return value
    raise Odd


def _odd(type: Type) -> Reader:
    def refuse(value: Any) -> Any:
        raise Odd

    return refuse


_MAKERS: dict[int, Callable[[Type], Reader]] = {
    STRUCT: _struct,
    LIST: _list,
    MAP: _map,
    INTEGER: _integer,
    STRING: lambda type: _read_string,
    BOOLEAN: lambda type: _read_boolean,
    TIME: _time,
    QUANTITY: lambda type: _read_quantity,
    INT_OR_STRING: lambda type: _read_int_or_string,
}
