"""Simple JSONPaths, as printer columns, scale doors and selectable fields of custom resources name them.

`.spec.a`, `['a.b']`, `.a\\.b`, `[0]`, `[-1]`, `[*]`, `.*` and `[?(@.type=="Ready")]`; no ranges, no unions.
Models: k8s.io/client-go/util/jsonpath v1.37
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

Step = Callable[[Any], Iterator[Any]]

TOKEN = re.compile(
    r"""\.(?P<field>(?:\\.|[^.\[\]\\])+)
    | \[(?P<index>-?\d+)\]
    | \['(?P<quoted>[^']*)'\] | \["(?P<double>[^"]*)"\]
    | (?P<all>\[\*\])
    | \[\?\(\s*@(?P<left>(?:\.[^=!<>\s]+)?)\s*(?P<operator>==|!=)\s*(?P<right>"[^"]*"|'[^']*'|[^)\s]+)\s*\)\]""",
    re.X,
)


class PathError(ValueError):
    """A text that is no path this module reads."""


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Step, ...]:
    """The steps of a path, with or without braces around it. PathError."""
    path = text.strip().removeprefix("{").removesuffix("}")
    steps, at = [], 0
    while at < len(path):
        match = TOKEN.match(path, at)
        if match is None:
            raise PathError(f"unrecognized character in path: {path[at:]}")
        steps.append(_step(match))
        at = match.end()
    return tuple(steps)


def found(obj: Any, text: str) -> list[Any]:
    """The values at a path, none when nothing is there."""
    values = [obj]
    for step in parse(text):
        values = [each for value in values for each in step(value)]
    return values


def shown(values: list[Any]) -> str:
    """Values as text, as kubectl prints them."""
    return " ".join(each if isinstance(each, str) else orjson.dumps(each).decode() for each in values)


def _step(match: re.Match[str]) -> Step:
    if match["all"] or match["field"] == "*":
        return _members
    if match["index"] is not None:
        return functools.partial(_item, int(match["index"]))
    if match["operator"]:
        right = match["right"]
        wanted = right[1:-1] if right[0] in "\"'" else _literal(right)
        return functools.partial(_filtered, match["left"], wanted, match["operator"] == "==")
    name = next(match[group] for group in ("field", "quoted", "double") if match[group] is not None)
    return functools.partial(_field, re.sub(r"\\(.)", r"\1", name) if match["field"] else name)


def _literal(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _members(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _item(index: int, value: Any) -> Iterator[Any]:
    if isinstance(value, list) and -len(value) <= index < len(value):
        yield value[index]


def _field(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, dict) and name in value:
        yield value[name]


def _filtered(left: str, wanted: Any, equal: bool, value: Any) -> Iterator[Any]:
    for each in value if isinstance(value, list) else ():
        if (wanted in found(each, left)) is equal:
            yield each
