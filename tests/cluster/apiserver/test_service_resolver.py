"""Where a Service is really reached from the API server."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apiserver import service_resolver
from cluster.apiserver.service_resolver import Unresolved

PORTS = [{"name": "web", "port": 443, "targetPort": 8443}]
SLICE: Obj = {
    "metadata": {"labels": {"kubernetes.io/service-name": "hook"}},
    "ports": [{"name": "web", "port": 8443}],
    "endpoints": [
        {"addresses": ["192.0.2.1"], "conditions": {"ready": False}},
        {"addresses": ["192.0.2.2"], "conditions": {"ready": True}},
    ],
}


class Known:
    """What the cache has."""

    def __init__(self, service: Obj | None, *slices: Obj) -> None:
        self.service, self.slices = service, slices

    def get(self, kind: str, name: str, namespace: str = "") -> Obj | None:
        return self.service

    def list(self, kind: str, namespace: str = "") -> Iterable[Obj]:
        return self.slices


def place(known: Known, port: int = 443) -> tuple[str, int]:
    return service_resolver.resolve(known, "default", "hook", port)  # type: ignore[arg-type]  # stands in for a reader


def test_the_first_ready_address_of_a_service_without_a_selector() -> None:
    assert place(Known({"spec": {"ports": PORTS}}, SLICE)) == ("192.0.2.2", 8443)
    assert place(Known({"spec": {"type": "ExternalName", "externalName": "example.com"}})) == ("example.com", 443)


@pytest.mark.parametrize(
    ("known", "port", "told"),
    [
        (Known(None), 443, 'service "hook" not found'),
        (Known({"spec": {"ports": PORTS}}, SLICE), 80, 'no service port 80 found for service "hook"'),
        (Known({"spec": {"ports": PORTS}}), 443, 'no endpoints available for service "hook"'),
        (Known({"spec": {"ports": PORTS, "selector": {"a": "b"}}}, SLICE), 443, "dial tcp 192.0.2.2:8443: connect: connection refused"),
    ],
)  # fmt: skip
def test_there_is_nobody(known: Known, port: int, told: str) -> None:
    with pytest.raises(Unresolved, match=told):
        place(known, port)
