"""test, [ and [[: questions about texts, numbers and files. Models: busybox coreutils/test.c"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster.runtime.shell.process import Process

_numbers: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_files = ("-e", "-f", "-d", "-r", "-w", "-x", "-s", "-L", "-h", "-S", "-p")


class TestProblem(Exception):
    """What is wrong with the question."""


def holds(process: Process, words: list[str]) -> bool:
    """Recursive descent: -o, then -a, then !, then one question. TestProblem when it is none."""
    for operators, chosen in ((("-o", "||"), any), (("-a", "&&"), all)):
        for index, word in enumerate(words):
            if word in operators and 0 < index < len(words) - 1 and len(words) > 3:
                return chosen(holds(process, part) for part in (words[:index], words[index + 1 :]))
    if words[:1] == ["!"] and len(words) > 1:
        return not holds(process, words[1:])
    if len(words) > 2 and words[0] == "(" and words[-1] == ")":
        return holds(process, words[1:-1])
    return _one(process, words)


def _one(process: Process, words: list[str]) -> bool:
    match words:
        case []:
            return False
        case [text] | ["-n", text]:
            return text != ""
        case ["-z", text]:
            return text == ""
        case [question, name] if question in _files:
            return _file(process, question, name)
        case [_, _]:
            raise TestProblem(f"{words[0]}: unknown operand")
        case [left, operator, right]:
            return _compared(left, operator, right)
    raise TestProblem(f"{words[0]}: unknown operand")


def _compared(left: str, operator: str, right: str) -> bool:
    if operator in _numbers:
        return _numbers[operator](_number(left), _number(right))
    if operator in ("=", "==", "!="):
        return (left == right or fnmatchcase(left, right)) == (operator != "!=")
    if operator in ("<", ">"):
        return left < right if operator == "<" else left > right
    raise TestProblem(f"{operator}: unknown operand")


def _number(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise TestProblem(f"{text}: bad number") from None


def _file(process: Process, question: str, name: str) -> bool:
    found = process.world.files.find(process.path(name))
    if found is None:
        return False
    if question == "-d":
        return found.text is None
    if question == "-f":
        return found.text is not None
    if question == "-s":
        return bool(found.text)
    if question == "-x":
        return found.text is None or bool(found.mode & 0o111)
    return question in ("-e", "-r", "-w")
