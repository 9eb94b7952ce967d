"""The grammar of a JSONPath: `.a.b`, `['a']`, `[0]`, `[1:3]`, `[*]`, `[?(@.a=="b")]`, `..`, `[0,1]`.

Models: client-go/util/jsonpath/parser.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class PathError(ValueError):
    """The path is malformed, or cannot be followed."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str


@dataclass(frozen=True, slots=True)
class Every:
    pass


@dataclass(frozen=True, slots=True)
class Slice:
    start: int | None
    end: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Index:
    at: int


@dataclass(frozen=True, slots=True)
class Union:
    paths: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Recursive:
    pass


@dataclass(frozen=True, slots=True)
class Root:
    pass


@dataclass(frozen=True, slots=True)
class Filter:
    """`left` and `right` are paths (tuples of nodes) or values."""

    left: Any
    operator: str
    right: Any = None


Node = Field | Every | Index | Slice | Union | Recursive | Root | Filter

_name = re.compile(r"(?:\\.|[^\s\\.\[\]{}()=!<>,'\"@$*?:|&])+")
_slice = re.compile(r"(-?\d*)(?::(-?\d*))?(?::(-?\d*))?")
_filter = re.compile(r"\?\((.*)\)", re.S)
_comparison = re.compile(r"\s*(==|!=|<=|>=|<|>)\s*")


def nodes_of(path: str) -> Iterator[Node]:
    """The steps of a path. Raises PathError."""
    at = 0
    while at < len(path):
        if path.startswith("..", at):
            yield Recursive()
            at += 2
            if at < len(path) and path[at] not in ".[*":
                at -= 1  # the dot belongs to the field that follows
                path = path[:at] + "." + path[at + 1 :]
        elif path[at] == "$":
            yield Root()
            at += 1
        elif path[at] == "@":
            at += 1
        elif path[at] == "*":
            yield Every()
            at += 1
        elif path[at] == "[":
            end = _closing(path, at)
            yield _brackets(path[at + 1 : end].strip())
            at = end + 1
        else:
            node, at = _field(path, at)
            if node is not None:
                yield node


def _field(path: str, at: int) -> tuple[Node | None, int]:
    dotted = path[at] == "."
    at += dotted
    if path[at : at + 1] == "*":
        return Every(), at + 1
    match = _name.match(path, at)
    if match is None:
        if dotted and (at == len(path) or path[at] == "["):
            return None, at
        raise PathError(f"unrecognized character in action: U+{ord(path[at]):04X} '{path[at]}'")
    if not dotted:
        raise PathError(f"unrecognized identifier {match.group()}")
    return Field(re.sub(r"\\(.)", r"\1", match.group())), match.end()


def _closing(path: str, at: int) -> int:
    depth, quote = 0, ""
    for index in range(at, len(path)):
        sign = path[index]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[(":
            depth += 1
        elif sign in "])":
            depth -= 1
            if depth == 0:
                return index
    raise PathError("unterminated array")


def _brackets(inside: str) -> Node:
    if match := _filter.fullmatch(inside):
        return _condition(match.group(1).strip())
    if inside == "*":
        return Every()
    if match := re.fullmatch(r"'((?:\\.|[^'])*)'|\"((?:\\.|[^\"])*)\"", inside):
        return Field(re.sub(r"\\(.)", r"\1", match.group(1) if match.group(1) is not None else match.group(2)))
    if "," in inside:
        return Union(tuple((_brackets(part.strip()),) for part in inside.split(",")))
    match = _slice.fullmatch(inside)
    if match is None or not inside:
        raise PathError(f"invalid array index {inside}")
    start, end, step = (int(text) if text else None for text in match.groups())
    return Slice(start, end, step) if ":" in inside or start is None else Index(start)


def _condition(text: str) -> Filter:
    parts = _comparison.split(text, maxsplit=1)
    if len(parts) == 1:
        return Filter(_operand(text), "exists")
    return Filter(_operand(parts[0]), parts[1], _operand(parts[2]))


def _operand(text: str) -> Any:
    text = text.strip()
    if text[:1] in "'\"" and text[:1] == text[-1:] and len(text) > 1:
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return tuple(nodes_of(text))
