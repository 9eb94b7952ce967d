"""Where descriptions are written: lines with a title and a value, indented by level, aligned at the end.

Models: kubectl/pkg/describe/describe.go PrefixWriter, tabbedString v1.37
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from email.utils import formatdate
from typing import Any

from cluster.clock import parse_rfc3339
from cluster.kubectl.printers.tabwriter import TabWriter

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
LONGEST_ANNOTATION = 140
NONE = "<none>"


class Writer:
    def __init__(self) -> None:
        self._tabs = TabWriter(least=0, gap=2)
        self._done: list[str] = []

    def put(self, text: str, level: int = 0) -> None:
        """Text as it is, after two blanks for each level."""
        self._tabs.write("  " * level + text)

    def line(self, title: str, value: Any, level: int = 0) -> None:
        """ "Title:  value"."""
        self.put(f"{title}:\t{value}\n", level)

    def row(self, *cells: Any, level: int = 1) -> None:
        self.put("\t".join(str(cell) for cell in cells) + "\n", level)

    def flush(self) -> None:
        """Align what was written; what follows has columns of its own."""
        self._done.append(self._tabs.flush())

    def text(self) -> str:
        self.flush()
        return "".join(self._done)

    def raw(self) -> str:
        """The text with its tabs, not aligned."""
        return self._tabs.text()

    # --- what many kinds have ------------------------------------------------------------------------------------------

    def labels(self, title: str, labels: Mapping[str, str] | None) -> None:
        self.several(title, [f"{key}={value}" for key, value in sorted((labels or {}).items())])

    def several(self, title: str, values: Sequence[str]) -> None:
        """A title and its values below each other."""
        self.put(f"{title}:\t{NONE}\n" if not values else f"{title}:\t" + "\t".join(f"{value}\n" for value in values))

    def annotations(self, title: str, annotations: Mapping[str, str] | None) -> None:
        shown = sorted((key, value) for key, value in (annotations or {}).items() if key != LAST_APPLIED)
        lines: list[str] = []
        for key, value in shown:
            value = value.removesuffix("\n")
            if len(value) + len(key) + 2 > LONGEST_ANNOTATION or "\n" in value:
                lines += [f"{key}:", *(f"  {_shortened(part)}" for part in value.split("\n"))]
            else:
                lines.append(f"{key}: {value}")
        self.several(title, lines)

    def metadata(self, metadata: Mapping[str, Any], *, namespaced: bool = True) -> None:
        self.line("Name", metadata.get("name", ""))
        if namespaced:
            self.line("Namespace", metadata.get("namespace", ""))
        self.labels("Labels", metadata.get("labels"))
        self.annotations("Annotations", metadata.get("annotations"))


def _shortened(text: str) -> str:
    most = LONGEST_ANNOTATION - 2
    return text[:most] + "..." if len(text) > most else text


def rfc1123(timestamp: str | None) -> str:
    """ "Tue, 24 Nov 2026 23:02:02 +0000"; Go's zero time for none."""
    return (
        formatdate(parse_rfc3339(timestamp), usegmt=False).replace("-0000", "+0000")
        if timestamp
        else ("Mon, 01 Jan 0001 00:00:00 +0000")
    )


def go_list(values: Iterable[Any]) -> str:
    """ "[a b]": a slice as Go's %v prints it."""
    return "[" + " ".join(str(value) for value in values) + "]"


def yes(value: object) -> str:
    """ "true" or "false"."""
    return str(bool(value)).lower()
