"""What a strategic merge patch is told when its result is not of the kind's type: Go's words for values, not JSON's.

Models: apimachinery/pkg/runtime/converter.go fromUnstructured v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import schema

CONVERTED = {
    schema.STRING: "string",
    schema.BOOLEAN: "bool",
    schema.NUMBER: "float64",
}
RESTORED = {schema.MAP: "map", schema.LIST: "slice", schema.BYTES: "slice", schema.STRUCT: "struct"}


def mismatch(error: schema.TypeMismatch) -> str:
    """The sentence for a value that cannot be converted to its field."""
    if error.kinds is None:
        return str(error)
    value, wanted = error.kinds
    if restored := RESTORED.get(wanted.kind):
        sign = ":" if restored == "struct" else ""
        return f"cannot restore {restored} from{sign} {kind_of(value)}"
    name = wanted.format or "int64" if wanted.kind == schema.INTEGER else CONVERTED.get(wanted.kind)
    if name is None:
        return str(error)
    if name != "bool" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"cannot convert {kind_of(value)} to {name}"
    return f"unrecognized type: {name}"


def kind_of(value: Any) -> str:
    """Go's kind of a value that JSON brought."""
    kinds = {bool: "bool", int: "int64", float: "float64", str: "string", dict: "map", list: "slice"}
    return kinds.get(type(value), "invalid")


def shown(value: Any) -> str:
    """A value as `%+v` prints it: map[spec:map[replicas:x]]."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{shown(value[name])}' for name in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(shown(each) for each in value)}]"
    if value is None:
        return "<nil>"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
