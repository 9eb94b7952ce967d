"""Paths into objects, as definitions of custom resources name them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import json_path

OBJ = {
    "spec": {"a.b": 1, "list": [{"type": "Ready", "n": 1}, {"type": "Other", "n": 2}], "name": "x"},
    "status": {"on": True},
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (".spec.name", ["x"]),
        ("{.spec.name}", ["x"]),
        (".spec.nope.deeper", []),
        (".spec.list[0].n", [1]),
        (".spec.list[-1].n", [2]),
        (".spec.list[9]", []),
        (".spec.list[*].n", [1, 2]),
        ('.spec.list[?(@.type=="Ready")].n', [1]),
        (".spec.list[?(@.n!=1)].type", ["Other"]),
        (r".spec.a\.b", [1]),
        (".spec['a.b']", [1]),
        (".status.on", [True]),
    ],
)
def test_a_path_finds_values(path: str, values: list[Any]) -> None:
    assert json_path.found(OBJ, path) == values


@pytest.mark.parametrize("path", ["spec", ".spec[", ".a..b", ".spec[0:2]"])
def test_another_text_is_no_path(path: str) -> None:
    with pytest.raises(json_path.PathError):
        json_path.parse(path)


def test_values_are_shown_as_kubectl_shows_them() -> None:
    assert json_path.shown(["a", 1, True, {"b": None}]) == 'a 1 true {"b":null}'
