"""Tables as kubectl aligns them: columns three blanks apart, the last one ragged.

Models: cli-runtime/pkg/printers/tableprinter.go and tabwriter.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

GAP, LEAST = 3, 6


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines; every cell but a row's last is padded to its column's width."""
    widths: list[int] = []
    for row in rows:
        for index, cell in enumerate(row[:-1]):
            width = max(LEAST, len(cell) + GAP)
            if index == len(widths):
                widths.append(width)
            elif width > widths[index]:
                widths[index] = width
    lines = [
        "".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), *row[-1:]])
        if len(row) <= 1
        else "".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)) + row[-1]
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def rows_of(table: dict[str, Any], *, wide: bool, prefix: str = "") -> list[list[str]]:
    """The cells of a meta.k8s.io/v1 Table as text; columns of priority 1 only when `wide`."""
    shown = [index for index, column in enumerate(table["columnDefinitions"]) if wide or not column.get("priority")]
    rows = []
    for row in table.get("rows") or ():
        cells = [_text(row["cells"][index]) for index in shown]
        if prefix and cells:
            cells[0] = prefix + cells[0]
        rows.append(cells)
    return rows


def header_of(table: dict[str, Any], *, wide: bool) -> list[str]:
    return [column["name"].upper() for column in table["columnDefinitions"] if wide or not column.get("priority")]


def _text(cell: Any) -> str:
    if cell is None:
        return "<none>"
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell).split("\n", 1)[0]
