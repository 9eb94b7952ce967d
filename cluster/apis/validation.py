"""Faults, worded as upstream words them: the constructors, and the checks of single values that many kinds share.

Models: apimachinery/pkg/util/validation/field/errors.go, util/validation/{validation,ip}.go v1.37
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from cluster.apimachinery import intstr, labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError

IMMUTABLE = "field is immutable"
NOT_NEGATIVE = "must be greater than or equal to 0"
NOT_POSITIVE = "must be greater than zero"
PORT_RANGE = "must be between 1 and 65535, inclusive"
INT32_MAX = 2**31 - 1
CONFIG_KEY_MESSAGE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
ENV_NAME_MESSAGE = "a valid environment variable name must consist only of printable ASCII characters other than '='"
IP_MESSAGE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
PERCENT_MESSAGE = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)
_config_key = re.compile("[-._a-zA-Z0-9]+")
_env_name = re.compile("[ -<>-~]+")
_port_name = re.compile("[-a-z0-9]+")


# --- constructors ---------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """A value as messages show it: JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def internal(value: Obj, fields: Sequence[tuple[str, Any]]) -> str:
    """A value that upstream shows by Go's field names: all `fields` (name, what stands for none), in order."""
    pairs = ((name, value.get(name[0].lower() + name[1:], none)) for name, none in fields)
    return "{" + ",".join(f"{shown(name)}:{shown(each)}" for name, each in pairs) + "}"


def required(field: str, detail: str = "") -> FieldError:
    return FieldError("FieldValueRequired", field, f"Required value: {detail}" if detail else "Required value")


def invalid(field: str, value: Any, detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", field, f"Invalid value: {shown(value)}: {detail}")


def not_supported(field: str, value: Any, supported: Iterable[str]) -> FieldError:
    """`supported` is shown in the order given."""
    choices = ", ".join(shown(each) for each in supported)
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


def too_many(field: str, found: int, limit: int) -> FieldError:
    return FieldError("FieldValueTooMany", field, f"Too many: {found}: must have at most {limit} items")


# --- checks of one value --------------------------------------------------------------------------------------------


def each(field: str, value: Any, messages: Sequence[str]) -> list[FieldError]:
    return [invalid(field, value, message) for message in messages]


def immutable(field: str, new: Any, old: Any) -> list[FieldError]:
    return [] if new == old else [invalid(field, new, IMMUTABLE)]


def not_negative(field: str, value: Any) -> list[FieldError]:
    return [invalid(field, value, NOT_NEGATIVE)] if isinstance(value, int) and value < 0 else []


def count_or_percent(field: str, value: Any) -> list[FieldError]:
    """Models: apis/apps/validation ValidatePositiveIntOrPercent"""
    if isinstance(value, str):
        return [] if intstr.percentage(value) is not None else [invalid(field, value, PERCENT_MESSAGE)]
    return not_negative(field, value)


def at_most_all(field: str, value: Any) -> list[FieldError]:
    """Models: IsNotMoreThan100Percent"""
    over = (intstr.percentage(value) or 0) > 100
    return [invalid(field, value, "must not be greater than 100%")] if over else []


def one_of(field: str, value: Any, supported: Sequence[str]) -> list[FieldError]:
    """Required when there is none, not supported when it is another."""
    if value in supported:
        return []
    return [not_supported(field, value, supported) if value else required(field)]


def in_range(field: str, value: int, low: int, high: int) -> list[FieldError]:
    return [] if low <= value <= high else [invalid(field, value, f"must be between {low} and {high}, inclusive")]


def port(field: str, value: Any) -> list[FieldError]:
    return [] if isinstance(value, int) and 1 <= value <= 65535 else [invalid(field, value, PORT_RANGE)]


def port_or_name(field: str, value: Any) -> list[FieldError]:
    """A port as probes and Services name it."""
    return each(field, value, port_name(value)) if isinstance(value, str) else port(field, value or 0)


def port_name(text: str) -> list[str]:
    found = [names.longer(15)] if len(text) > 15 else []
    if not _port_name.fullmatch(text):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= sign <= "z" for sign in text):
        found.append("must contain at least one letter (a-z)")
    if "--" in text:
        found.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return found


def config_key(text: str) -> list[str]:
    """A key of a ConfigMap or Secret."""
    found = [names.longer(253)] if len(text) > 253 else []
    if not _config_key.fullmatch(text):
        found.append(CONFIG_KEY_MESSAGE)
    if text == ".":
        found.append("must not be '.'")
    elif text == "..":
        found.append("must not be '..'")
    elif text.startswith(".."):
        found.append("must not start with '..'")
    return found


def env_name(text: str) -> list[str]:
    return [] if _env_name.fullmatch(text) else [ENV_NAME_MESSAGE]


def ip(field: str, text: str) -> list[FieldError]:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return [invalid(field, text, IP_MESSAGE)]
    return []


def cidr(field: str, text: str) -> list[FieldError]:
    try:
        if "/" not in text:
            raise ValueError(text)
        ipaddress.ip_interface(text)
    except ValueError:
        return [invalid(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    return []


def label_map(field: str, found: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for key, value in found.items():
        if messages := labels.validate_key(key):
            faults += each(field, key, messages)
        if messages := labels.validate_value(value):
            faults += each(field, value, messages)
    return faults


def label_selector(field: str, selector: Obj) -> list[FieldError]:
    """Models: apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector"""
    faults = label_map(f"{field}.matchLabels", selector.get("matchLabels") or {})
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        at = f"{field}.matchExpressions[{index}]"
        operator, values = expression.get("operator"), expression.get("values") or ()
        faults += expression_values(at, operator, values)
        faults += each(f"{at}.key", expression.get("key", ""), labels.validate_key(expression.get("key", "")))
        for position, value in enumerate(values):
            faults += each(f"{at}.values[{position}]", value, labels.validate_value(value))
    return faults


def expression_values(at: str, operator: Any, values: Sequence[Any]) -> list[FieldError]:
    """Whether an expression's values are as many as its operator takes."""
    if operator in ("In", "NotIn"):
        return [] if values else [required(f"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'")]
    if operator in ("Exists", "DoesNotExist"):
        return (
            [forbidden(f"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
            if values
            else []
        )
    return [invalid(f"{at}.operator", operator or "", "not a valid selector operator")]
