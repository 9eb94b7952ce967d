"""Of lists and sets. Models: k8s.io/apiserver/pkg/cel/library/lists.go v1.37, cel-go/ext/sets.go"""

from __future__ import annotations

import itertools
from typing import Any

from cluster.apimachinery.cel_library.function import Function, functions, methods

ITEMS = ("STRING", "INT", "UINT", "DOUBLE", "BOOL", "BYTES", "MAP", "LIST")


def _is_sorted(items: list[Any]) -> bool:
    return all(one <= following for one, following in itertools.pairwise(items))


def _least(items: list[Any]) -> Any:
    if not items:
        raise ValueError("min called on empty list")
    return min(items)


def _greatest(items: list[Any]) -> Any:
    if not items:
        raise ValueError("max called on empty list")
    return max(items)


def _index(items: list[Any], item: Any) -> int:
    return next((at for at, each in enumerate(items) if _same(each, item)), -1)


def _last_index(items: list[Any], item: Any) -> int:
    return next((at for at in range(len(items) - 1, -1, -1) if _same(items[at], item)), -1)


def _same(one: Any, other: Any) -> bool:
    """Python takes True for 1, CEL does not."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _contains(items: list[Any], wanted: list[Any]) -> bool:
    return all(_index(items, each) >= 0 for each in wanted)


def _equivalent(one: list[Any], other: list[Any]) -> bool:
    return _contains(one, other) and _contains(other, one)


def _intersects(one: list[Any], other: list[Any]) -> bool:
    return any(_index(one, each) >= 0 for each in other)


FUNCTIONS = (
    *methods("DYN", "LIST", isSorted=_is_sorted, sum=sum, min=_least, max=_greatest),
    *(
        Function(name, call, "INT", tuple(("LIST", item) for item in ITEMS))
        for name, call in {"indexOf": _index, "lastIndexOf": _last_index}.items()
    ),
    *functions("BOOL", "LIST", "LIST", sets__contains=_contains, sets__equivalent=_equivalent),
    *functions("BOOL", "LIST", "LIST", sets__intersects=_intersects),
)
