"""Runs what was typed: pipelines one after another, each kubectl first or last, filters between.

What a program writes goes on at once, so a watch can be searched while it runs. A program that is fed waits for all of
it first. One that wants no more (`head`) ends the one before it, as a broken pipe does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cluster.kubectl import main as kubectl
from cluster.kubectl.session import Read, Session
from dashboard.terminal.filter import Filter, FilterError
from dashboard.terminal.filters import FILTERS
from dashboard.terminal.keyboard import Keyboard
from dashboard.terminal.line import Line, LineError, Stage, parse

Write = Callable[[str], object]

KUBECTL = ("kubectl", "k")
MOST_FED = 3 * 1024 * 1024
NOT_FOUND, MISUSED = 127, 2
HELP = """\
kubectl (or k) with the commands, flags and output of the real one; kubectl --help lists them.
Its output can be piped through: {filters}.
Text is fed in with <<EOF; lines can be joined with ; and &&.
Up and down: what was typed before · Tab: completes · Ctrl-C: stops · Ctrl-L: clears · Ctrl-D: ends a shell in a pod.
"""


class Reader(Protocol):
    """What a program's output goes to."""

    def feed(self, text: str) -> None:
        """BrokenPipeError when it wants no more."""

    async def finish(self, code: int) -> int:
        """That was all, and its writer ended with `code`; the exit code of the last program."""


class Shell:
    """What one terminal runs; `session` is what kubectl keeps between two commands, `keyboard` what is typed meanwhile."""

    def __init__(self, session: Session, keyboard: Keyboard | None = None) -> None:
        self.session = session
        self.keyboard = keyboard

    async def run(self, text: str, write_out: Write, write_err: Write) -> int:
        """Run what was typed; the exit code of the last program."""
        try:
            lines = parse(text)
        except LineError as error:
            write_err(f"{error}\n")
            return MISUSED
        code = 0
        for line in lines:
            if line.only_after and code:
                continue
            code = await self._pipeline(line, write_out, write_err)
        return code

    async def _pipeline(self, line: Line, write_out: Write, write_err: Write) -> int:
        reader: Reader = _Screen(write_out)
        try:
            for stage in reversed(line.stages):
                first = stage is line.stages[0] and stage.text is None
                reader = self._program(stage, reader, write_err, self.keyboard if first else None)
            return await reader.finish(0)
        except FilterError as error:
            write_err(f"{error}\n")
            return MISUSED

    def _program(self, stage: Stage, reader: Reader, write_err: Write, keyboard: Keyboard | None) -> Reader:
        name, *words = stage.words
        if name in KUBECTL:
            return _Kubectl(self.session, words, keyboard or stage.text or "", reader, write_err)
        if name in FILTERS:
            return _Filtering(FILTERS[name](words), stage.text or "", reader)
        if name == "help":
            return _Filtering(FILTERS["echo"]([HELP.format(filters=", ".join(sorted(FILTERS))).rstrip()]), "", reader)
        raise FilterError(f"{name}: not found; there are kubectl, {', '.join(sorted(FILTERS))}")


class _Screen:
    def __init__(self, write: Write) -> None:
        self.feed = write

    async def finish(self, code: int) -> int:
        return code


class _Kubectl:
    """Reads what is typed, or what is fed into it."""

    def __init__(
        self, session: Session, words: list[str], given: Keyboard | str, reader: Reader, write_err: Write
    ) -> None:
        self.session, self.words, self.reader, self.write_err = session, words, reader, write_err
        self.keyboard = given if isinstance(given, Keyboard) else None
        self.fed = [given] if isinstance(given, str) else []
        self.size = sum(map(len, self.fed))

    def feed(self, text: str) -> None:
        self.size += len(text)
        if self.size > MOST_FED:
            raise FilterError(f"kubectl: more than {MOST_FED // 1024} KiB are fed in")
        self.fed.append(text)

    async def finish(self, code: int) -> int:
        try:
            stdin: Read = self.keyboard or (lambda: "".join(self.fed))
            code = await kubectl.run(self.words, stdin, self.reader.feed, self.write_err, self.session)
        except BrokenPipeError:
            code = 0
        return await self.reader.finish(code)


class _Filtering:
    def __init__(self, filter: Filter, text: str, reader: Reader) -> None:
        self.filter, self.text, self.reader = filter, text, reader
        self.rest = ""

    def feed(self, text: str) -> None:
        if self.filter.enough:
            raise BrokenPipeError
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self._take(line)

    async def finish(self, code: int) -> int:
        try:
            if self.text:
                self.feed(self.text)
            if self.rest and not self.filter.enough:
                self._take(self.rest)
            for line in self.filter.end():
                self.reader.feed(f"{line}\n")
        except BrokenPipeError:
            pass
        return await self.reader.finish(self.filter.code)

    def _take(self, line: str) -> None:
        for given in self.filter.feed(line):
            self.reader.feed(f"{given}\n")
        if self.filter.enough:
            raise BrokenPipeError
