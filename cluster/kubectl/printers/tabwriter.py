"""Tab-separated text in columns, as Go's tabwriter aligns it: a column is a run of lines that have a cell there.

Only cells that a tab ends are aligned; what follows a line's last tab is as wide as it is.

Models: text/tabwriter, github.com/liggitt/tabwriter (widths that are remembered)
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


class TabWriter:
    """Lines are kept until `flush`; with `remember` no column gets narrower from one flush to the next."""

    def __init__(self, *, least: int = 0, gap: int = 2, remember: bool = False) -> None:
        self._least, self._gap, self._remember = least, gap, remember
        self._widest: list[int] = []
        self._text: list[str] = []

    def write(self, text: str) -> None:
        self._text.append(text)

    def forget(self) -> None:
        self._widest = []

    def text(self) -> str:
        """What was written since the last flush, as it is."""
        return "".join(self._text)

    def flush(self) -> str:
        """The text written since the last flush, aligned."""
        text, self._text = "".join(self._text), []
        lines = [line.split("\t") for line in text.split("\n")]
        done: list[str] = []
        self._format(lines, 0, len(lines), [], done)
        return "\n".join(done)

    def _format(self, lines: Sequence[list[str]], start: int, end: int, widths: list[int], done: list[str]) -> None:
        column, at, next_line = len(widths), start, start
        while at < end:
            if column >= len(lines[at]) - 1:
                at += 1
                continue
            done += [_line(cells, widths) for cells in lines[next_line:at]]
            first = at
            while at < end and column < len(lines[at]) - 1:
                at += 1
            width = self._width(column, [lines[index][column] for index in range(first, at)])
            self._format(lines, first, at, [*widths, width], done)
            next_line = at
            at += 1
        done += [_line(cells, widths) for cells in lines[next_line:end]]

    def _width(self, column: int, cells: Sequence[str]) -> int:
        width = max([self._least, *(columns_of(cell) + self._gap for cell in cells)])
        if self._remember:
            if column == len(self._widest):
                self._widest.append(0)
            if column < len(self._widest):
                width = self._widest[column] = max(width, self._widest[column])
        return width


def columns_of(text: str) -> int:
    """How many columns of a terminal the text takes: wide signs two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - columns_of(cell)) for cell, width in zip(cells, widths, strict=False)]
    return "".join([*padded, *cells[len(padded) :]])
