"""A reader for tests of the API server's authz, without an API server."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cluster.apimachinery.meta import Obj


class Shelf:
    """The reader of an API server that holds just these objects; every change grows its generation."""

    def __init__(self) -> None:
        self.hints: dict[tuple[str, ...], str] = {}
        self.objects: dict[tuple[str, str, str], Obj] = {}
        self.changes = 0

    def put(self, *objects: Obj) -> None:
        for obj in objects:
            metadata = obj["metadata"]
            self.objects[obj["kind"], metadata.get("namespace", ""), metadata["name"]] = obj
        self.changes += 1

    def remove(self, kind: str, name: str, namespace: str = "") -> None:
        del self.objects[kind, namespace, name]
        self.changes += 1

    def get(self, kind: str, name: str, namespace: str = "") -> Obj | None:
        return self.objects.get((kind, namespace, name))

    def list(self, kind: str, namespace: str = "") -> Iterable[Obj]:
        return [obj for (held, where, _), obj in self.objects.items() if held == kind and namespace in ("", where)]

    def generations(self, kinds: tuple[str, ...]) -> list[int]:
        return [self.changes for each in kinds]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()
