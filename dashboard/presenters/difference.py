"""Objects as YAML, and what differs between two of them, line by line. Pure."""

from __future__ import annotations

import difflib
from typing import Any, NamedTuple

import yaml

AROUND, MOST_LINES = 3, 600


class Line(NamedTuple):
    """`sign` is "+" for what came, "-" for what went, "@" for a gap, " " for what stands around."""

    sign: str
    text: str


class _Dumper(yaml.SafeDumper):
    """Plain data as kubectl prints it: no anchors, lists not further in."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(value: Any, *, managed_fields: bool = True) -> str:
    """An object as YAML in its own order; "" for nothing; text as it is."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if not managed_fields and isinstance(value, dict) and isinstance(value.get("metadata"), dict):
        metadata = {name: each for name, each in value["metadata"].items() if name != "managedFields"}
        value = {**value, "metadata": metadata}
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000))


def lines(before: Any, after: Any) -> list[Line]:
    """What changed; [] when nothing did that is shown (who manages which field is left out)."""
    old, new = (as_yaml(value, managed_fields=False).splitlines() for value in (before, after))
    found = []
    for text in difflib.unified_diff(old, new, n=AROUND, lineterm=""):
        if text.startswith(("---", "+++")) and not found:
            continue
        found.append(Line("@", "") if text.startswith("@@") else Line(text[:1], text[1:]))
    if found and found[0].sign == "@":
        del found[0]
    return found[:MOST_LINES]
