"""What admission plugins are asked, over a reader that holds just the given objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver.admission.request import CREATE, AdmissionRequest
from cluster.apiserver.authn.user import User
from cluster.apiserver.config import UPSTREAM
from cluster.clock import VirtualClock

NAMESPACE = "shop"


class Desk:
    """Stands for the API server: its reader, its clock, its mode."""

    def __init__(self) -> None:
        self.hints: dict[tuple[str, ...], str] = {}
        self.objects: list[Obj] = []
        self.clock = VirtualClock()
        self.reader = self
        self.config = self
        self.admission_mode = UPSTREAM

    def put(self, kind: str, name: str, namespace: str = NAMESPACE, **fields: Any) -> None:
        metadata = {"name": name, "namespace": namespace, "uid": f"uid-{name}", **fields.pop("metadata", {})}
        self.objects.append({"kind": kind, "metadata": metadata, **fields})

    def get(self, kind: str, name: str, namespace: str = "") -> Obj | None:
        return next((each for each in self.list(kind, namespace) if each["metadata"]["name"] == name), None)

    def list(self, kind: str, namespace: str = "") -> Iterable[Obj]:
        found = [each for each in self.objects if each["kind"] == kind]
        return [each for each in found if namespace in ("", each["metadata"]["namespace"])]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def pod(name: str = "web", **spec: Any) -> Obj:
    containers = [{"name": "main", "image": "nginx", "resources": {}}]
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"containers": containers, **spec},
    }


def request(
    obj: Obj,
    operation: str = CREATE,
    *,
    kind: str = "Pod",
    subresource: str = "",
    user: str = "jane",
    old: Obj | None = None,
) -> AdmissionRequest:
    groups = ("system:nodes",) if user.startswith("system:node:") else ()
    found = REGISTRY.kind(kind)
    namespace = NAMESPACE if found.namespaced else ""
    name = obj["metadata"].get("name", "")
    return AdmissionRequest(operation, found, subresource, namespace, name, obj, old, User(user, groups=groups))


async def refusal(awaitable: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message
