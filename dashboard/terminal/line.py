"""Command lines taken apart: quotes, pipes, `;` and `&&`, comments, a text fed in by `<<EOF`.

Several lines are several commands, so that what documentation shows can be pasted whole. What a real shell does beyond
that (files, variables, substitutions, jobs) is refused by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)
      | (?P<comment>\#[^\n]*)
      | (?P<operator>\n|\|\||&&|\|&|>>|<<-|<<<|<<|[|&;<>()`])
      | (?P<word>(?:\\.|'[^']*'|"(?:[^"\\]|\\.)*"|[^\s|&;<>()`'"\\])+)""",
    re.VERBOSE | re.DOTALL,
)
PIECE = re.compile(
    r"""\\(?P<escaped>.)|'(?P<literal>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^'"\\]+)""", re.DOTALL
)
REFUSED = {
    "||": "`||` is not supported: run the second command by hand",
    "&": "`&` is not supported: open a second terminal beside this one",
    "|&": "`|&` is not supported",
    ">": "there are no files here: `>` is not supported",
    ">>": "there are no files here: `>>` is not supported",
    "<": "there are no files here: feed text in with `<<EOF`",
    "<<<": "`<<<` is not supported: feed text in with `<<EOF`",
    "(": "`(` is not supported: put it in quotes if it is part of a word",
    ")": "`)` is not supported: put it in quotes if it is part of a word",
    "`": "`…` is not supported",
}


class LineError(Exception):
    """A line that cannot be run; the message is for the person who typed it."""


@dataclass(slots=True)
class Stage:
    """One program of a pipeline: its words, and what is fed into it (None when nothing is)."""

    words: list[str] = field(default_factory=list)
    text: str | None = None


@dataclass(slots=True)
class Line:
    """A pipeline. `only_after` tells that it runs only when the one before went well (`&&`)."""

    stages: list[Stage]
    only_after: bool = False


def parse(text: str) -> list[Line]:
    """The pipelines of what was typed or pasted, in order. Raises LineError."""
    return _Reader(text.rstrip()).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: list[Line] = []
        self.stages = [Stage()]
        self.only_after = False
        self.awaited: list[tuple[Stage, str, bool]] = []

    def read(self) -> list[Line]:
        while self.at < len(self.text):
            found = TOKEN.match(self.text, self.at)
            if found is None:
                raise LineError(f"a quote is not closed: {self.text[self.at : self.at + 20]}")
            self.at = found.end()
            if word := found["word"]:
                self.stages[-1].words.append(unquoted(word))
            elif operator := found["operator"]:
                self._operate(operator)
        self._end_pipeline(only_after=False)
        if self.awaited:
            raise LineError(f"the text after << does not end: a line with {self.awaited[0][1]} alone is missing")
        return self.lines

    def _operate(self, operator: str) -> None:
        if operator in REFUSED:
            raise LineError(REFUSED[operator])
        if operator in ("<<", "<<-"):
            self._await_text(strip=operator == "<<-")
        elif operator == "|":
            if not self.stages[-1].words:
                raise LineError("there is nothing before `|`")
            self.stages.append(Stage())
        elif operator == "&&" and not self.stages[-1].words:
            raise LineError("there is nothing before `&&`")
        else:
            self._end_pipeline(only_after=operator == "&&")
            if operator == "\n":
                self._take_texts()

    def _await_text(self, *, strip: bool) -> None:
        found = TOKEN.match(self.text, self.at)
        while found is not None and found["space"]:
            self.at = found.end()
            found = TOKEN.match(self.text, self.at)
        if found is None or not found["word"]:
            raise LineError("a word is missing after `<<`")
        self.at = found.end()
        self.awaited.append((self.stages[-1], unquoted(found["word"]), strip))

    def _take_texts(self) -> None:
        for stage, end, strip in self.awaited:
            taken = []
            while True:
                if self.at >= len(self.text):
                    raise LineError(f"the text after << does not end: a line with {end} alone is missing")
                line, _, _ = self.text[self.at :].partition("\n")
                self.at += len(line) + 1
                line = line.lstrip("\t") if strip else line
                if line.rstrip("\r") == end:
                    break
                taken.append(line + "\n")
            stage.text = "".join(taken)
        self.awaited.clear()

    def _end_pipeline(self, *, only_after: bool) -> None:
        if self.stages[-1].words:
            self.lines.append(Line(self.stages, self.only_after))
        elif len(self.stages) > 1:
            raise LineError("there is nothing after `|`")
        elif self.only_after:
            raise LineError("there is nothing after `&&`")
        self.stages, self.only_after = [Stage()], only_after


def unquoted(word: str) -> str:
    """A word without its quotes and backslashes."""
    return PIECE.sub(_piece, word)


def _piece(found: re.Match[str]) -> str:
    if found["escaped"] is not None:
        return "" if found["escaped"] == "\n" else found["escaped"]
    if found["quoted"] is not None:
        return re.sub(r'\\([\\"$`])', r"\1", found["quoted"].replace("\\\n", ""))
    return found["literal"] if found["literal"] is not None else found["plain"]
