"""Reads request bodies in Kubernetes' protobuf form: `k8s\\0`, then a runtime.Unknown that holds the object.

Typed clients (`kubectl create deployment`) send these. The fields come from `protobuf_table.json`, which
`generate_protobuf` makes. Whatever is malformed raises ValueError.
Models: apimachinery/pkg/runtime/serializer/protobuf/protobuf.go v1.37
"""

from __future__ import annotations

import base64
import functools
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339, rfc3339_micro

MAGIC = b"k8s\x00"
META = "k8s.io.apimachinery.pkg.apis.meta.v1"
DEEPEST = 64
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LISTS = frozenset({"AttestationValue", "ExtraValue", "Verbs"})
INTEGERS = {"int32": 32, "int64": 64}

Table = dict[str, dict[str, list[str]]]


@functools.cache
def table() -> Table:
    return json.loads(Path(__file__).with_name("protobuf_table.json").read_text())  # type: ignore[no-any-return]  # made by us


def decode(body: bytes) -> Obj:
    """The object as its JSON form has it. ValueError when the body is no Kubernetes protobuf or of an unknown kind."""
    if not body.startswith(MAGIC):
        raise ValueError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    unknown = dict(_fields(body[len(MAGIC) :]))
    type_meta = {number: _text(value) for number, value in _fields(_bytes(unknown.get(1, b"")))}
    api_version, kind = type_meta.get(1, ""), type_meta.get(2, "")
    message = message_of(api_version, kind)
    return {"apiVersion": api_version, "kind": kind, **_message(_bytes(unknown.get(2, b"")), message, 0)}


@functools.lru_cache(maxsize=256)
def message_of(api_version: str, kind: str) -> str:
    """The name of a kind's message. ValueError when it has none."""
    group, _, version = api_version.rpartition("/")
    room = (group.removesuffix(".k8s.io").split(".")[0] or "core").replace("-", "")
    candidates = [f"k8s.io.api.{room}.{version}.{kind}", f"{META}.{kind}"]
    for candidate in candidates:
        if candidate in table():
            return candidate
    raise ValueError(f'no kind "{kind}" is registered for version "{api_version}"')


def _message(data: bytes, name: str, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise ValueError("protobuf: message nested too deeply")
    fields = table().get(name)
    if fields is None:
        raise ValueError(f"protobuf: unknown message {name}")
    found: dict[str, Any] = {}
    for number, raw in _fields(data):
        field = fields.get(str(number))
        if field is None:
            continue
        json_name, kind, flags = field
        if "m" in flags:
            key, value = _entry(_bytes(raw), kind, depth)
            found.setdefault(json_name, {})[key] = value
            continue
        value = _value(raw, kind, depth)
        if "r" in flags:
            found.setdefault(json_name, []).append(value)
        elif json_name == "":
            found.update(value if isinstance(value, dict) else {})
        elif (
            ("z" in flags or value not in ("", 0, False, None))
            and value is not None
            and not (value == "" and kind == "string")
        ):
            found[json_name] = value
    return found


def _entry(data: bytes, kind: str, depth: int) -> tuple[str, Any]:
    parts = dict(_fields(data))
    default: Any = b"" if kind not in ("int32", "int64", "bool") else 0
    return _text(parts.get(1, b"")), _value(parts.get(2, default), kind, depth)


def _value(raw: Any, kind: str, depth: int) -> Any:
    if kind == "string":
        return _text(raw)
    if kind == "bytes":
        return base64.b64encode(_bytes(raw)).decode()
    if kind in INTEGERS:
        return _signed(raw)
    if kind == "bool":
        return bool(raw)
    if kind == "double":
        return struct.unpack("<d", struct.pack("<Q", raw))[0] if isinstance(raw, int) else None
    if kind in ("uint32", "uint64"):
        return raw
    special = SPECIAL.get(kind)
    if special is not None:
        return special(dict(_fields(_bytes(raw))))
    message = _message(_bytes(raw), kind, depth + 1)
    return message.get("items", []) if is_list(kind) else message


def is_list(name: str) -> bool:
    """Is a message a list in JSON? Go's named lists are messages with one field."""
    return name.rpartition(".")[2] in LISTS


def _time(parts: dict[int, Any]) -> str | None:
    return rfc3339(_signed(parts.get(1, 0))) if parts else None


def _micro_time(parts: dict[int, Any]) -> str | None:
    return rfc3339_micro(_signed(parts.get(1, 0)) + parts.get(2, 0) / 1e9) if parts else None


def _int_or_string(parts: dict[int, Any]) -> int | str:
    return _text(parts.get(3, b"")) if parts.get(1, 0) else _signed(parts.get(2, 0))


def _json(parts: dict[int, Any]) -> Any:
    text = _bytes(parts.get(1, b""))
    return json.loads(text) if text else None


SPECIAL: dict[str, Any] = {
    f"{META}.Time": _time,
    f"{META}.MicroTime": _micro_time,
    f"{META}.Duration": lambda parts: f"{_signed(parts.get(1, 0)) // 10**9}s",
    f"{META}.FieldsV1": _json,
    "k8s.io.apimachinery.pkg.runtime.RawExtension": _json,
    "k8s.io.apimachinery.pkg.api.resource.Quantity": lambda parts: _text(parts.get(1, b"0")),
    "k8s.io.apimachinery.pkg.util.intstr.IntOrString": _int_or_string,
}


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """(number, raw value) of each field: an int, or bytes."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ValueError("proto: illegal tag 0")
        if wire == VARINT:
            value, at = _varint(data, at)
            yield number, value
        elif wire == BYTES:
            length, at = _varint(data, at)
            if at + length > end:
                raise ValueError("unexpected EOF")
            yield number, data[at : at + length]
            at += length
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            if at + size > end:
                raise ValueError("unexpected EOF")
            yield number, int.from_bytes(data[at : at + size], "little")
            at += size
        else:
            raise ValueError(f"proto: illegal wireType {wire}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise ValueError("unexpected EOF")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
        if shift > 63:
            raise ValueError("proto: integer overflow")


def _signed(value: Any) -> int:
    if not isinstance(value, int):
        raise ValueError("proto: wrong wireType for an integer")
    return value - 2**64 if value >= 2**63 else value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("proto: wrong wireType for bytes")
    return value


def _text(value: Any) -> str:
    return _bytes(value).decode()
