"""Pruning: fields that the schema does not name are left out.

Models: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
OF_A_RESOURCE = ("apiVersion", "kind", "metadata")


def pruned(value: Any, schema: Obj, unknown: list[str], at: str = "", *, is_resource: bool = False) -> Any:
    """A copy of `value` with what the schema names; the paths of the rest are appended to `unknown`."""
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [
            pruned(each, items, unknown, f"{at}[{index}]", is_resource=bool(items.get(EMBEDDED)))
            for index, each in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    found: Obj = {}
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, each in value.items():
        where = f"{at}.{name}" if at else name
        part = properties.get(name)
        if is_resource and name in OF_A_RESOURCE:
            found[name] = each
        elif part is not None:
            found[name] = pruned(each, part, unknown, where, is_resource=bool(part.get(EMBEDDED)))
        elif isinstance(additional, dict):
            found[name] = pruned(each, additional, unknown, where, is_resource=bool(additional.get(EMBEDDED)))
        elif additional or schema.get(PRESERVE):
            found[name] = each
        else:
            unknown.append(where)
    return found
