"""What a filter is, and how its options are read.

A filter takes lines as they come and gives lines on. Models: POSIX.1-2024, Utility Syntax Guidelines.
"""

from __future__ import annotations

import getopt
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

MOST_LINES = 200_000


class FilterError(Exception):
    """Wrong arguments, or input that cannot be used; the message says which filter."""


class Filter(Protocol):
    """`code` is its exit code once it has ended; `enough` that it wants no more."""

    code: int
    enough: bool

    def feed(self, line: str) -> Iterable[str]: ...

    def end(self) -> Iterable[str]: ...


class Plain:
    """A filter's beginning: passes everything on."""

    code = 0
    enough = False

    def feed(self, line: str) -> Iterable[str]:
        return (line,)

    def end(self) -> Iterable[str]:
        return ()


class Whole(Plain):
    """A filter that needs all lines first; `work` makes of them what it gives."""

    def __init__(self, work: Callable[[list[str]], Iterable[str]]) -> None:
        self.work = work
        self.lines: list[str] = []

    def feed(self, line: str) -> Iterable[str]:
        if len(self.lines) >= MOST_LINES:
            raise FilterError(f"more than {MOST_LINES} lines")
        self.lines.append(line)
        return ()

    def end(self) -> Iterable[str]:
        return self.work(self.lines)


def options(
    name: str, words: Sequence[str], short: str, long: Sequence[str] = ()
) -> tuple[list[tuple[str, str]], list[str]]:
    try:
        found, rest = getopt.gnu_getopt(list(words), short, list(long))
    except getopt.GetoptError as error:
        raise FilterError(f"{name}: {error.msg}") from error
    return found, rest


def no_files(name: str, rest: Sequence[str]) -> None:
    if rest:
        raise FilterError(f"{name}: {rest[0]}: there are no files here")


def number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise FilterError(f"{name}: {text!r} is no number") from error
