"""Quantities and versions, which are compared alike.

Models: k8s.io/apiserver/pkg/cel/library/{quantity,semverlib}.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cluster.apimachinery import quantity
from cluster.apimachinery.cel_library.function import Function, functions, methods

Held = dict[str, Any]
LARGEST = 2**63 - 1
NUMBER = r"(0|[1-9]\d*)"
WORD = r"[0-9A-Za-z-]+"
VERSION = re.compile(rf"{NUMBER}\.{NUMBER}\.{NUMBER}(?:-({WORD}(?:\.{WORD})*))?(?:\+({WORD}(?:\.{WORD})*))?")


def _quantity(text: str) -> Held:
    return _holding(quantity.parse(text))


def _holding(value: Decimal) -> Held:
    return {"quantity": f"{value.normalize() + 0:f}"}


def _value(held: Held) -> Decimal:
    if "quantity" not in held:
        raise ValueError("no such overload")
    return Decimal(held["quantity"])


def _is_quantity(text: str) -> bool:
    return quantity.is_valid(text)


def _is_integer(held: Held) -> bool:
    value = _value(held)
    return value == value.to_integral_value() and abs(value) <= LARGEST


def _as_integer(held: Held) -> int:
    if not _is_integer(held):
        raise ValueError("cannot convert value to integer")
    return int(_value(held))


def _other(value: Held | int) -> Decimal:
    return Decimal(value) if isinstance(value, int) else _value(value)


def _sign(held: Held) -> int:
    value = _value(held)
    return (value > 0) - (value < 0)


def _normal(text: str) -> str:
    """ "v1.2" as "1.2.0", "01.2.3" as "1.2.3"."""
    number, mark, rest = re.fullmatch(r"v?([\d.]*)(.?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any text
    parts = [part.lstrip("0") or "0" if part else "" for part in number.split(".")]
    return ".".join([*parts, "0", "0"][: max(3, len(parts))]) + mark + rest


def _version(text: str, normalize: bool = False) -> Held:
    found = _normal(text) if normalize else text
    if not VERSION.fullmatch(found):
        raise ValueError(f"semver parse error during conversion from string: {text!r} is no semantic version")
    return {"semver": found}


def _is_version(text: str, normalize: bool = False) -> bool:
    return VERSION.fullmatch(_normal(text) if normalize else text) is not None


def _number(at: int) -> Callable[[Held], int]:
    def read(held: Held) -> int:
        return int(_version_parts(held)[at])

    return read


def _version_parts(held: Held) -> tuple[str | Any, ...]:
    match = VERSION.fullmatch(held.get("semver", ""))
    if match is None:
        raise ValueError("no such overload")
    return match.groups()


def _order(held: Held) -> tuple[Any, ...]:
    """What versions are sorted by; one before its release comes first, and its numbers before its words."""
    major, minor, patch, before, _ = _version_parts(held)
    words = [(0, int(each), "") if each.isdigit() else (1, 0, each) for each in (before or "").split(".") if each]
    return int(major), int(minor), int(patch), not words, words


def _compare(one: Held, other: Held) -> int:
    """-1, 0 or 1."""
    if "semver" in one:
        before, after = _order(one), _order(other)
        return (before > after) - (before < after)
    mine, its = _value(one), _value(other)
    return (mine > its) - (mine < its)


FUNCTIONS = (
    *functions("MAP", "STRING", quantity=_quantity, semver=_version),
    *functions("MAP", "STRING", "BOOL", semver=_version),
    *functions("BOOL", "STRING", isQuantity=_is_quantity, isSemver=_is_version),
    *functions("BOOL", "STRING", "BOOL", isSemver=_is_version),
    *methods("BOOL", "MAP", isInteger=_is_integer),
    *methods("INT", "MAP", asInteger=_as_integer, sign=_sign, major=_number(0), minor=_number(1), patch=_number(2)),
    *methods("DOUBLE", "MAP", asApproximateFloat=lambda held: float(_value(held))),
    Function("add", lambda one, other: _holding(_value(one) + _other(other)), "MAP", (("MAP", "MAP"), ("MAP", "INT"))),
    Function("sub", lambda one, other: _holding(_value(one) - _other(other)), "MAP", (("MAP", "MAP"), ("MAP", "INT"))),
    *methods("INT", "MAP", "MAP", compareTo=_compare),
    *methods("BOOL", "MAP", "MAP", isGreaterThan=lambda one, other: _compare(one, other) > 0),
    *methods("BOOL", "MAP", "MAP", isLessThan=lambda one, other: _compare(one, other) < 0),
)
