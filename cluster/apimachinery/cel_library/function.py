"""One function of a library, as the compiler is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Function(NamedTuple):
    """`takes` are the parameters of each overload and `answer` what they all answer, as names of CEL's types; the first
    parameter of a method is what it is called on."""

    name: str
    call: Callable[..., Any]
    answer: str
    takes: tuple[tuple[str, ...], ...]
    is_method: bool = True


def methods(answer: str, *takes: str, **calls: Callable[..., Any]) -> list[Function]:
    """Methods of one shape: `isLoopback=…`."""
    return [Function(name, call, answer, (takes,)) for name, call in calls.items()]


def functions(answer: str, *takes: str, **calls: Callable[..., Any]) -> list[Function]:
    """Functions of one shape; a name's `__` stands for its point."""
    return [Function(name.replace("__", "."), call, answer, (takes,), False) for name, call in calls.items()]


def declared(cel: Any, library: Iterable[Function]) -> list[Any]:
    """The declarations, for the module `cel` of the compiler. Functions of one name are told together."""
    found: dict[str, list[Any]] = {}
    for each in library:
        overloads = found.setdefault(each.name, [])
        for takes in each.takes:
            parameters = [getattr(cel.Type, name) for name in takes]
            identity = f"k8s_{each.name.replace('.', '_')}_{'_'.join(takes).lower()}_{each.is_method}"
            answer = getattr(cel.Type, each.answer)
            overloads.append(cel.Overload(identity, answer, parameters, each.is_method, each.call))
    return [cel.FunctionDecl(name, overloads) for name, overloads in found.items()]
