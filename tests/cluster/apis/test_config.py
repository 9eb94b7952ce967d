"""ConfigMap, Secret, ServiceAccount: configuration, and who a pod is."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_what_is_written_as_text_is_kept_as_data(served: Any) -> None:
    made = served("Secret").made({"data": {"a": encoded("1"), "b": encoded("2")}, "stringData": {"b": "3"}})
    assert made["data"] == {"a": encoded("1"), "b": encoded("3")}
    assert made["type"] == "Opaque"
    assert "stringData" not in made


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ({"data": {"a b": ""}}, 'data[a b]: Invalid value: "a b": a valid config key must consist of'),
        ({"data": {"..": ""}}, "data[..]: Invalid value: \"..\": must not be '..'"),
        ({"data": {"a": encoded("x" * (1024 * 1024 + 1))}}, "data: Too long: may not be more than 1048576 bytes"),
        ({"type": "kubernetes.io/tls"}, "data[tls.crt]: Required value"),
        ({"type": "kubernetes.io/basic-auth"}, "data[username]: Required value"),
        ({"type": "kubernetes.io/ssh-auth"}, "data[ssh-privatekey]: Required value"),
        ({"type": "kubernetes.io/dockerconfigjson"}, "data[.dockerconfigjson]: Required value"),
        (
            {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": encoded("{")}},
            'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ',
        ),
        (
            {"type": "kubernetes.io/service-account-token"},
            "metadata.annotations[kubernetes.io/service-account.name]: Required value",
        ),
    ],
)
def test_a_secret_is_refused_in_upstream_s_words(secret: Obj, fault: str, served: Any) -> None:
    assert served("Secret").told(served("Secret").made(secret))[0].startswith(fault)


def test_as_much_as_fits_fits(served: Any) -> None:
    full = "x" * (1024 * 1024)
    assert served("Secret").told(served("Secret").made({"data": {"a": encoded(full)}})) == []
    assert served("ConfigMap").told(served("ConfigMap").made({"data": {"a": full}})) == []
    over = served("ConfigMap").made({"data": {"a": full}, "binaryData": {"b": encoded("x")}})
    assert served("ConfigMap").told(over) == ["[]: Too long: may not be more than 1048576 bytes"]


def test_a_key_stands_in_one_place_only(served: Any) -> None:
    made = served("ConfigMap").made({"data": {"a": "1"}, "binaryData": {"a": encoded("1")}})
    assert served("ConfigMap").told(made) == ['data[a]: Invalid value: "a": duplicate of key present in binaryData']


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_what_is_marked_immutable_stays(kind: str, served: Any) -> None:
    old = served(kind).made({"data": {"a": encoded("1")}, "immutable": True})
    new = served(kind).changed(old, data={"a": encoded("2")}, immutable=False)
    assert served(kind).told(new, old) == [
        "immutable: Forbidden: field is immutable when `immutable` is set",
        "data: Forbidden: field is immutable when `immutable` is set",
    ]


def test_a_secret_keeps_its_type(served: Any) -> None:
    old = served("Secret").made({})
    new = served("Secret").changed(old, type="example.com/other")
    assert served("Secret").told(new, old) == ['type: Invalid value: "example.com/other": field is immutable']


def test_entries_are_counted_in_the_table(served: Any) -> None:
    config = served("ConfigMap").made({"data": {"a": "", "b": ""}, "binaryData": {"c": ""}})
    assert served("ConfigMap").row(config) == ["x", 3, "<unknown>"]
    assert served("Secret").row(served("Secret").made({"data": {"a": ""}})) == ["x", "Opaque", 1, "<unknown>"]


def test_a_service_account_keeps_the_names_of_its_secrets_alone(served: Any) -> None:
    made = served("ServiceAccount").made({"secrets": [{"name": "a", "namespace": "other", "kind": "Secret"}]})
    assert made["secrets"] == [{"name": "a"}]
