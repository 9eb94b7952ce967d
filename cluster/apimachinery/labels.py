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
_whole = re.compile(r"[+-]?[0-9]+")


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
        named = expression.get("operator") or ""
        operator = OF_EXPRESSION.get(named)
        if operator is None:
            raise ValueError(f'"{named}" is not a valid label selector operator')
        requirements.append(Requirement(expression.get("key") or "", operator, tuple(expression.get("values") or ())))
    return Selector(tuple(requirements))


def _compares(value: str | None, operator: str, bound: str) -> bool:
    try:
        number, limit = int(value or ""), int(bound)
    except ValueError:
        return False
    return number > limit if operator == GREATER else number < limit


# --- reading a selector ---------------------------------------------------------------------------------------------

IDENTIFIER, END = "identifier", "end of string"
SIGNS = frozenset("=!(),><")
WORDS = frozenset({")", ",", "!", "==", "=", ">", "in", "<", "!=", "notin", "("})
BINARY = {"=": EQUALS, "==": DOUBLE_EQUALS, "!=": NOT_EQUALS, "<": LESS, ">": GREATER, "in": IN, "notin": NOT_IN}
SET_OPERATORS = (IN, NOT_IN)
_word = re.compile(r"[^=!(),><\s]+")


def _tokens(text: str) -> list[tuple[str, str]]:
    """(token, literal) pairs: a sign or keyword is its own token; of several signs in a row the longest known one."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
        elif text[at] in SIGNS:
            length = 2 if text[at : at + 2] in WORDS else 1
            sign = text[at : at + length]
            found.append((sign, sign))
            at += length
        elif match := _word.match(text, at):
            word = match.group()
            found.append((word if word in WORDS else IDENTIFIER, word))
            at = match.end()
        else:
            at += 1
    return [*found, (END, "")]


class _Parser:
    """Recursive descent over the tokens of one selector. Keywords are plain words where a key or a value stands."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def selector(self) -> Selector:
        requirements: list[Requirement] = []
        while True:
            token, literal = self.peek()
            if token == END:
                break
            if token not in (IDENTIFIER, "!"):
                raise ValueError(f"found '{literal}', expected: !, identifier, or 'end of string'")
            requirements.append(self.requirement())
            token, literal = self.next()
            if token == END:
                break
            if token != ",":
                raise ValueError(f"found '{literal}', expected: ',' or 'end of string'")
            token, literal = self.peek()
            if token not in (IDENTIFIER, "!"):
                raise ValueError(f"found '{literal}', expected: identifier after ','")
        return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))

    def peek(self) -> tuple[str, str]:
        token, literal = self.tokens[min(self.at, len(self.tokens) - 1)]
        return (IDENTIFIER if token in SET_OPERATORS else token), literal

    def next(self) -> tuple[str, str]:
        found = self.peek()
        self.at += 1
        return found

    def requirement(self) -> Requirement:
        try:
            return self.checked(*self.parts())
        except ValueError as error:
            raise ValueError(f"unable to parse requirement: {error}") from error

    def parts(self) -> tuple[str, str, tuple[str, ...]]:
        """(key, operator, values) as they stand there."""
        token, key = self.next()
        negated = token == "!"
        if negated:
            token, key = self.next()
        if token != IDENTIFIER:
            raise ValueError(f"found '{key}', expected: identifier")
        if faults := validate_key(key):
            raise ValueError(f'<nil>: Invalid value: "{key}": {"; ".join(faults)}')
        if negated or self.peek()[0] in (END, ","):
            return key, NOT_EXISTS if negated else EXISTS, ()
        token, literal = self.tokens[self.at]
        self.at += 1
        operator = BINARY.get(token)
        if operator is None:
            raise ValueError(f"found '{literal}', expected: in, notin, =, ==, !=, gt, lt")
        return key, operator, self.values() if operator in SET_OPERATORS else (self.exact_value(),)

    @staticmethod
    def checked(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
        faults = []
        if operator in SET_OPERATORS and not values:
            faults.append("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")
        for index, value in enumerate(values):
            if operator in (GREATER, LESS) and not _whole.fullmatch(value):
                text = "for 'Gt', 'Lt' operators, the value must be an integer"
                faults.append(f'values[{index}]: Invalid value: "{value}": {text}')
            if found := validate_value(value):
                faults.append(f'values[{index}][{key}]: Invalid value: "{value}": {"; ".join(found)}')
        if faults:
            raise ValueError(faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]")
        return Requirement(key, operator, values)

    def exact_value(self) -> str:
        if self.peek()[0] in (END, ","):
            return ""
        token, literal = self.next()
        if token != IDENTIFIER:
            raise ValueError(f"found '{literal}', expected: identifier")
        return literal

    def values(self) -> tuple[str, ...]:
        token, literal = self.next()
        if token != "(":
            raise ValueError(f"found '{literal}' expected: '('")
        token, literal = self.peek()
        if token == ")":
            self.next()
            return ()
        if token not in (IDENTIFIER, ","):
            raise ValueError(f"found '{literal}', expected: ',', ')' or identifier")
        found = self.identifiers()
        self.next()
        return tuple(sorted(found))

    def identifiers(self) -> set[str]:
        """The values up to the closing parenthesis; a comma with nothing before or after it stands for an empty one."""
        found: set[str] = set()
        while True:
            token, literal = self.next()
            following, next_literal = self.peek()
            if token == IDENTIFIER:
                found.add(literal)
                if following == ")":
                    return found
                if following != ",":
                    raise ValueError(f"found '{next_literal}', expected: ',' or ')'")
            elif token == ",":
                if not found or following in (")", ","):
                    found.add("")
                if following == ")":
                    return found
                if following == ",":
                    self.next()
            else:
                raise ValueError(f"found '{literal}', expected: ',', or identifier")
