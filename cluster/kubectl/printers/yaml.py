"""YAML as kubectl prints it: keys in natural order, lists not indented, quotes only where a plain word would mislead.

Models: sigs.k8s.io/yaml v1.37's vendored goyaml.v2 {encode,emitterc,resolve,sorter}.go
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterator
from typing import Any

WORDS = frozenset(
    ("~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "y", "Y", "yes", "Yes", "YES", "n",
     "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf",
     "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "<<")
)  # fmt: skip
"""What YAML 1.1 reads as something else than a string."""
WIDTH = 80
INDICATORS = frozenset("#,[]{}&*!|>'\"%@`")

_number = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[0-9]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_sexagesimal = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_timestamp = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ ]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


def document(value: Any) -> str:
    """The YAML text of plain data, ending in a newline."""
    if isinstance(value, dict | list) and value:
        return "\n".join(_block(value, 0)) + "\n"
    return f"{_inline(value)}\n"


def _block(value: Any, depth: int) -> Iterator[str]:
    """The lines of a mapping or list that is not empty."""
    indent = "  " * depth
    if isinstance(value, dict):
        for key in sorted(value, key=natural):
            head, item = f"{indent}{_scalar(str(key), 0, is_key=True)}:", value[key]
            if isinstance(item, dict) and item:
                yield head
                yield from _block(item, depth + 1)
            elif isinstance(item, list) and item:
                yield head
                yield from _block(item, depth)
            else:
                yield f"{head} {_inline(item, depth + 1, len(head) + 1)}"
        return
    for item in value:
        if isinstance(item, dict | list) and item:
            lines = list(_block(item, depth + 1))
            yield f"{indent}- {lines[0].removeprefix(indent + '  ')}"
            yield from lines[1:]
        else:
            yield f"{indent}- {_inline(item, depth + 1, len(indent) + 2)}"


def _inline(value: Any, depth: int = 1, column: int = 0) -> str:
    """What stands after a key or a dash, which end at `column`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict):
        return "{}"
    return "[]" if isinstance(value, list) else _scalar(str(value), depth, column)


def _float(value: float) -> str:
    if value == int(value) and abs(value) < 1e21 and math.isfinite(value):
        return str(int(value))
    return repr(value)


def _scalar(text: str, depth: int, column: int = 0, *, is_key: bool = False) -> str:
    if "\n" in text and not is_key and _fits_block(text):
        return _literal(text, depth)
    if "\n" in text or _misread(text) or any(not _printable(sign) for sign in text):
        shown = _double_quoted(text)
    elif not _plain(text):
        shown = "'" + text.replace("'", "''") + "'"
    else:
        shown = text
    return shown if is_key or len(shown) + column <= WIDTH else _folded(shown, depth, column)


def _folded(shown: str, depth: int, column: int) -> str:
    """Broken at the first single blank beyond the width, again and again. Models: emitterc.go write_*_scalar"""
    line, lines = "", []
    double, inside = shown[0] == '"', shown[0] not in "\"'"
    last = len(shown) - (1 if inside else 2)
    for at, sign in enumerate(shown):
        if sign == " " and not line.endswith(" ") and column + len(line) > WIDTH and (inside or 1 < at < last):
            following = shown[at + 1 : at + 2]
            if double or following != " ":
                lines.append(line)
                line, column = ("\\" if following == " " else ""), 2 * depth
                continue
        line += sign
    return ("\n" + "  " * depth).join([*lines, line])


def _misread(text: str) -> bool:
    """Would this word, without quotes, be read as something else than a string?"""
    if not text or text in WORDS or _sexagesimal.fullmatch(text):
        return True
    return bool(_number.fullmatch(text.replace("_", "")) or _timestamp.fullmatch(text))


def _plain(text: str) -> bool:
    """May the text stand without quotes?"""
    if text[0] == " " or text[-1] == " " or text.startswith(("---", "...")) or text[0] in INDICATORS:
        return False
    if text[0] in "?:-" and (len(text) == 1 or text[1] in " \t"):
        return False
    return not text.endswith(":") and ": " not in text and " #" not in text


def _fits_block(text: str) -> bool:
    """A literal block keeps the text only if no line ends in a blank and every sign can be shown."""
    if text.isspace() or any(not (_printable(sign) or sign == "\n") for sign in text):
        return False
    return " \n" not in text and not text.endswith(" ") and text[0] != "\n"


def _literal(text: str, depth: int) -> str:
    indent = "  " * depth
    hint = "2" if text[0] == " " else ""
    end = "" if text.endswith("\n") and not text.endswith("\n\n") else "-" if not text.endswith("\n") else "+"
    lines = text.removesuffix("\n").split("\n")
    return f"|{hint}{end}\n" + "\n".join(f"{indent}{line}" if line else "" for line in lines)


def _double_quoted(text: str) -> str:
    return "".join(sign if _printable(sign) else _escaped(sign) for sign in json.dumps(text, ensure_ascii=False))


def _escaped(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _printable(sign: str) -> bool:
    """Go's emitter knows neither tabs nor signs beyond the first plane."""
    code = ord(sign)
    return 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or (0xE000 <= code < 0xFFFE and code != 0xFEFF)


# --- the order of keys -----------------------------------------------------------------------------------------------


def _compare(left: str, right: str) -> int:
    for at, (one, other) in enumerate(zip(left, right, strict=False)):
        if one == other:
            continue
        if one.isalpha() or other.isalpha():
            if one.isalpha() and other.isalpha():
                return -1 if one < other else 1
            return -1 if other.isalpha() else 1
        mine, yours = _digits(left, at), _digits(right, at)
        if mine != yours:
            return -1 if mine < yours else 1
        return -1 if one < other else 1
    return len(left) - len(right)


def _digits(text: str, at: int) -> tuple[int, int]:
    """The number that stands from `at` on, and its length; leading zeros within a number count."""
    end = at
    while end < len(text) and text[end].isdigit():
        end += 1
    back = at
    while back > 0 and text[back - 1].isdigit():
        back -= 1
    lead = "1" if text[at : at + 1] == "0" and any(sign != "0" for sign in text[back:at]) else ""
    return int(lead + text[at:end] or "0"), end - at


natural = functools.cmp_to_key(_compare)
