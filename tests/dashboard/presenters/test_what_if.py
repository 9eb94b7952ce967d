"""What is typed into the what-if form, read as a pod."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.presenters import what_if


def read(**typed: str) -> what_if.Question:
    nobody: Any = None  # without a pod to start from, the cluster is not asked
    return what_if.read(nobody, typed)


def test_every_field_lands_where_the_scheduler_reads_it() -> None:
    question = read(cpu="500m", memory="1Gi", nodeSelector="disk=ssd", tolerations="a=b:NoSchedule, c:NoExecute, d, *")
    spec = question.pod["spec"]
    assert question.errors == {}
    assert spec["containers"][0]["resources"]["requests"] == {"cpu": "500m", "memory": "1Gi"}
    assert spec["nodeSelector"] == {"disk": "ssd"}
    assert spec["tolerations"] == [
        {"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"},
        {"key": "c", "operator": "Exists", "effect": "NoExecute"},
        {"key": "d", "operator": "Exists"},
        {"operator": "Exists"},
    ]


def test_an_affinity_is_yaml() -> None:
    assert read(affinity="nodeAffinity: {}").pod["spec"]["affinity"] == {"nodeAffinity": {}}


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("cpu", "much", "quantities must match"),
        ("nodeSelector", "nonsense", "not key=value"),
        ("tolerations", "a:Sometimes", "not key=value:NoSchedule"),
        ("affinity", "[", "not YAML"),
        ("affinity", "text", "has nodeAffinity"),
    ],
)
def test_a_fault_stands_beside_its_field(field: str, text: str, words: str) -> None:
    assert words in read(**{field: text}).errors[field]
