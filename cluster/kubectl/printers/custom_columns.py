"""`-o custom-columns=NAME:.metadata.name,…`: a table whose cells are JSONPath expressions.

Models: kubectl/pkg/cmd/get/customcolumn.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cluster.kubectl.errors import CommandError
from cluster.kubectl.printers import jsonpath, table

NONE = "<none>"


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    template: jsonpath.Template


def parse(spec: str) -> list[Column]:
    """Raises CommandError for a spec that names no columns, or a path that is none."""
    if not spec:
        raise CommandError("custom-columns format specified but no custom columns given")
    columns = []
    for part in spec.split(","):
        header, colon, path = part.partition(":")
        if not colon:
            raise CommandError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(Column(header, jsonpath.parse(jsonpath.relaxed(path))))
    return columns


def parse_template(text: str) -> list[Column]:
    """A file's two lines: headers, and under them the paths."""
    lines = text.splitlines()
    headers, paths = (lines[0].split(), lines[1].split()) if len(lines) > 1 else ([], [])
    if not headers or len(headers) != len(paths):
        raise CommandError(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return [Column(header, jsonpath.parse(jsonpath.relaxed(path))) for header, path in zip(headers, paths, strict=True)]


def rows(columns: Sequence[Column], objects: Sequence[dict[str, Any]], *, no_headers: bool) -> str:
    found = table.writer()
    if not no_headers:
        found.write("\t".join(column.header for column in columns) + "\n")
    for obj in objects:
        found.write("\t".join(_cell(column, obj) for column in columns) + "\n")
    return found.flush()


def _cell(column: Column, obj: dict[str, Any]) -> str:
    values = [value for values in jsonpath.results(column.template, obj) for value in values]
    return ",".join(table.cell_text(jsonpath.go_print(value)) for value in values) if values else NONE
