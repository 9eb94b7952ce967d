"""Tables: how lists are shown in columns, made on the server.

Models: apimachinery/pkg/apis/meta/v1/types.go Table, pkg/util/duration/duration.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339

UNKNOWN = "<unknown>"


def human_duration(seconds: float) -> str:
    """ "5s", "2m30s", "3h", "4d5h": a duration as tables show it."""
    total = int(seconds)
    if total < -1:
        return "<invalid>"
    if total < 0:
        return "0s"
    if total < 120:
        return f"{total}s"
    minutes = total // 60
    if minutes < 10:
        return _two(minutes, "m", total % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    hours = total // 3600
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    days = hours // 24
    if hours < 192:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    years = days // 365
    return _two(years, "y", days % 365, "d") if days < 2920 else f"{years}y"


def age(timestamp: str | None, now: float) -> str:
    """How long ago, or "<unknown>" for no time."""
    return human_duration(now - parse_rfc3339(timestamp)) if timestamp else UNKNOWN


def definitions(columns: Sequence[Any]) -> list[Obj]:
    return [
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": column.description,
            "priority": column.priority,
        }
        for column in columns
    ]


def table(
    columns: Sequence[Any], objects: Iterable[Obj], now: float, metadata: Obj, *, include: str = "Metadata"
) -> Obj:
    """A meta.k8s.io/v1 Table. `include` is None, Metadata or Object (the `includeObject` parameter)."""
    rows = []
    for obj in objects:
        row: Obj = {"cells": [column.cell(obj, now) for column in columns]}
        if include == "Object":
            row["object"] = obj
        elif include == "Metadata":
            row["object"] = partial_metadata(obj)
        rows.append(row)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": definitions(columns),
        "rows": rows,
    }


def partial_metadata(obj: Obj) -> Obj:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
