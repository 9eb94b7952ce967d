"""A value as a CEL rule sees it: names of fields escaped, numbers of the schema's type.

Models: k8s.io/apiserver/pkg/cel/escaping.go, common/values.go v1.37
Simplified: texts of the formats date-time and duration stay texts (`timestamp(self.when)` reads them).
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.meta import Obj

RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)


def escaped(name: str) -> str:
    """The name by which a rule reads a field."""
    if name in RESERVED:
        return f"__{name}__"
    text = name.replace("__", "__underscores__")
    return text.replace(".", "__dot__").replace("-", "__dash__").replace("/", "__slash__")


def of(value: Any, schema: Obj) -> Any:
    if isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        part = additional if isinstance(additional, dict) else {}
        return {
            (escaped(name) if name in properties else name): of(each, properties.get(name, part))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [of(each, schema.get("items") or {}) for each in value]
    return float(value) if schema.get("type") == "number" and isinstance(value, int) else value
