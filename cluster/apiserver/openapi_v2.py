"""OpenAPI v2 as protobuf, the form in which kubectl asks for it when v3 does not know a kind.

Models: google/gnostic-models openapiv2/OpenAPIv2.proto (field numbers), kube-openapi/pkg/handler v1.37
"""

from __future__ import annotations

from typing import Any

import orjson

MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
ANSWERED_TYPE = MEDIA_TYPE.replace("@", ".")
"""What it is called in the answer: Go reads no media type with an at sign."""
TEXTS = {"$ref": 1, "format": 2, "title": 3, "description": 4}
REQUIRED, ENUM, ADDITIONAL, TYPE, ITEMS, ALL_OF, PROPERTIES, EXTENSION = 19, 20, 21, 22, 23, 24, 25, 31


def encode(document: dict[str, Any]) -> bytes:
    """An openapi_v2.Document: version, info, no paths, definitions."""
    info = document["info"]
    return b"".join(
        (
            _text(1, document["swagger"]),
            _part(2, _text(1, info["title"]) + _text(2, info["version"])),
            _part(8, b""),
            _part(9, _named(document["definitions"])),
        )
    )


def _named(schemas: dict[str, Any]) -> bytes:
    return b"".join(_part(1, _text(1, name) + _part(2, _schema(value))) for name, value in schemas.items())


def _schema(schema: dict[str, Any]) -> bytes:
    found = [_text(number, schema[name]) for name, number in TEXTS.items() if name in schema]
    found += [_text(REQUIRED, name) for name in schema.get("required") or ()]
    found += [_part(ENUM, _text(2, orjson.dumps(each).decode())) for each in schema.get("enum") or ()]
    if (additional := schema.get("additionalProperties")) is not None:
        found.append(_part(ADDITIONAL, _part(1, _schema(additional)) if isinstance(additional, dict) else b"\x10\x01"))
    if "type" in schema:
        found.append(_part(TYPE, _text(1, schema["type"])))
    if "items" in schema:
        found.append(_part(ITEMS, _part(1, _schema(schema["items"]))))
    found += [_part(ALL_OF, _schema(each)) for each in schema.get("allOf") or ()]
    if "properties" in schema:
        found.append(_part(PROPERTIES, _named(schema["properties"])))
    for name, value in schema.items():
        if name.startswith("x-"):  # the value is YAML, of which JSON is a part
            found.append(_part(EXTENSION, _text(1, name) + _part(2, _text(2, orjson.dumps(value).decode()))))
    return b"".join(found)


def _text(number: int, text: str) -> bytes:
    return _part(number, text.encode())


def _part(number: int, content: bytes) -> bytes:
    """A length-delimited field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
