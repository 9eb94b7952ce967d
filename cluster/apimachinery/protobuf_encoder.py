"""Writes objects in Kubernetes' protobuf form, the way back of `protobuf`; one function a message, made when first met.

An object goes out as `k8s\\0` and a runtime.Unknown around it; an event of a watch as a meta.v1.WatchEvent whose object is
such a piece, with its length before it (four bytes).
Models: apimachinery/pkg/runtime/serializer/protobuf/protobuf.go, pkg/util/framer v1.37
Simplified: what is at its zero value is left out also where Go writes it; every reader takes that for the same.
"""

from __future__ import annotations

import base64
import functools
import re
import struct
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from cluster.apimachinery import protobuf
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339

Encoder = Callable[[Any], bytes]
"""A value's bytes, without its tag and length."""
Step = Callable[[bytearray, Any], None]
"""Appends a field whole."""

VARINT, FIXED64, BYTES = 0, 1, 2
INTEGERS = frozenset({"int32", "int64", "uint32", "uint64"})
DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)")
UNITS = {"h": 3600e9, "m": 60e9, "s": 1e9, "ms": 1e6, "us": 1e3, "µs": 1e3, "ns": 1}


def is_known(api_version: str, kind: str) -> bool:
    """Has the kind a protobuf form? Custom kinds and a few others have none."""
    try:
        protobuf.message_of(api_version, kind)
    except ValueError:
        return False
    return True


def encode(obj: Obj) -> bytes:
    """An object as it goes out. ValueError for a kind that has no protobuf form, KeyError for no kind."""
    name = protobuf.message_of(obj["apiVersion"], obj["kind"])
    return envelope(obj["apiVersion"], obj["kind"], _message(name)(obj))


def envelope(api_version: str, kind: str, raw: bytes) -> bytes:
    """`k8s\\0` and the Unknown that holds the object's own bytes."""
    type_meta = _delimited(1, api_version.encode()) + _delimited(2, kind.encode())
    return protobuf.MAGIC + _delimited(1, type_meta) + _delimited(2, raw)


def list_parts(api_version: str, kind: str, metadata: Obj, items: Iterable[Obj]) -> Iterable[bytes]:
    """The own bytes of a list of a kind, a part for its metadata and one for each item."""
    item = _message(protobuf.message_of(api_version, kind))
    yield _delimited(1, _message(f"{protobuf.META}.ListMeta")(metadata))
    for each in items:
        yield _delimited(2, item(each))


def frame(event_type: str, obj: Obj) -> bytes:
    """One event of a watch, with its length before it."""
    content = _delimited(1, event_type.encode()) + _delimited(2, _delimited(1, encode(obj)))
    return struct.pack(">I", len(content)) + content


# --- messages -------------------------------------------------------------------------------------------------------


@functools.cache
def _message(name: str) -> Encoder:
    """What writes a message of that name."""
    steps: dict[str, Step] = {}
    inlined: list[tuple[bytes, str, frozenset[str]]] = []
    for number, (json_name, kind, flags) in protobuf.table()[name].items():
        if json_name:
            steps[json_name] = _step(int(number), kind, flags)
        else:
            inlined.append((_tag(int(number), BYTES), kind, _names(kind)))

    def write(obj: Any) -> bytes:
        out = bytearray()
        for key, value in obj.items():
            if value is not None and (step := steps.get(key)) is not None:
                step(out, value)
        for tag, kind, names in inlined:
            if not names.isdisjoint(obj) and (part := _message(kind)(obj)):
                out += tag + _varint(len(part)) + part
        return bytes(out)

    return write


@functools.cache
def _names(name: str) -> frozenset[str]:
    """The JSON names of a message's fields, those of what is inlined in it too."""
    found: set[str] = set()
    for json_name, kind, _ in protobuf.table().get(name, {}).values():
        found |= {json_name} if json_name else _names(kind)
    return frozenset(found)


def _step(number: int, kind: str, flags: str) -> Step:
    if "m" in flags:
        return _map_step(_tag(number, BYTES), _field(2, kind))
    one = _field(number, kind)
    if "r" not in flags:
        return one

    def each(out: bytearray, values: Any) -> None:
        for value in values:
            one(out, value)

    return each


def _map_step(tag: bytes, value_step: Step) -> Step:
    def write(out: bytearray, values: Any) -> None:
        for key, value in values.items():
            entry = bytearray(_delimited(1, key.encode()))
            if value is not None:
                value_step(entry, value)
            out += tag + _varint(len(entry)) + entry

    return write


def _field(number: int, kind: str) -> Step:
    if kind in INTEGERS or kind == "bool":
        tag = _tag(number, VARINT)

        def write_number(out: bytearray, value: Any) -> None:
            out += tag + _varint(int(value))

        return write_number
    if kind == "double":
        tag = _tag(number, FIXED64)

        def write_double(out: bytearray, value: Any) -> None:
            out += tag + struct.pack("<d", value)

        return write_double
    tag, encoder = _tag(number, BYTES), _encoder(kind)

    def write(out: bytearray, value: Any) -> None:
        part = encoder(value)
        out += tag + _varint(len(part)) + part

    return write


def _encoder(kind: str) -> Encoder:
    if kind in ("string", "bytes"):
        return str.encode if kind == "string" else base64.b64decode
    if (special := SPECIAL.get(kind)) is not None:
        return special
    if protobuf.is_list(kind):
        return lambda value: _message(kind)({"items": value})
    return lambda value: _message(kind)(value)  # its own message may come within it: found when it is needed


# --- values that have a form of their own ---------------------------------------------------------------------------


def _time(value: str) -> bytes:
    seconds = parse_rfc3339(value)
    whole = int(seconds // 1)
    micros = round((seconds - whole) * 1e6)
    nanos = _tag(2, VARINT) + _varint(micros * 1000) if micros else b""
    return _tag(1, VARINT) + _varint(whole) + nanos


def _duration(value: str) -> bytes:
    nanoseconds = sum(float(amount) * UNITS[unit] for amount, unit in DURATION.findall(value))
    return _tag(1, VARINT) + _varint(int(-nanoseconds if value.startswith("-") else nanoseconds))


def _int_or_string(value: int | str) -> bytes:
    if isinstance(value, str):
        return _tag(1, VARINT) + _varint(1) + _delimited(3, value.encode())
    return _tag(1, VARINT) + _varint(0) + _tag(2, VARINT) + _varint(value)


def _raw(value: Any) -> bytes:
    return _delimited(1, orjson.dumps(value))


SPECIAL: dict[str, Encoder] = {
    f"{protobuf.META}.Time": _time,
    f"{protobuf.META}.MicroTime": _time,
    f"{protobuf.META}.Duration": _duration,
    f"{protobuf.META}.FieldsV1": _raw,
    "k8s.io.apimachinery.pkg.runtime.RawExtension": _raw,
    "k8s.io.apimachinery.pkg.api.resource.Quantity": lambda value: _delimited(1, str(value).encode()),
    "k8s.io.apimachinery.pkg.util.intstr.IntOrString": _int_or_string,
}


# --- bytes ----------------------------------------------------------------------------------------------------------


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _delimited(number: int, content: bytes) -> bytes:
    return _tag(number, BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    if 0 <= value < 128:
        return ONE_BYTE[value]
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


ONE_BYTE = [bytes([value]) for value in range(128)]
