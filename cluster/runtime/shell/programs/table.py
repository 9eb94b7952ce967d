"""The table of programs, and the reading of their options."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster.runtime.shell.process import Process

Program = Callable[[Process, list[str]], Awaitable[int]]
TABLE: dict[str, Program] = {}


def program(*names: str) -> Callable[[Program], Program]:
    """Registers a program under its names."""

    def register(found: Program) -> Program:
        TABLE.update(dict.fromkeys(names, found))
        return found

    return register


class Options:
    """getopt: letters, letters with a value (`valued`), and the rest; long options are taken as written."""

    def __init__(self, args: list[str], valued: str = "") -> None:
        self.rest: list[str] = []
        self.given: dict[str, str] = {}
        self.all: dict[str, list[str]] = {}
        pending = list(args)
        while pending:
            each = pending.pop(0)
            if each == "--":
                self.rest += pending
                break
            if each.startswith("--"):
                name, _, value = each[2:].partition("=")
                self._keep(name, value)
            elif len(each) > 1 and each[0] == "-":
                self._letters(each[1:], pending, valued)
            else:
                self.rest.append(each)

    def _letters(self, letters: str, pending: list[str], valued: str) -> None:
        for index, letter in enumerate(letters):
            if letter in valued:
                value = letters[index + 1 :] or (pending.pop(0) if pending else "")
                self._keep(letter, value)
                return
            self._keep(letter, "")

    def _keep(self, name: str, value: str) -> None:
        self.given[name] = value
        self.all.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def has(self, *names: str) -> bool:
        return any(name in self.given for name in names)

    def number(self, name: str, otherwise: int) -> int:
        value = self.given.get(name, "").lstrip("+-")
        return int(value) if value.isdigit() else otherwise
