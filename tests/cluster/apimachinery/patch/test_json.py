"""JSON patch: RFC 6902's operations; what it cannot do, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.patch import json


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({"a": [1]}, {"op": "add", "path": "/a/-", "value": 2}, {"a": [1, 2]}),
        ({"a": [1]}, {"op": "add", "path": "/a/0", "value": 0}, {"a": [0, 1]}),
        ({}, {"op": "add", "path": "/a", "value": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": 1}, {"op": "replace", "path": "/a", "value": 2}, {"a": 2}),
        ({"a": 1, "b": 2}, {"op": "remove", "path": "/a"}, {"b": 2}),
        ({"a": [1, 2]}, {"op": "remove", "path": "/a/0"}, {"a": [2]}),
        ({"a": 1}, {"op": "move", "from": "/a", "path": "/b"}, {"b": 1}),
        ({"a": 1}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": 1, "b": 1}),
        ({"a": 1}, {"op": "test", "path": "/a", "value": 1}, {"a": 1}),
        ({"a/b": {"c~d": 1}}, {"op": "replace", "path": "/a~1b/c~0d", "value": 2}, {"a/b": {"c~d": 2}}),
    ],
)
def test_operations(document: Any, operation: Any, expected: Any) -> None:
    assert json.apply(document, [operation]) == expected


def test_the_document_itself_is_never_changed() -> None:
    document = {"a": {"b": [1]}}
    json.apply(document, [{"op": "add", "path": "/a/b/-", "value": 2}, {"op": "remove", "path": "/a/b/0"}])
    assert document == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/a", "value": 2},
        {"op": "remove", "path": "/b"},
        {"op": "replace", "path": "/b", "value": 1},
        {"op": "add", "path": "/b/c", "value": 1},
        {"op": "move", "from": "/b", "path": "/c"},
        {"op": "dance", "path": "/a"},
    ],
)
def test_what_cannot_be_done_stops_the_patch(operation: Any) -> None:
    with pytest.raises(json.PatchError):
        json.apply({"a": 1}, [operation])


@pytest.mark.parametrize("patch", [{}, "x", [1], [{"op": "add"}], [{"op": "add", "path": 1}]])
def test_what_is_no_patch_is_told_apart(patch: Any) -> None:
    with pytest.raises(json.MalformedPatch):
        json.apply({}, patch)
