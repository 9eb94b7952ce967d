"""`-o jsonpath={…}`: templates of text and paths, and what they find in an object.

A path that is not there finds nothing. `range … end` repeats its part for each value found.

Models: client-go/util/jsonpath/{jsonpath,parser,node}.go, cli-runtime/pkg/printers/jsonpath.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cluster.kubectl.errors import CommandError
from cluster.kubectl.printers import json as json_printer
from cluster.kubectl.printers.jsonpath_parser import (
    Every,
    Field,
    Filter,
    Index,
    Node,
    PathError,
    Recursive,
    Slice,
    Union,
    nodes_of,
)

MISSING = object()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template: literal text, a path, or a range over a path with what stands inside it."""

    text: str = ""
    path: tuple[Node, ...] | None = None
    inside: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Template:
    source: str
    parts: tuple[Part, ...] = field(default=())


def relaxed(path: str) -> str:
    """ ".metadata.name" and "metadata.name" as a template. Raises CommandError."""
    match = re.fullmatch(r"\{\.?([^{}]+)\}|\.?([^{}]+)", path)
    if not path:
        return ""
    if match is None:
        raise CommandError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return "{." + (match.group(1) or match.group(2)) + "}"


def parse(template: str) -> Template:
    """Raises CommandError when the template is malformed."""
    try:
        pieces = list(_pieces(template))
        parts, rest = _parts(pieces)
        if rest is not None:
            raise PathError("not in range, nothing to end")
        return Template(template, tuple(parts))
    except PathError as error:
        raise CommandError(f"error parsing jsonpath {template}, {error}") from error


def _pieces(template: str) -> Iterator[tuple[str, str]]:
    """("text", …) and ("action", …), in turn."""
    at = 0
    while at < len(template):
        start = template.find("{", at)
        if start < 0:
            yield "text", template[at:]
            return
        if start > at:
            yield "text", template[at:start]
        end = _end(template, start + 1)
        yield "action", template[start + 1 : end].strip()
        at = end + 1


def _end(template: str, at: int) -> int:
    """Where the action that begins at `at` ends. Raises PathError."""
    quote, open_array = "", False
    while at < len(template):
        sign = template[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign == "[":
            open_array = True
        elif sign == "]":
            open_array = False
        elif sign == "}":
            return at
        at += 1
    raise PathError(
        "unterminated quoted string" if quote else "unterminated array" if open_array else "unclosed action"
    )


def _parts(pieces: list[tuple[str, str]]) -> tuple[list[Part], bool | None]:
    """The parts up to an `end` (then True) or to the last piece (then None)."""
    parts: list[Part] = []
    while pieces:
        kind, text = pieces.pop(0)
        if kind == "text":
            parts.append(Part(text=text))
        elif text == "end":
            return parts, True
        elif text.startswith("range ") or text == "range":
            inside, ended = _parts(pieces)
            if ended is None:
                raise PathError("unterminated range")  # upstream stops silently at the text's end; this tells it
            parts.append(Part(path=tuple(nodes_of(text.removeprefix("range").strip())), inside=tuple(inside)))
        else:
            parts += _action(text)
    return parts, None


def _action(text: str) -> Iterator[Part]:
    """An action holds paths and quoted text, blanks between them."""
    for piece in re.findall(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|(?:\[[^\]]*\]|[^\s'\"\[])+", text):
        if piece[0] in "'\"":
            yield Part(text=_unquoted(piece))
        else:
            yield Part(path=tuple(nodes_of(piece)))


def _unquoted(piece: str) -> str:
    signs = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
    return re.sub(r"\\(.)", lambda match: signs.get(match.group(1), match.group(0)), piece[1:-1])


# --- evaluation ------------------------------------------------------------------------------------------------------


def execute(template: Template, obj: Any) -> str:
    """The text that a template makes of an object. Raises CommandError for an index out of bounds."""
    try:
        return "".join(_text(template.parts, [obj], obj))
    except PathError as error:
        raise CommandError(
            f'error executing jsonpath "{template.source}": Error executing template: {error}. Printing more information '
            f"for debugging the template:\n\ttemplate was:\n\t\t{template.source}\n\tobject given to jsonpath engine was:"
            f"\n\t\t{_go_syntax(obj)}\n\n\n"
        ) from error


def results(template: Template, obj: Any) -> list[list[Any]]:
    """What each path of the template finds. Raises CommandError."""
    try:
        return [_walk(part.path, [obj], obj) for part in template.parts if part.path is not None]
    except PathError as error:
        raise CommandError(str(error)) from error


def _text(parts: Sequence[Part], current: list[Any], root: Any) -> Iterator[str]:
    for part in parts:
        if part.path is None:
            yield part.text
        elif part.inside is None:
            yield " ".join(go_text(value) for value in _walk(part.path, current, root))
        else:
            for value in _walk(part.path, current, root):
                yield from _text(part.inside, [value], root)


def _walk(path: Sequence[Node], current: list[Any], root: Any) -> list[Any]:
    values = current
    for node in path:
        values = [found for value in values for found in _step(node, value, root)]
    return values


def _step(node: Node, value: Any, root: Any) -> list[Any]:
    match node:
        case Field(name):
            found = value.get(name, MISSING) if isinstance(value, dict) else MISSING
            return [value] if not name else [] if found is MISSING else [found]
        case Every():
            return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
        case Index(at):
            return _indexed(at, value)
        case Slice(start, end, step):
            return value[start:end:step] if isinstance(value, list) else []
        case Union(paths):
            return [found for path in paths for found in _walk(path, [value], root)]
        case Recursive():
            return list(_descendants(value))
        case Filter():
            items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            return [item for item in items if _holds(node, item, root)]
    return [root]


def _indexed(at: int, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise PathError(f"{_go_type(value)} is not array or slice")
    index = at if at >= 0 else at + len(value)
    if not 0 <= index < len(value):
        raise PathError(f"array index out of bounds: index {at}, length {len(value)}")
    return [value[index]]


def _descendants(value: Any) -> Iterator[Any]:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _descendants(child)


def _holds(node: Filter, item: Any, root: Any) -> bool:
    left = _operand(node.left, item, root)
    if node.operator == "exists":
        return left is not MISSING
    right = _operand(node.right, item, root)
    if left is MISSING or right is MISSING:
        return False
    if isinstance(left, bool) != isinstance(right, bool) or isinstance(left, str) != isinstance(right, str):
        left, right = go_text(left), go_text(right)
    compared = {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }
    return bool(compared[node.operator])


def _operand(operand: Any, item: Any, root: Any) -> Any:
    if not isinstance(operand, tuple):
        return operand
    found = _walk(operand, [item], root)
    return found[0] if found else MISSING


# --- values as text --------------------------------------------------------------------------------------------------


def go_text(value: Any) -> str:
    """A value as jsonpath prints it: maps and lists as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    return json_printer.compact(value) if isinstance(value, dict | list) else str(value)


def go_print(value: Any) -> str:
    """A value as Go prints it: map[a:b], [a b]."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_print(each)}" for key, each in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_print(each) for each in value) + "]"
    return "<nil>" if value is None else go_text(value)


def _go_type(value: Any) -> str:
    return {dict: "map[string]interface {}", str: "string", bool: "bool", int: "int64"}.get(type(value), "float64")


def _go_syntax(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{json_printer.compact(key)}:{_go_syntax(each)}" for key, each in sorted(value.items()))
        return f"map[string]interface {{}}{{{inside}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_go_syntax(each) for each in value)}}}"
    return "interface {}(nil)" if value is None else json_printer.compact(value)
