"""Labels and label selectors: "app=web,env in (a,b),!canary", and the LabelSelector of specs.

The text form is read by `labels_parser`.
Models: apimachinery/pkg/labels/selector.go, apimachinery/pkg/apis/meta/v1/helpers.go v1.37
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj

EXISTS, NOT_EXISTS, IN, NOT_IN, EQUALS, DOUBLE_EQUALS, NOT_EQUALS, GREATER, LESS = (
    "exists", "!", "in", "notin", "=", "==", "!=", "gt", "lt",
)  # fmt: skip
OF_EXPRESSION = {"In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": NOT_EXISTS}

VALUE_MESSAGE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_value = re.compile(f"({names.QUALIFIED})?")
_integer = re.compile(r"[+-]?[0-9]{1,19}")


def validate_key(key: str) -> list[str]:
    return names.qualified_name(key)


def validate_value(value: str) -> list[str]:
    found = [names.longer(63, "bytes")] if len(value) > 63 else []
    return found if _value.fullmatch(value) else [*found, VALUE_MESSAGE]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        if self.operator in (IN, EQUALS, DOUBLE_EQUALS):
            return value is not None and value in self.values
        if self.operator in (NOT_IN, NOT_EQUALS):
            return value is None or value not in self.values
        if self.operator == EXISTS:
            return value is not None
        if self.operator == NOT_EXISTS:
            return value is None
        return _compares(value, self.operator, self.values[0]) if value is not None else False

    def __str__(self) -> str:
        if self.operator == EXISTS:
            return self.key
        if self.operator == NOT_EXISTS:
            return f"!{self.key}"
        if self.operator in (IN, NOT_IN):
            return f"{self.key} {self.operator} ({','.join(sorted(self.values))})"
        sign = {GREATER: ">", LESS: "<"}.get(self.operator, self.operator)
        return f"{self.key}{sign}{self.values[0]}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold; `nothing` matches no object at all."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    @property
    def empty(self) -> bool:
        return not self.requirements and not self.nothing

    def matches(self, labels: Mapping[str, str]) -> bool:
        if self.nothing:
            return False
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> Selector:
    """Read "app=web,env in (a,b),!x". Raises ValueError worded as upstream."""
    from cluster.apimachinery import labels_parser

    return Selector(tuple(sorted(labels_parser.requirements(text), key=lambda requirement: requirement.key)))


def requirement(key: str, operator: str, values: Sequence[str] = ()) -> Requirement:
    """A requirement that was checked. ValueError with every fault, worded as upstream's NewRequirement."""
    faults = [f'key: Invalid value: "{key}": {"; ".join(found)}'] if (found := validate_key(key)) else []
    faults += _operand_faults(operator, values)
    for index, value in enumerate(values):
        if found := validate_value(value):
            faults.append(f'values[{index}][{key}]: Invalid value: "{value}": {"; ".join(found)}')
    if faults:
        raise ValueError(faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]")
    return Requirement(key, operator, tuple(values))


def _operand_faults(operator: str, values: Sequence[str]) -> list[str]:
    shown = f"values: Invalid value: {_go_list(values)}: "
    if operator in (IN, NOT_IN) and not values:
        return [shown + "for 'in', 'notin' operators, values set can't be empty"]
    if operator in (EXISTS, NOT_EXISTS) and values:
        return [shown + "values set must be empty for exists and does not exist"]
    if operator not in (GREATER, LESS):
        return []
    return [
        f"values[{index}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer"
        for index, value in enumerate(values)
        if _number(value) is None
    ]


def _go_list(values: Sequence[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]" if values else "null"


def from_match_labels(wanted: Mapping[str, str]) -> Selector:
    return Selector(tuple(Requirement(key, EQUALS, (value,)) for key, value in sorted(wanted.items())))


def from_label_selector(selector: Obj | None) -> Selector:
    """A LabelSelector object: None selects nothing, an empty one everything. ValueError for one that is not valid."""
    if selector is None:
        return NOTHING
    requirements = [requirement(key, EQUALS, (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        operator = OF_EXPRESSION.get(expression.get("operator", ""))
        if operator is None:
            raise ValueError(f'"{expression.get("operator", "")}" is not a valid label selector operator')
        values = expression.get("values") or ()
        requirements.append(requirement(expression.get("key", ""), operator, values))
    return Selector(tuple(sorted(requirements, key=lambda each: each.key)))


def _compares(value: str, operator: str, bound: str) -> bool:
    number, limit = _number(value), _number(bound)
    if number is None or limit is None:
        return False
    return number > limit if operator == GREATER else number < limit


def _number(text: str) -> int | None:
    number = int(text) if _integer.fullmatch(text) else None
    return number if number is not None and -(2**63) <= number < 2**63 else None
