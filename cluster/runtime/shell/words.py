"""A word's expansion: variables, command substitution, arithmetic, quoting, splitting, file names.

A word becomes fragments (text, was it quoted?); unquoted expansions are split at blanks, and matched with file names.
Models: POSIX shell command language 2.6; busybox shell/ash.c
"""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cluster.runtime.shell import arithmetic
from cluster.runtime.shell.parsing import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from cluster.runtime.shell.interpreter import Shell

Fragment = tuple[str, str]
"""(text, kind): "quoted" stays as it is, "plain" was written so, "split" came of an unquoted expansion."""
_escape = re.compile(r"\\(.)", re.S)
_escape_in_quotes = re.compile(r'\\([$`"\\\n])')
_glob = re.compile(r"[*?\[]")


class ExpansionProblem(Exception):
    """A variable that must be set is not, or an expression is none."""


async def fields(shell: Shell, nodes: list[Node]) -> list[str]:
    """All words, expanded, split and matched."""
    found: list[str] = []
    for node in nodes:
        found += _split(shell, await fragments(shell, node))
    return found


async def text(shell: Shell, node: Node) -> str:
    """One word without splitting: an assignment's value, a redirection's target."""
    return "".join(part for part, _ in await fragments(shell, node))


def _split(shell: Shell, parts: list[Fragment]) -> list[str]:
    words: list[list[Fragment]] = []
    current: list[Fragment] | None = None
    for part, kind in parts:
        if kind == "field":  # of "$@": each begins anew
            if current is not None:
                words.append(current)
            current = [(part, "quoted")]
        elif kind != "split":
            current = [*(current or []), (part, kind)]
        else:
            current = _blanks(part, words, current)
    if current is not None:
        words.append(current)
    return [name for word in words for name in _matched(shell, word)]


def _blanks(part: str, words: list[list[Fragment]], current: list[Fragment] | None) -> list[Fragment] | None:
    """Split an expansion at its blanks; the word that is still open, if one is."""
    pieces = part.split()
    if pieces and current is not None and part[0].isspace():
        words.append(current)
        current = None
    for number, piece in enumerate(pieces):
        if number:
            words.append(current or [])
            current = None
        current = [*(current or []), (piece, "plain")]
    if pieces and part[-1].isspace() and current is not None:
        words.append(current)
        current = None
    return current


def _matched(shell: Shell, word: list[Fragment]) -> list[str]:
    """File names that a word's * and ? match; the word itself when there are none."""
    whole = "".join(part for part, _ in word)
    if not any(kind == "plain" and _glob.search(part) for part, kind in word):
        return [whole]
    pattern = "".join(part if kind == "plain" else re.sub(r"([*?\[])", r"[\1]", part) for part, kind in word)
    files, found = shell.process.world.files, ["/" if pattern.startswith("/") else ""]
    for step in [each for each in pattern.split("/") if each]:
        found = [
            posixpath.join(base, name)
            for base in found
            for name in files.children(shell.process.path(base or "."))
            if fnmatchcase(name, step) and (not name.startswith(".") or step.startswith("."))
        ]
    return found or [whole]


async def fragments(shell: Shell, node: Node) -> list[Fragment]:
    kind = node.type
    if kind in ("concatenation", "command_name"):
        return [part for child in node.children for part in await fragments(shell, child)]
    if kind == "raw_string":
        return [(text_of(node)[1:-1], "quoted")]
    if kind == "ansi_c_string":
        return [(unescaped(text_of(node)[2:-1]), "quoted")]
    if kind in ("string", "translated_string", "heredoc_body"):
        return await _quoted(shell, node)
    if kind in ("simple_expansion", "expansion") and text_of(node) in ("$@", "${@}"):
        return [(each, "split") for each in shell.arguments]
    if (found := await _expanded(shell, node)) is not None:
        return [(found, "split")]
    return _plain(shell, text_of(node))


def _plain(shell: Shell, written: str) -> list[Fragment]:
    if written == "~" or written.startswith("~/"):
        written = shell.process.env.get("HOME", "/root") + written[1:]
    if "\\" not in written:
        return [(written, "plain")]
    found: list[Fragment] = []
    at = 0
    for match in _escape.finditer(written):
        if match.start() > at:
            found.append((written[at : match.start()], "plain"))
        if match.group(1) != "\n":
            found.append((match.group(1), "quoted"))
        at = match.end()
    return [*found, (written[at:], "plain")] if at < len(written) else found


async def _quoted(shell: Shell, node: Node) -> list[Fragment]:
    """The inside of double quotes: whatever stands between the expansions stays as it is."""
    if text_of(node) in ('"$@"', '"${@}"'):
        return [(each, "field") for each in shell.arguments]
    quoted = node.type != "heredoc_body"
    at, end = node.start_byte + quoted, node.end_byte - quoted
    raw, found = node.text or b"", ""
    for child in node.children:
        if child.type in ('"', "string_content", "heredoc_content", '$"'):
            continue
        found += _unquoted(raw[at - node.start_byte : child.start_byte - node.start_byte])
        found += await _expanded(shell, child) or ""
        at = child.end_byte
    found += _unquoted(raw[at - node.start_byte : end - node.start_byte])
    return [(found, "quoted")]


