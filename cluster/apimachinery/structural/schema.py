"""A structural schema, ready to read, fill in and judge objects."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import schema as definitions
from cluster.apimachinery.field_type import Type
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apimachinery.structural import defaulting, pruning, rules, types, validation


class Structural:
    """One version's schema. `definition` is its openAPIV3Schema and is never changed."""

    def __init__(self, definition: Obj) -> None:
        self.definition = definition
        self.type: Type = types.type_of(definition)
        self._rules = rules.Rules(definition)

    def decode(self, body: Obj, unknown: list[str]) -> Obj:
        """A copy of the body less what the schema does not name, whose paths go to `unknown`. Raises TypeMismatch."""
        found: Obj = pruning.pruned(body, self.definition, unknown, is_resource=True)
        if "metadata" in body:
            strange: list[str] = []
            found["metadata"] = definitions.decode(body["metadata"], self.type.fields["metadata"], strange)
            unknown += [f"metadata.{name}" for name in strange]
        return found

    def default(self, obj: Obj) -> None:
        defaulting.default(obj, self.definition)

    def faults(self, new: Obj, old: Obj | None) -> list[FieldError]:
        """By the schema; and by its CEL rules when the schema finds nothing."""
        found = list(validation.faults(_content(new), self.definition, "", _content(old) if old else None))
        return found or self._rules.faults(new, old)


def _content(obj: Obj) -> dict[str, Any]:
    """What the schema judges: metadata is judged as all metadata is."""
    return {name: {} if name == "metadata" else value for name, value in obj.items()}
