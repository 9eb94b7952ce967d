"""Reads the text form of a label selector; every refusal is worded as upstream.

    selector    = requirement { "," requirement }
    requirement = ["!"] KEY [ ("in" | "notin") "(" values ")" | ("=" | "==" | "!=" | "<" | ">") VALUE ]

A value may be empty; "in" and "notin" are words only between a key and its values. The result goes to `labels.parse`.
Models: apimachinery/pkg/labels/selector.go Lexer and Parser v1.37
"""

from __future__ import annotations

import re

from cluster.apimachinery import labels
from cluster.apimachinery.labels import Requirement

SIGNS = ("==", "!=", "=", ",", "(", ")", "!", "<", ">")
OPERATORS = {"in": labels.IN, "notin": labels.NOT_IN, "=": "=", "==": "==", "!=": "!=", ">": labels.GREATER, "<": labels.LESS}
END = ""
_token = re.compile(r"[ \t\r\n]*(==|!=|[=,()!<>]|[^ \t\r\n=!,()<>]+)")


def requirements(text: str) -> list[Requirement]:
    """The requirements in the order written. Raises ValueError."""
    parser = _Parser(_token.findall(text))
    found: list[Requirement] = []
    while (token := parser.peek()) != END:
        if token in SIGNS and token != "!":
            raise ValueError(f"found '{token}', expected: !, identifier, or 'end of string'")
        try:
            found.append(parser.requirement())
        except ValueError as error:
            raise ValueError(f"unable to parse requirement: {error}") from None
        token = parser.next()
        if token not in (END, ","):
            raise ValueError(f"found '{token}', expected: ',' or 'end of string'")
        if token == "," and not (_is_identifier(parser.peek()) or parser.peek() == "!"):
            raise ValueError(f"found '{parser.peek()}', expected: identifier after ','")
    return found


def _is_identifier(token: str) -> bool:
    return token != END and token not in SIGNS


class _Parser:
    """Recursive descent over the tokens of one selector."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def requirement(self) -> Requirement:
        key, negated = self.next(), False
        if key == "!":
            key, negated = self.next(), True
        if not _is_identifier(key):
            raise ValueError(f"found '{key}', expected: identifier")
        if faults := labels.validate_key(key):
            raise ValueError(f'<nil>: Invalid value: "{key}": {"; ".join(faults)}')
        if negated:
            return labels.requirement(key, labels.NOT_EXISTS)
        if self.peek() in (END, ","):
            return labels.requirement(key, labels.EXISTS)
        word = self.next()
        operator = OPERATORS.get(word)
        if operator is None:
            raise ValueError(f"found '{word}', expected: in, notin, =, ==, !=, gt, lt")
        return labels.requirement(key, operator, self.values() if word in ("in", "notin") else self.exact_value())

    def exact_value(self) -> list[str]:
        if self.peek() in (END, ","):
            return [""]
        value = self.next()
        if not _is_identifier(value):
            raise ValueError(f"found '{value}', expected: identifier")
        return [value]

    def values(self) -> list[str]:
        """The sorted set within parentheses; an empty place between commas is the empty value."""
        opening = self.next()
        if opening != "(":
            raise ValueError(f"found '{opening}' expected: '('")
        first = self.peek()
        if first == ")":
            self.next()
            return [""]
        if not _is_identifier(first) and first != ",":
            raise ValueError(f"found '{first}', expected: ',', ')' or identifier")
        found: set[str] = set()
        while True:
            token = self.next()
            if token == ",":
                if not found or self.peek() in (")", ","):
                    found.add("")
            elif _is_identifier(token):
                found.add(token)
                if self.peek() not in (",", ")"):
                    raise ValueError(f"found '{self.peek()}', expected: ',' or ')'")
            else:
                raise ValueError(f"found '{token}', expected: ',', or identifier")
            if self.peek() == ")":
                self.next()
                return sorted(found)
