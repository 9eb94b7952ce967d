"""The form: what was typed becomes a pod, and faults stand beside their fields."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.status import ApiError
from dashboard.presenters import pod_form

TYPED = {"name": "web", "image": "nginx"}


def test_what_was_typed_is_the_pod() -> None:
    form = pod_form.read(
        {
            **TYPED,
            "labels": "app=web, tier = front",
            "command": "sh -c 'echo a b'",
            "cpu": "100m",
            "memory": "64Mi",
            "restartPolicy": "Never",
        }
    )
    assert form.errors == {}
    assert form.pod["metadata"] == {"name": "web", "labels": {"app": "web", "tier": "front"}}
    assert form.pod["spec"] == {
        "restartPolicy": "Never",
        "containers": [
            {
                "name": "web",
                "image": "nginx",
                "command": ["sh", "-c", "echo a b"],
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
            }
        ],
    }


def test_what_was_left_empty_is_what_kubectl_run_does() -> None:
    form = pod_form.read(TYPED)
    assert form.pod["metadata"]["labels"] == {"run": "web"}
    assert form.pod["spec"]["restartPolicy"] == "Always"
    assert "resources" not in form.pod["spec"]["containers"][0]


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("labels", "app", '"app" is not key=value'),
        ("command", "echo 'x", "No closing quotation"),
        ("cpu", "fast", "quantities must match"),
        ("memory", "1GB!", "quantities must match"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_field(field: str, text: str, words: str) -> None:
    assert words in pod_form.read({**TYPED, field: text}).errors[field]


def refusal(*causes: tuple[str, str]) -> ApiError:
    details = {"causes": [{"field": field, "message": message} for field, message in causes]}
    return ApiError({"code": 422, "message": "Pod is invalid", "details": details})


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("metadata.name", "name"),
        ("metadata.labels", "labels"),
        ("spec.containers[0].image", "image"),
        ("spec.containers[0].resources.requests[memory]", "memory"),
        ("spec.containers[0].resources.requests[cpu]", "cpu"),
        ("spec.restartPolicy", "restartPolicy"),
    ],
)
def test_the_api_servers_causes_stand_beside_their_fields(path: str, field: str) -> None:
    assert pod_form.errors_of(refusal((path, "no"))) == {field: "no"}


def test_a_cause_of_no_field_and_a_refusal_without_causes_stand_above() -> None:
    assert pod_form.errors_of(refusal(("spec.odd", "no"))) == {"form": "spec.odd: no"}
    told: dict[str, Any] = {"code": 403, "message": "pods is forbidden"}
    assert pod_form.errors_of(ApiError(told)) == {"form": "pods is forbidden"}
