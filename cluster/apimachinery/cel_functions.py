"""Functions that Kubernetes adds to CEL: of lists and of regular expressions.

Models: k8s.io/apiserver/pkg/cel/library/{lists,regex}.go v1.37
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any


def _find(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    return found.group(0) if found else ""


def _find_all(text: str, pattern: str) -> list[str]:
    return [match.group(0) for match in re.finditer(pattern, text)]


def _is_sorted(items: list[Any]) -> bool:
    return all(one <= next_ for one, next_ in itertools.pairwise(items))


ON_LISTS: dict[str, Callable[[list[Any]], Any]] = {"isSorted": _is_sorted, "sum": sum, "min": min, "max": max}


def declared(cel: Any) -> list[Any]:
    """The declarations, for an environment of the module `cel`."""
    kinds = cel.Type
    found = [_method(cel, name, kinds.DYN, [kinds.LIST], call) for name, call in ON_LISTS.items()]
    found.append(_method(cel, "find", kinds.STRING, [kinds.STRING, kinds.STRING], _find))
    found.append(_method(cel, "findAll", kinds.LIST, [kinds.STRING, kinds.STRING], _find_all))
    return found


def _method(cel: Any, name: str, answer: Any, parameters: list[Any], call: Callable[..., Any]) -> Any:
    overload = cel.Overload(f"k8s_{name}", answer, parameters, True, call)
    return cel.FunctionDecl(name, [overload])
