"""The type of a field, as `schema` compiles it from the definitions: its kind, its parts, and how it merges."""

from __future__ import annotations

from typing import Any

STRING, INTEGER, NUMBER, BOOLEAN, STRUCT, MAP, LIST, ANY, QUANTITY, INT_OR_STRING, TIME, BYTES = range(12)


class TypeMismatch(ValueError):
    """A value is not of its field's type; worded as Go's decoder does. `kinds` is (the value, the field's type)."""

    def __init__(self, message: str, kinds: tuple[Any, Type] | None = None) -> None:
        super().__init__(message)
        self.kinds = kinds


class Type:
    """The type of a field. `fields` of a STRUCT; `item` of a MAP or LIST; the rest says how lists and maps merge."""

    __slots__ = (
        "atomic",
        "fields",
        "format",
        "item",
        "keys",
        "kind",
        "list_type",
        "merge_key",
        "name",
        "present",
        "required",
        "strategy",
        "times",
    )

    def __init__(self, kind: int, name: str = "") -> None:
        self.kind = kind
        self.name = name
        self.format = ""
        self.fields: dict[str, Type] = {}
        self.required: tuple[str, ...] = ()
        self.present: frozenset[str] = frozenset()
        """The fields that stay when they are empty: Go does not omit them."""
        self.times: tuple[str, ...] = ()
        """The times that are null when there is none: Go holds them by value."""
        self.item: Type | None = None
        self.list_type = ""
        self.keys: tuple[str, ...] = ()
        self.merge_key = ""
        self.strategy = ""
        self.atomic = False

    @property
    def go_name(self) -> str:
        """The type as Go's messages name it."""
        if self.kind in (STRUCT, ANY):
            package, _, name = self.name.rpartition(".")
            return f"{package.rpartition('.')[2]}.{name}" if name else "map[string]interface {}"
        if self.kind == LIST:
            return f"[]{self.item.go_name if self.item else 'interface {}'}"
        if self.kind == MAP:
            return f"map[string]{self.item.go_name if self.item else 'interface {}'}"
        return {INTEGER: self.format or "int64", NUMBER: "float64", BOOLEAN: "bool"}.get(self.kind, "string")
