"""JSON as kubectl prints it: four blanks, keys sorted, and <, > and & escaped as Go's encoder does.

Models: cli-runtime/pkg/printers/json.go, encoding/json
"""

from __future__ import annotations

import json
from typing import Any

from cluster.apimachinery.meta import Obj

ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def document(value: Any) -> str:
    return escaped(json.dumps(value, indent=4, ensure_ascii=False, sort_keys=True)) + "\n"


def compact(value: Any) -> str:
    """One line, as annotations and jsonpath results hold it."""
    return escaped(json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True))


def escaped(text: str) -> str:
    for sign, escape in ESCAPES.items():
        if sign in text:
            text = text.replace(sign, escape)
    return text


def without_managed_fields(obj: Obj) -> Obj:
    """Models: cli-runtime/pkg/printers/managedfields.go"""
    metadata = obj.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        obj = {**obj, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
    if isinstance(obj.get("items"), list):
        obj = {**obj, "items": [without_managed_fields(item) for item in obj["items"]]}
    return obj
