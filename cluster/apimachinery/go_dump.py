"""Hashes of pod templates as upstream makes them: FNV-1a over the text that Go's dump printer gives of the template.

The text tells every field of every struct in Go's order, set or not; `go_types.json` holds names, order and types as
`tools/go_types` reads them from k8s.io/api by reflection. So a Deployment's ReplicaSets have the names here that they have
upstream.
Models: pkg/controller/controller_utils.go ComputeHash, k8s.io/utils/dump ForHash, api/resource/quantity.go v1.37
Simplified: quantities beyond 64 bits are told as smaller ones are.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj

TEMPLATE = "v1.PodTemplateSpec"
NIL = "<nil>"
ZERO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
ZERO = {"string": "", "bool": "false"}


def template_hash(template: Obj, collisions: int | None) -> str:
    """The pod-template-hash of a template; `collisions` is the owner's collisionCount."""
    return _hash(orjson.dumps(template, option=orjson.OPT_SORT_KEYS), collisions)


@functools.lru_cache(maxsize=512)
def _hash(template: bytes, collisions: int | None) -> str:
    text = dumped(orjson.loads(template)).encode()
    if collisions is not None:
        text += collisions.to_bytes(4, "little") + bytes(4)
    return names.safe_encode_hash(names.fnv32a(text))


def dumped(template: Obj) -> str:
    """What Go's printer says of a template."""
    return f"({TEMPLATE}){_shown(TEMPLATE, template)}"


@functools.cache
def _types() -> Mapping[str, Any]:
    """type → its kind, [kind, type of its items], or its fields as [Go's name, JSON's name, type]"""
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("go_types.json").read_text())
    return found


def _shown(type: str, value: Any) -> str:
    """A value of a type, without the type's name before it."""
    if (special := SPECIAL.get(type)) is not None:
        text: str = special(value)
        return text
    described = _types()[type]
    if isinstance(described, str):
        return _scalar(described, value)
    if not described or isinstance(described[0], list):
        return _struct(described, value or {})
    if value is None:
        return NIL
    kind, item = described
    if kind == "ptr":
        return _shown(item, value)
    if kind == "map":
        return f"map[{' '.join(f'{key}:{_shown(item, value[key])}' for key in sorted(value))}]"
    return f"[{' '.join(_shown(item, each) for each in value)}]"


def _struct(fields: list[list[str]], value: Obj) -> str:
    parts = [
        f"{name}:({type}){_shown(type, value.get(json_name) if json_name else value)}"
        for name, json_name, type in fields
    ]
    return f"{{{' '.join(parts)}}}"


def _scalar(kind: str, value: Any) -> str:
    if value is None:
        return ZERO.get(kind, "0")
    return str(value).lower() if kind == "bool" else str(value)


def _int_or_string(value: int | str | None) -> str:
    kind, number, text = (1, 0, value) if isinstance(value, str) else (0, value or 0, "")
    return f"{{Type:(intstr.Type){kind} IntVal:(int32){number} StrVal:(string){text}}}"


def _quantity(value: str) -> str:
    """The text is kept beside the number when the parser sees at once that it is canonical."""
    number, fraction, suffix, power = quantity.parts(value)
    sign = -1 if value.startswith("-") else 1
    if power is None:
        amount, scale, form = int(number) << quantity.BINARY[suffix], 0, "BinarySI"
        kept = bool(int(number) & 7)
    else:
        digits = number + fraction
        amount, scale = int(digits), power - len(fraction)
        form = "DecimalSI" if suffix in quantity.DECIMAL else "DecimalExponent"
        kept = value == "0" or (scale % 3 == 0 and not digits.endswith("000") and not digits.startswith("0"))
    parts = f"{{value:(int64){sign * amount} scale:(resource.Scale){scale}}}"
    text = value if kept else ""
    return f"{{i:(resource.int64Amount){parts} d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){text} Format:(resource.Format){form}}}"


SPECIAL: dict[str, Any] = {
    "v1.Time": lambda value: ZERO_TIME,
    "intstr.IntOrString": _int_or_string,
    "resource.Quantity": _quantity,
}
