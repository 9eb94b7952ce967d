"""`--sort-by`: the order of rows and objects by what a JSONPath finds in each.

Models: kubectl/pkg/cmd/get/sorter.go v1.37
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from cluster.apimachinery import quantity
from cluster.kubectl.errors import CommandError
from cluster.kubectl.printers import jsonpath

_runs = re.compile(r"\d+|\D+")


def sort_rows(table: dict[str, Any], path: str) -> None:
    """Sort a table's rows by their objects; as upstream does, show no row when none has the field."""
    rows = table.get("rows") or []
    try:
        keys = _keys([row.get("object") or {} for row in rows], path)
    except CommandError:
        table["rows"] = []
        return
    order = sorted(range(len(rows)), key=lambda index: _key(keys[index]))
    table["rows"] = [rows[index] for index in order]


def sorted_objects(objects: Sequence[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    keys = _keys(objects, path)
    return [objects[index] for index in sorted(range(len(objects)), key=lambda index: _key(keys[index]))]


def _keys(objects: Sequence[dict[str, Any]], path: str) -> list[Any]:
    text = jsonpath.relaxed(path)
    template = jsonpath.parse(text)
    found = [[value for values in jsonpath.results(template, obj) for value in values] for obj in objects]
    if objects and not any(found):
        raise CommandError(f'couldn\'t find any field with path "{text}" in the list of objects')
    return [values[0] if values else None for values in found]


def _compare(left: Any, right: Any) -> int:
    """What is not there comes first; quantities by amount, other words with their numbers by value."""
    if left is None or right is None:
        return int(left is not None) - int(right is not None)
    if isinstance(left, str) and isinstance(right, str):
        if quantity.is_valid(left) and quantity.is_valid(right):
            one, other = quantity.parse(left), quantity.parse(right)
            return (one > other) - (one < other)
        return _compared(_natural(left), _natural(right))
    if type(left) is not type(right) or isinstance(left, dict | list):
        return 0
    return int(left > right) - int(left < right)


def _compared(left: list[tuple[int, int, str]], right: list[tuple[int, int, str]]) -> int:
    return (left > right) - (left < right)


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(run), run) if run.isdigit() else (1, 0, run) for run in _runs.findall(text)]


_key = functools.cmp_to_key(_compare)
