"""Protobuf bodies, as kubectl's typed commands send them."""

from __future__ import annotations

import pytest

from cluster.apimachinery import protobuf


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data


def deployment() -> bytes:
    body = field(1, field(1, b"web")) + field(2, bytes([1 << 3, 3]))
    return b"k8s\x00" + field(1, field(1, b"apps/v1") + field(2, b"Deployment")) + field(2, body)


def test_a_message_becomes_the_object() -> None:
    found = protobuf.decode(deployment())
    assert (found["apiVersion"], found["kind"]) == ("apps/v1", "Deployment")
    assert (found["metadata"]["name"], found["spec"]["replicas"]) == ("web", 3)


@pytest.mark.parametrize("cut", [1, 3, 5])
def test_a_message_that_ends_early_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="EOF"):
        protobuf.decode(deployment()[:-cut])


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        protobuf.decode(b"{}")


def test_fields_are_called_as_in_json() -> None:
    """Protobuf has `aPIGroup`, `Expression` and `uID` where JSON has apiGroup, expression and uid."""
    table = protobuf.table()
    assert table["k8s.io.api.networking.v1.IngressClassParametersReference"]["1"][0] == "apiGroup"
    assert table["k8s.io.api.admissionregistration.v1.Validation"]["1"][0] == "expression"
    assert table["k8s.io.api.authentication.v1.BoundObjectReference"]["4"][0] == "uid"
