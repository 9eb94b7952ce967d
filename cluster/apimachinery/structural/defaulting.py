"""Defaulting: what the schema puts where nothing is.

Models: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/{algorithm,prunenulls}.go v1.37
"""

from __future__ import annotations

import copy
from typing import Any

from cluster.apimachinery.meta import Obj


def default(value: Any, schema: Obj) -> None:
    """Fill in, in place. A null where none may be, and a default is, counts as nothing."""
    if isinstance(value, list):
        items = schema.get("items")
        for each in value if items else ():
            default(each, items)  # type: ignore[arg-type]  # there are items
        return
    if not isinstance(value, dict):
        return
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, part in properties.items():
        if "default" not in part:
            continue
        if name not in value or (value[name] is None and not part.get("nullable")):
            value[name] = copy.deepcopy(part["default"])
    for name, each in value.items():
        part = properties.get(name)
        if part is not None:
            default(each, part)
        elif isinstance(additional, dict):
            default(each, additional)
