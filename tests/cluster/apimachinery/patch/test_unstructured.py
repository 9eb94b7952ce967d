"""Go's words for a value that does not fit its field."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.patch import unstructured

DEPLOYMENT = "io.k8s.api.apps.v1.Deployment"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"replicas": "x"}, "unrecognized type: int32"),
        ({"replicas": 1.5}, "cannot convert float64 to int32"),
        ({"replicas": {"a": 1}}, "unrecognized type: int32"),
        ({"paused": "x"}, "unrecognized type: bool"),
        ({"paused": 1}, "unrecognized type: bool"),
        ({"strategy": {"type": 1}}, "cannot convert int64 to string"),
        ({"strategy": {"type": True}}, "unrecognized type: string"),
        ({"strategy": "x"}, "cannot restore struct from: string"),
        ({"template": {"spec": {"containers": "x"}}}, "cannot restore slice from string"),
        ({"selector": {"matchLabels": ["x"]}}, "cannot restore map from slice"),
    ],
)
def test_a_mismatch_is_told_by_gos_kinds(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(schema.TypeMismatch) as caught:
        schema.decode({"spec": spec}, schema.type_of(DEPLOYMENT), [])
    assert unstructured.mismatch(caught.value) == message


def test_what_reads_itself_keeps_its_own_words() -> None:
    with pytest.raises(schema.TypeMismatch) as caught:
        schema.decode({"metadata": {"creationTimestamp": "noon"}}, schema.type_of(DEPLOYMENT), [])
    assert unstructured.mismatch(caught.value).startswith('parsing time "noon"')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"spec": {"replicas": "x"}}, "map[spec:map[replicas:x]]"),
        ({"b": 1, "a": [True, None, 1.5]}, "map[a:[true <nil> 1.5] b:1]"),
        ({}, "map[]"),
    ],
)
def test_values_are_shown_as_go_prints_them(value: Any, shown: str) -> None:
    assert unstructured.shown(value) == shown
