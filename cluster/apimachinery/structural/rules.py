"""The rules of a schema in CEL (`x-kubernetes-validations`).

A rule sees `self`, and `oldSelf` on updates (a rule that names it is not asked on creates).
Models: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/{compilation,validation}.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cluster.apimachinery import cel
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apimachinery.structural import cel_values, validation

RULES = "x-kubernetes-validations"
OLD = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<![\w.])oldSelf\b""")
"""A text (1), or the name of the old value."""
OPTIONAL = 'oldSelf[?"value"]'
"""What the name stands for in a rule with `optionalOldSelf`: the old value is then in a map, or is not."""


def has_rules(schema: Obj) -> bool:
    return bool(schema.get(RULES)) or any(has_rules(part) for _, part in _parts(schema))


def _parts(schema: Obj) -> Iterator[tuple[str, Obj]]:
    yield from (schema.get("properties") or {}).items()
    for name in ("additionalProperties", "items"):
        if isinstance(part := schema.get(name), dict):
            yield name, part


class Rules:
    """The rules of one schema; a schema without any costs nothing."""

    def __init__(self, schema: Obj) -> None:
        self.schema = schema if has_rules(schema) else None

    def faults(self, new: Obj, old: Obj | None) -> list[FieldError]:
        if self.schema is None:
            return []
        return list(_faults(new, old, self.schema, ""))


def _faults(value: Any, old: Any, schema: Obj, at: str) -> Iterator[FieldError]:
    """Those of a value by its own rules, then those of its parts."""
    if value is None:
        return
    for rule in schema.get(RULES) or ():
        if old is None and not rule.get("optionalOldSelf") and names_old(rule["rule"]):
            continue
        if (fault := _asked(rule, value, old, schema, at)) is not None:
            yield fault
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, each in value.items():
            part = properties.get(name) or (additional if isinstance(additional, dict) else None)
            if part is not None:
                yield from _faults(each, before.get(name), part, f"{at}.{name}" if at else name)
    elif isinstance(value, list) and (items := schema.get("items")):
        keys = schema.get("x-kubernetes-list-map-keys") or ()
        known = {validation.key_of(each, keys): each for each in old or ()} if keys else {}
        for index, each in enumerate(value):
            was = known.get(validation.key_of(each, keys)) if keys else None
            yield from _faults(each, was, items, f"{at}[{index}]")


def names_old(text: str) -> bool:
    """Does the expression ask for the old value?"""
    return any(match[1] is None for match in OLD.finditer(text))


def expression(rule: Obj, field: str) -> str:
    """One of a rule's expressions as it is compiled: of an optional old value where the rule wants that."""
    text: str = rule[field]
    return OLD.sub(lambda match: match[1] or OPTIONAL, text) if rule.get("optionalOldSelf") else text


def _asked(rule: Obj, value: Any, old: Any, schema: Obj, at: str) -> FieldError | None:
    at += rule.get("fieldPath") or ""
    data = {"self": cel_values.of(value, schema)}
    before = None if old is None else cel_values.of(old, schema)
    if rule.get("optionalOldSelf"):
        data["oldSelf"] = {} if old is None else {"value": before}
    elif old is not None:
        data["oldSelf"] = before
    kind = schema.get("type") or "object"
    try:
        answer = cel.asked(expression(rule, "rule"), data)
    except cel.RuleError as error:
        answer = str(error)
    if answer is True:
        return None
    if answer is not False:
        text = f"{answer} evaluating rule: {rule.get('message') or rule['rule']}".strip()
        return FieldError("FieldValueInvalid", at, f'Invalid value: "{kind}": {text}')
    shown = kind if kind in ("object", "array") else value
    return _told(rule.get("reason") or "FieldValueInvalid", at, shown, _message(rule, data))


def _message(rule: Obj, data: Obj) -> str:
    """What a broken rule is told with: its expression's text, its own, or the rule itself."""
    if rule.get("messageExpression"):
        try:
            text = cel.asked(expression(rule, "messageExpression"), data)
        except cel.RuleError:
            text = ""
        if isinstance(text, str) and text.strip() and "\n" not in text:
            return text.strip()
    own = (rule.get("message") or "").strip()
    return own or f"failed rule: {rule['rule'].strip()}"


def _told(reason: str, at: str, value: Any, message: str) -> FieldError:
    if reason == "FieldValueForbidden":
        return FieldError(reason, at, f"Forbidden: {message}")
    if reason == "FieldValueRequired":
        return FieldError(reason, at, f"Required value: {message}")
    shown = validation.shown(value)
    if reason == "FieldValueDuplicate":
        return FieldError(reason, at, f"Duplicate value: {shown}")
    return FieldError(reason, at, f"Invalid value: {shown}: {message}")
