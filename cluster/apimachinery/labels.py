"""Labels and selectors.

Models: apimachinery/pkg/labels/selector.go v1.37
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
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
_token = re.compile(r"\s*(==|!=|=|,|\(|\)|!|<|>|[^\s=!,()<>]+)")


def validate_key(key: str) -> list[str]:
    return names.qualified_name(key)


def validate_value(value: str) -> list[str]:
    found = [names.longer(63)] if len(value) > 63 else []
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
        return _compares(value, self.operator, self.values[0])

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
    return _Parser(text).selector()


def from_match_labels(wanted: Mapping[str, str]) -> Selector:
    return Selector(tuple(Requirement(key, EQUALS, (value,)) for key, value in sorted(wanted.items())))


def from_label_selector(selector: Obj | None) -> Selector:
    """A LabelSelector object: None selects nothing, an empty one everything. ValueError for an unknown operator."""
    if selector is None:
        return NOTHING
    requirements = list(from_match_labels(selector.get("matchLabels") or {}).requirements)
    for expression in selector.get("matchExpressions") or ():
        operator = OF_EXPRESSION.get(expression["operator"])
        if operator is None:
            raise ValueError(f'"{expression["operator"]}" is not a valid label selector operator')
        requirements.append(Requirement(expression["key"], operator, tuple(expression.get("values") or ())))
    return Selector(tuple(requirements))


def _compares(value: str | None, operator: str, bound: str) -> bool:
    try:
        number, limit = int(value or ""), int(bound)
    except ValueError:
        return False
    return number > limit if operator == GREATER else number < limit


class _Parser:
    """Recursive descent over the tokens of one selector."""

    def __init__(self, text: str) -> None:
        self.tokens = _token.findall(text.strip()) if text.strip() else []
        self.at = 0

    def selector(self) -> Selector:
        requirements: list[Requirement] = []
        while self.at < len(self.tokens):
            requirements.append(self.requirement())
            token = self.peek()
            if token == "":
                break
            if token != ",":
                raise ValueError(f"found '{token}', expected: ',' or 'end of string'")
            self.next()
            if self.peek() == "":
                raise ValueError("found '', expected: identifier after ','")
        return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def requirement(self) -> Requirement:
        negated = self.peek() == "!"
        if negated:
            self.next()
        key = self.next()
        if key == "" or key in ("=", "==", "!=", ",", "(", ")", "!", "<", ">"):
            raise ValueError(f"found '{key}', expected: !, identifier, or 'end of string'")
        if faults := validate_key(key):
            raise ValueError(f'key: Invalid value: "{key}": {"; ".join(faults)}')
        if negated or self.peek() in ("", ","):
            return Requirement(key, NOT_EXISTS if negated else EXISTS)
        operator = self.next()
        if operator in ("in", "notin"):
            return Requirement(key, operator, self.values())
        if operator in ("=", "==", "!="):
            return Requirement(key, operator, (self.exact_value(),))
        if operator in ("<", ">"):
            return Requirement(key, GREATER if operator == ">" else LESS, (self.exact_value(),))
        raise ValueError(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")

    def exact_value(self) -> str:
        if self.peek() in ("", ","):
            return ""
        value = self.next()
        if faults := validate_value(value):
            raise ValueError(f'values[0][{value}]: Invalid value: "{value}": {"; ".join(faults)}')
        return value

    def values(self) -> tuple[str, ...]:
        if (token := self.next()) != "(":
            raise ValueError(f"found '{token}' expected: '('")
        values: list[str] = []
        while (token := self.next()) != ")":
            if token == "":
                raise ValueError("found '', expected: ',', or ')'")
            if token != ",":
                values.append(token)
        return tuple(values)
