"""Where in a text a fault's field stands."""

from __future__ import annotations

import pytest

from cluster.apimachinery import status
from dashboard.presenters import editing, objects

TEXT = """kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: a
    image: nginx
  - name: b
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("metadata.name", 3),
        ("spec.containers[0].image", 7),
        ("spec.containers[1].name", 8),
        ("spec.containers[1].image", 8),
        ("spec.containers[7].image", 5),
        ("nothing", 0),
    ],
)
def test_a_field_is_found_by_its_path_or_its_nearest_parent(path: str, line: int) -> None:
    assert editing.line_of(TEXT, path) == line


def test_each_cause_is_a_fault_and_a_refusal_without_causes_is_one() -> None:
    causes = [status.FieldError("FieldValueRequired", "spec.containers[1].image", "Required value")]
    assert editing.faults_of(status.invalid("Pod", "web", causes), TEXT) == [
        (8, "spec.containers[1].image: Required value")
    ]
    assert editing.faults_of(status.bad_request("no"), TEXT) == [(0, "no")]


def test_an_object_is_lines_that_fold() -> None:
    found = objects.tree({"metadata": {"managedFields": [1], "name": "a"}, "empty": {}, "text": ""})
    assert [each["name"] for each in found] == ["metadata", "empty", "text"]
    assert found[0]["below"][0]["closed"]
    assert not found[0]["below"][1].get("below")
    assert (found[1]["text"], found[2]["text"]) == ("{}", '""')
