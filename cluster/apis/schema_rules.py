"""Faults that the definitions themselves tell: texts that must be given, and values that are none of the choices.

For kinds whose own rules are few. Upstream writes these checks by hand, with the same paths and mostly the same words.
Models: k8s.io/code-generator's validation-gen tags, apimachinery/pkg/api/validate/{required,enum}.go v1.37
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery import enums, names, schema
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, validation

NOT_JUDGED = ("metadata", "status", "apiVersion", "kind")
MAY_BE_EMPTY = ("group", "apiGroup")
"""The core group's name is empty."""


def rules(
    definition: str, name: metadata.NameRule = names.dns1123_subdomain
) -> Callable[[Obj, Obj | None], list[FieldError]]:
    """The `validate` of a kind that has no rules beyond those of its definition."""

    def validate(new: Obj, old: Obj | None) -> list[FieldError]:
        return metadata.validate(new, old, name) + faults(new, definition)

    return validate


def faults(obj: Obj, definition: str) -> list[FieldError]:
    """Of everything but metadata and status."""
    type = schema.type_of(definition)
    parts = {name: value for name, value in obj.items() if name not in NOT_JUDGED}
    return [fault for name in parts if (field := type.fields.get(name)) for fault in _of(parts[name], field, name)]


def _of(value: Any, type: schema.Type, at: str) -> list[FieldError]:
    if type.kind == schema.STRUCT and isinstance(value, dict):
        return _struct(value, type, at)
    if type.kind == schema.LIST and type.item is not None and isinstance(value, list):
        return [fault for index, each in enumerate(value) for fault in _of(each, type.item, f"{at}[{index}]")]
    if type.kind == schema.MAP and type.item is not None and isinstance(value, dict):
        return [fault for key, each in value.items() for fault in _of(each, type.item, f"{at}[{key}]")]
    return []


def _struct(value: Obj, type: schema.Type, at: str) -> list[FieldError]:
    found: list[FieldError] = []
    choices = enums.of(type.name)
    for name in type.required:
        if type.fields[name].kind == schema.STRING and not value.get(name) and name not in MAY_BE_EMPTY:
            found.append(validation.required(f"{at}.{name}"))
    for name, each in value.items():
        if each and name in choices and each not in choices[name]:
            found.append(validation.not_supported(f"{at}.{name}", each, choices[name]))
        elif (field := type.fields.get(name)) is not None:
            found += _of(each, field, f"{at}.{name}")
    return found
