"""`grep`: lines that match. A search that takes too long (a pattern can be made so) is given up: the server has more to do.

Models: POSIX.1-2024 grep, with GNU's -A -B -C -m -o -w.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.terminal.filter import Filter, FilterError, Plain, no_files, number, options

SEARCH_SECONDS = 0.5


class Grep(Plain):
    """Lines that match, with `after` and `before` lines around them."""

    def __init__(self, pattern: Any, flags: dict[str, str]) -> None:
        around = number("grep", flags.get("-C", "0"))
        self.after = number("grep", flags.get("-A", "0")) or around
        self.before: deque[str] = deque(maxlen=number("grep", flags.get("-B", "0")) or around)
        self.most = number("grep", flags["-m"]) if "-m" in flags else None
        self.pattern, self.flags = pattern, flags
        self.found = self.seen = self.trailing = 0

    def feed(self, line: str) -> Iterable[str]:
        self.seen += 1
        if self._matches(line) == ("-v" in self.flags):
            if not self.trailing:
                self.before.append(self._shown(line, "-"))
                return ()
            self.trailing -= 1
            return () if "-c" in self.flags else (self._shown(line, "-"),)
        self.found += 1
        self.trailing = self.after
        self.enough = self.most is not None and self.found >= self.most
        given, _ = [*self.before, *self._of_match(line)], self.before.clear()
        return () if "-c" in self.flags else given

    def end(self) -> Iterable[str]:
        self.code = 0 if self.found else 1
        return (str(self.found),) if "-c" in self.flags else ()

    def _of_match(self, line: str) -> list[str]:
        if "-o" not in self.flags:
            return [self._shown(line, ":")]
        return [self._shown(each.group(), ":") for each in self.pattern.finditer(line, timeout=SEARCH_SECONDS)]

    def _matches(self, line: str) -> bool:
        try:
            return self.pattern.search(line, timeout=SEARCH_SECONDS) is not None
        except TimeoutError as error:
            raise FilterError("grep: the pattern takes too long") from error

    def _shown(self, line: str, sign: str) -> str:
        return f"{self.seen}{sign}{line}" if "-n" in self.flags else line


def grep(words: Sequence[str]) -> Filter:
    given, rest = options("grep", words, "ivcnEFwxoA:B:C:m:e:")
    patterns = [value for name, value in given if name == "-e"] or rest[:1]
    if not patterns:
        raise FilterError("grep: usage: grep [-i] [-v] [-c] [-n] [-o] [-w] [-E|-F] [-A n] [-B n] [-C n] pattern")
    no_files("grep", rest if any(name == "-e" for name, _ in given) else rest[1:])
    flags = dict(given)
    return Grep(_pattern(patterns, flags), flags)


def _pattern(patterns: Sequence[str], flags: dict[str, str]) -> Any:
    import regex  # Python's own cannot be stopped

    written = [regex.escape(each) if "-F" in flags else each if "-E" in flags else _extended(each) for each in patterns]
    whole = "|".join(f"(?:{each})" for each in written)
    if "-w" in flags:
        whole = rf"(?<!\w)(?:{whole})(?!\w)"
    if "-x" in flags:
        whole = rf"^(?:{whole})$"
    try:
        return regex.compile(whole, regex.IGNORECASE if "-i" in flags else 0)
    except regex.error as error:
        raise FilterError(f"grep: {error}") from error


def _extended(basic: str) -> str:
    r"""A basic regular expression as an extended one: `\|` and `|` change places, so do brackets and the like."""
    return re.sub(r"\\(.)|([|+?(){}])", lambda found: _swapped(found[1], found[2]), basic)


def _swapped(escaped: str | None, plain: str | None) -> str:
    if plain:
        return f"\\{plain}"
    return escaped if escaped and escaped in "|+?(){}" else f"\\{escaped}"
