"""How the checks speak of containers. Models: pod-security-admission/policy/{helpers,visitor}.go v1.37"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from cluster.apimachinery.meta import Obj

GROUPS = ("initContainers", "containers", "ephemeralContainers")


class Fault(NamedTuple):
    """Why a pod is not allowed, and what of it: `privileged (container "x" must not set …)`."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


Check = Callable[[Obj, Obj], Fault | None]
"""(metadata, spec) of a pod or of a template: its fault, None when it has none."""


def all_of(spec: Obj) -> Iterator[Obj]:
    for group in GROUPS:
        yield from spec.get(group) or ()


def security(holder: Obj) -> Obj:
    return holder.get("securityContext") or {}


def named(names: Iterable[str], before: str = "") -> str:
    """`container "a"`, `containers "a", "b"`."""
    found = list(names)
    return f"{before}container{'s' if len(found) > 1 else ''} {quoted(found)}"


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
