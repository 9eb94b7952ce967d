"""Kinds as the API server uses them: a body is copied, defaulted, prepared, judged; faults are told as kubectl tells them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.apimachinery.meta import Obj
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Kind

CONFORMANCE = Path(__file__).resolve().parents[2] / "conformance"


class Served:
    """One kind, asked as its API server asks it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def made(self, obj: Obj) -> Obj:
        """The object as a create would store it."""
        new = copy.deepcopy(obj)
        new.setdefault("apiVersion", self.kind.api_version)
        new.setdefault("kind", self.kind.kind)
        new.setdefault("metadata", {"name": "x"})
        self.kind.default(new)
        self.kind.prepare(new, None)
        return new

    def changed(self, old: Obj, door: str = "", **parts: Any) -> Obj:
        """`old` after an update of the given top-level parts, through the main door or another."""
        new = copy.deepcopy(old)
        new.update(copy.deepcopy(parts))
        self.kind.default(new)
        entry = self.kind.subresource(door) if door else None
        (entry.prepare if entry and entry.prepare else self.kind.prepare)(new, old)
        return new

    def told(self, obj: Obj, old: Obj | None = None, door: str = "") -> list[str]:
        """The faults, "field: detail", of a create or (with `old`) an update."""
        entry = self.kind.subresource(door) if door else None
        validate = entry.validate if entry and entry.validate else self.kind.validate
        return [f"{fault.field}: {fault.detail}" for fault in validate(obj, old)]

    def refusal(self, obj: Obj) -> str:
        """What kubectl prints when a create is refused, "" when it is not."""
        new = self.made(obj)
        faults = self.told(new)
        if not faults:
            return ""
        head = f'The {self.kind.kind} "{new["metadata"].get("name", "")}" is invalid: '
        return head + (faults[0] if len(faults) == 1 else "".join(f"\n* {fault}" for fault in faults))

    def row(self, obj: Obj, now: float = 0.0, wide: bool = False) -> list[Any]:
        return [column.cell(obj, now) for column in self.kind.columns if wide or column.priority == 0]


@pytest.fixture
def served() -> Callable[[str], Served]:
    return lambda name: Served(REGISTRY.kind(name))


@pytest.fixture
def pods(served: Callable[[str], Served]) -> Served:
    return served("Pod")


@pytest.fixture
def manifest() -> Callable[[str], Obj]:
    """The first object of a manifest that the recorded kubectl sessions use."""
    return lambda name: next(yaml.safe_load_all((CONFORMANCE / "manifests" / name).read_text()))


@pytest.fixture
def golden() -> Callable[[str], list[dict[str, Any]]]:
    """The steps of a kubectl session recorded against real Kubernetes: `cmd`, `rc`, `stdout`, `stderr`."""
    return lambda name: json.loads((CONFORMANCE / "golden" / f"{name}.json").read_text())["steps"]


@pytest.fixture
def a_pod() -> Callable[..., Obj]:
    """A Pod of one container; the arguments are fields of its spec, `container` more fields of the container."""

    def build(container: Obj | None = None, **spec: Any) -> Obj:
        containers = [{"name": "c", "image": "nginx:1.27", **(container or {})}]
        return {"metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": containers, **spec}}

    return build
