"""Faults, worded as upstream words them.

Models: apimachinery/pkg/util/validation/field/errors.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from cluster.apimachinery import labels, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError

IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"
PORT_RANGE = "must be between 1 and 65535, inclusive"


def shown(value: Any) -> str:
    """A value as messages show it: JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def required(field: str, detail: str = "") -> FieldError:
    return FieldError("FieldValueRequired", field, f"Required value: {detail}" if detail else "Required value")


def invalid(field: str, value: Any, detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", field, f"Invalid value: {shown(value)}: {detail}")


def not_supported(field: str, value: Any, supported: Iterable[str]) -> FieldError:
    choices = ", ".join(shown(each) for each in sorted(supported))
    return FieldError(
        "FieldValueNotSupported", field, f"Unsupported value: {shown(value)}: supported values: {choices}"
    )


def duplicate(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueDuplicate", field, f"Duplicate value: {shown(value)}")


def forbidden(field: str, detail: str) -> FieldError:
    return FieldError("FieldValueForbidden", field, f"Forbidden: {detail}")


def not_found(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueNotFound", field, f"Not found: {shown(value)}")


def too_long(field: str, limit: int) -> FieldError:
    return FieldError("FieldValueTooLong", field, f"Too long: may not be more than {limit} bytes")


def immutable(field: str, new: Any, old: Any) -> list[FieldError]:
    return [] if new == old else [invalid(field, new, IMMUTABLE)]


def each(field: str, value: Any, messages: Sequence[str]) -> list[FieldError]:
    return [invalid(field, value, message) for message in messages]


def not_negative(field: str, value: Any) -> list[FieldError]:
    return [invalid(field, value, NOT_NEGATIVE)] if isinstance(value, int) and value < 0 else []


def one_of(field: str, value: Any, supported: Sequence[str]) -> list[FieldError]:
    return [] if value in supported else [not_supported(field, value, supported)]


def port(field: str, value: Any) -> list[FieldError]:
    return [] if isinstance(value, int) and 1 <= value <= 65535 else [invalid(field, value, PORT_RANGE)]


def quantities(field: str, resources: Obj) -> list[FieldError]:
    """Resource amounts may not be negative."""
    return [
        invalid(f"{field}[{name}]", amount, NOT_NEGATIVE)
        for name, amount in resources.items()
        if str(amount).startswith("-") and quantity.parse(amount) < 0
    ]


def label_map(field: str, found: Obj) -> list[FieldError]:
    faults = []
    for key, value in found.items():
        faults += each(field, key, labels.validate_key(key))
        faults += each(field, value, labels.validate_value(value))
    return faults


def label_selector(field: str, selector: Obj) -> list[FieldError]:
    """Models: apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector"""
    faults = label_map(f"{field}.matchLabels", selector.get("matchLabels") or {})
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        at = f"{field}.matchExpressions[{index}]"
        operator, values = expression.get("operator"), expression.get("values") or ()
        if operator in ("In", "NotIn"):
            if not values:
                faults.append(required(f"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                faults.append(
                    forbidden(f"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                )
        else:
            faults.append(invalid(f"{at}.operator", operator, "not a valid selector operator"))
        faults += each(f"{at}.key", expression.get("key", ""), labels.validate_key(expression.get("key", "")))
    return faults
