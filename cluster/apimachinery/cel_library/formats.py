"""Named formats of texts: `format.dns1123Label().validate(self.name)`.

What upstream answers as an optional value is a map that has `hasValue` and `value`.
Models: k8s.io/apiserver/pkg/cel/library/format.go v1.37
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Callable
from typing import Any

from cluster.apimachinery import labels, names
from cluster.apimachinery.cel_library.function import functions, methods
from cluster.apimachinery.cel_library.texts import is_url

Held = dict[str, Any]
UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")


def _prefix(judge: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """A text that a name may begin with: a dash at its end is right."""
    return lambda text: judge(f"{text[:-1]}a" if text.endswith("-") else text)


def _matching(pattern: re.Pattern[str], why: str) -> Callable[[str], list[str]]:
    return lambda text: [] if pattern.fullmatch(text) else [why]


def _read(read: Callable[[str], Any], why: str) -> Callable[[str], list[str]]:
    def judge(text: str) -> list[str]:
        try:
            read(text)
        except (ValueError, binascii.Error):
            return [why]
        return []

    return judge


FORMATS: dict[str, Callable[[str], list[str]]] = {
    "dns1123Label": names.dns1123_label,
    "dns1123Subdomain": names.dns1123_subdomain,
    "dns1035Label": names.dns1035_label,
    "dns1123LabelPrefix": _prefix(names.dns1123_label),
    "dns1123SubdomainPrefix": _prefix(names.dns1123_subdomain),
    "dns1035LabelPrefix": _prefix(names.dns1035_label),
    "qualifiedName": names.qualified_name,
    "labelValue": labels.validate_value,
    "uri": lambda text: [] if is_url(text) else [f'parse "{text}": invalid URI for request'],
    "uuid": _matching(UUID, "does not match the UUID format"),
    "byte": _read(lambda text: base64.b64decode(text, validate=True), "invalid base64"),
    "date": _read(datetime.date.fromisoformat, "invalid date"),
    "datetime": _read(datetime.datetime.fromisoformat, "invalid datetime"),
}


def _named(name: str) -> Held:
    return {"value": {"format": name}} if name in FORMATS else {"none": True}


def _validated(held: Held, text: str) -> Held:
    faults = FORMATS[held["format"]](text)
    return {"value": faults} if faults else {"none": True}


def _value(held: Held) -> Any:
    if "value" not in held:
        raise ValueError("optional.none() dereference")
    return held["value"]


def _of(name: str) -> Callable[[], Held]:
    return lambda: {"format": name}


FUNCTIONS = (
    *functions("MAP", **{f"format__{name}": _of(name) for name in FORMATS}),
    *functions("MAP", "STRING", format__named=_named),
    *methods("MAP", "MAP", "STRING", validate=_validated),
    *methods("BOOL", "MAP", hasValue=lambda held: "value" in held),
    *methods("DYN", "MAP", value=_value),
)
