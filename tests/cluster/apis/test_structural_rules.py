"""Which schemas a CustomResourceDefinition may bring."""

from __future__ import annotations

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.apiextensions import structural_rules

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (TEXT, ""),
        ({"type": "object", "additionalProperties": TEXT}, ""),
        ({"x-kubernetes-int-or-string": True}, ""),
        ({}, "s.properties[a].type: Required value: must not be empty for specified object fields"),
        ({"type": "list"}, 's.properties[a].type: Unsupported value: "list": supported values: "array", "boolean"'),
        ({"type": "array"}, "s.properties[a].items: Required value: must be specified"),
        ({"$ref": "x", "type": "string"}, "s.properties[a].$ref: Forbidden: $ref is not supported"),
        ({"type": "array", "items": TEXT, "uniqueItems": True}, "s.properties[a].uniqueItems: Forbidden: uniqueItems"),
        (
            {"type": "object", "properties": {"b": TEXT}, "additionalProperties": TEXT},
            "s.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        ({**TEXT, "pattern": "("}, 's.properties[a].pattern: Invalid value: "(": must be a valid regular expression'),
        ({**TEXT, "default": 1}, 's.properties[a].default: Invalid value: "integer":  in body must be of type string'),
        ({**TEXT, "oneOf": [{"description": "x"}]}, "s.properties[a].oneOf[0].description: Forbidden: must be empty"),
        (
            {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"},
            "s.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if",
        ),
        (
            {**TEXT, "x-kubernetes-validations": [{"rule": "self >"}]},
            "s.properties[a].x-kubernetes-validations[0].rule: ",
        ),
    ],
)
def test_a_part_of_a_schema_is_judged(part: Obj, told: str) -> None:
    found = [
        f"{fault.field}: {fault.detail}"
        for fault in structural_rules.faults({"type": "object", "properties": {"a": part}}, "s")
    ]
    assert len(found) == bool(told)
    assert not told or found[0].startswith(told)


@pytest.mark.parametrize(
    ("root", "count"), [({}, 1), ({"type": "array", "items": TEXT}, 1), ({"type": "object", "nullable": True}, 1)]
)
def test_the_root_is_an_object(root: Obj, count: int) -> None:
    assert len(structural_rules.faults(root, "s")) == count
