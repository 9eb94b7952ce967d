"""Tables that the server made, as `get` shows them: columns three blanks apart, the last one ragged.

Models: cli-runtime/pkg/printers/{tableprinter,tabwriter}.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cluster.kubectl.printers.tabwriter import TabWriter

GAP, LEAST = 3, 6
ACCEPT = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)
LABEL_COLUMNS = "LABELS"


@dataclass(frozen=True, slots=True)
class Options:
    """What the flags of `get` make of a table."""

    wide: bool = False
    no_headers: bool = False
    show_labels: bool = False
    label_columns: Sequence[str] = ()
    with_namespace: bool = False
    kind: str = ""
    """The prefix of names, "pod": printed when several types are shown."""


def writer() -> TabWriter:
    return TabWriter(least=LEAST, gap=GAP, remember=True)


class TablePrinter:
    """Prints tables of one type: the header once, before the first row."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._shown: list[int] = []
        self._headed = False

    def lines(self, table: dict[str, Any]) -> str:
        """The table's rows, each a line of tab-separated cells; with the header when it is the first."""
        rows = table.get("rows") or ()
        definitions = table.get("columnDefinitions") or ()
        if not self._shown:
            self._shown = [
                index for index, each in enumerate(definitions) if self.options.wide or not each.get("priority")
            ]
            self._names = [definitions[index] for index in self._shown]
        lines = [self._row(row) for row in rows]
        if rows and not self._headed and not self.options.no_headers:
            lines.insert(0, self._header())
        self._headed = self._headed or bool(rows)
        return "".join(f"{line}\n" for line in lines)

    def _header(self) -> str:
        names = [each["name"].upper() for each in self._names]
        if self.options.with_namespace:
            names.insert(0, "NAMESPACE")
        names += [label.rpartition("/")[2].upper() for label in self.options.label_columns]
        return "\t".join([*names, LABEL_COLUMNS] if self.options.show_labels else names)

    def _row(self, row: dict[str, Any]) -> str:
        metadata = (row.get("object") or {}).get("metadata") or {}
        labels = metadata.get("labels") or {}
        cells = [cell_text(row["cells"][index]) for index in self._shown]
        if self.options.kind and cells:
            cells[0] = f"{self.options.kind}/{cells[0]}"
        if self.options.with_namespace:
            cells.insert(0, metadata.get("namespace") or "")
        cells += [labels.get(label) or "" for label in self.options.label_columns]
        if self.options.show_labels:
            cells.append(labels_text(labels))
        return "\t".join(cells)


def labels_text(labels: dict[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or "<none>"


def cell_text(cell: Any) -> str:
    """A cell on one line: what follows a line break is told by "..."."""
    if cell is None:
        return "<none>"
    if isinstance(cell, bool):
        return str(cell).lower()
    text = str(cell)
    at = next((index for index, sign in enumerate(text) if sign in "\f\n\r"), -1)
    return text if at < 0 else text[:at] + "..."