def _unquoted(raw: bytes) -> str:
    return _escape_in_quotes.sub(
        lambda match: "" if match.group(1) == "\n" else match.group(1), raw.decode(errors="surrogateescape")
    )


async def _expanded(shell: Shell, node: Node) -> str | None:
    """The value of an expansion; None for another kind of node."""
    match node.type:
        case "simple_expansion":
            written = text_of(node)  # the grammar counts blanks before $# and its like as a part of them
            name = written.lstrip()
            return written[: len(written) - len(name)] + shell.variable(name[1:])
        case "expansion":
            return await _braced(shell, node)
        case "command_substitution":
            return await shell.substituted(node)
        case "arithmetic_expansion":
            return str(await calculated(shell, node))
    return None


async def calculated(shell: Shell, node: Node) -> int:
    raw, at, found = node.text or b"", node.start_byte, ""
    inside = [each for each in _descendants(node) if each.type in ("expansion", "command_substitution")]
    inside += [each for each in _descendants(node) if each.type == "simple_expansion"]
    for child in sorted(inside, key=lambda each: each.start_byte):
        if child.start_byte < at:
            continue
        found += raw[at - node.start_byte : child.start_byte - node.start_byte].decode()
        found += await _expanded(shell, child) or "0"
        at = child.end_byte
    found += raw[at - node.start_byte :].decode()
    inner = found.removeprefix("$((").removeprefix("((").removeprefix("$[").removesuffix("))").removesuffix("]")
    try:
        return arithmetic.value(inner, shell.process.env)
    except arithmetic.ArithmeticProblem as problem:
        raise ExpansionProblem(str(problem)) from problem


def _descendants(node: Node) -> list[Node]:
    return [found for child in node.children for found in (child, *_descendants(child))]


async def _braced(shell: Shell, node: Node) -> str:
    """${name}, ${#name}, ${name:-word} and its like, ${name#pattern}, ${name%pattern}, ${name/a/b}, ${name:1:2}"""
    parts = node.children[1:-1]
    if parts and parts[0].type == "#" and len(parts) > 1:
        return str(len(shell.variable(text_of(parts[1]))))
    if not parts:
        return ""
    name = text_of(parts[0])
    value = shell.variable(name)
    if len(parts) == 1:
        return value
    operator = text_of(parts[1])
    rest = parts[2:]
    if operator == ":" and rest:
        return _cut(value, "".join([text_of(each) for each in rest]), shell.process.env)
    if operator in ("/", "//"):
        pair = [await text(shell, each) for each in rest if each.is_named]
        count = -1 if operator == "//" else 1
        return value.replace(pair[0], pair[1] if len(pair) > 1 else "", count) if pair else value
    word = "".join([await text(shell, each) for each in rest])
    return _operated(shell, (name, value), operator, word)


def _operated(shell: Shell, variable: tuple[str, str], operator: str, word: str) -> str:
    name, value = variable
    missing = not value if operator.startswith(":") else not shell.is_set(name)
    match operator.lstrip(":"):
        case "-":
            return word if missing else value
        case "=":
            if missing:
                shell.process.env[name] = word
            return word if missing else value
        case "+":
            return "" if missing else word
        case "?":
            if missing:
                raise ExpansionProblem(f"{name}: {word or 'parameter not set'}")
            return value
    return _trimmed(value, operator, word)


def _trimmed(value: str, operator: str, pattern: str) -> str:
    sizes = range(len(value) + 1)
    order = sizes if operator in ("#", "%") else reversed(sizes)
    for size in order:
        if operator[0] == "#" and fnmatchcase(value[:size], pattern):
            return value[size:]
        if operator[0] == "%" and fnmatchcase(value[len(value) - size :], pattern):
            return value[: len(value) - size]
    return value


def _cut(value: str, bounds: str, variables: dict[str, str]) -> str:
    first, _, length = bounds.partition(":")
    start = arithmetic.value(first, variables)
    found = value[start:]
    return found[: arithmetic.value(length, variables)] if length else found


_names = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "e": "\x1b"}
_sequence = re.compile(r"\\(0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.S)


def unescaped(written: str) -> str:
    """Backslash sequences of echo -e, printf and $''."""

    def one(match: re.Match[str]) -> str:
        found = match.group(1)
        if found[0] == "x" and len(found) > 1:
            return chr(int(found[1:], 16))
        if found[0] in "01234567":
            return chr(int(found, 8) & 0xFF)
        return _names.get(found, match.group(0))

    return _sequence.sub(one, written)
