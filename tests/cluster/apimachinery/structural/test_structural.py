"""Structural schemas: what is left out, filled in and refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import cel
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.structural import defaulting, formats, pruning, types, validation
from cluster.apimachinery.structural.schema import Structural

NAMED: Obj = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def told(value: Any, schema: Obj, old: Any = None) -> list[str]:
    return [
        f"{fault.field}: {fault.detail}"
        for fault in validation.faults({"a": value}, {"type": "object", "properties": {"a": schema}}, "", old)
    ]


@pytest.mark.parametrize(
    ("schema", "value", "fault"),
    [
        ({"type": "integer"}, 2.0, ""),
        ({"type": "integer"}, "2", 'a: Invalid value: "string": a in body must be of type integer: "string"'),
        ({"type": "string"}, None, 'a: Invalid value: "null": a in body must be of type string: "null"'),
        ({"type": "string", "nullable": True}, None, ""),
        ({"type": "boolean"}, 1, 'a: Invalid value: "integer": a in body must be of type boolean: "integer"'),
        ({"x-kubernetes-int-or-string": True}, "50%", ""),
        ({"x-kubernetes-int-or-string": True}, True, 'a: Invalid value: "boolean": a in body must be of type integer,string: "boolean"'),
        ({"type": "integer", "minimum": 1}, 0, "a: Invalid value: 0: a in body should be greater than or equal to 1"),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": True}, 3, "a: Invalid value: 3: a in body should be less than 3"),
        ({"type": "number", "multipleOf": 0.5}, 0.75, "a: Invalid value: 0.75: a in body should be a multiple of 0.5"),
        ({"type": "string", "enum": ["x", "y"]}, "z", 'a: Unsupported value: "z": supported values: "x", "y"'),
        ({"type": "string", "maxLength": 1}, "zz", "a: Too long: may not be more than 1 bytes"),
        ({"type": "string", "minLength": 3}, "zz", 'a: Invalid value: "zz": a in body should be at least 3 chars long'),
        ({"type": "string", "pattern": "^a"}, "b", "a: Invalid value: \"b\": a in body should match '^a'"),
        ({"type": "string", "format": "date-time"}, "b", 'a: Invalid value: "b": a in body must be of type date-time: "b"'),
        ({"type": "array", "minItems": 1}, [], "a: Invalid value: 0: a in body should have at least 1 items"),
        ({"type": "array", "maxItems": 1}, [1, 2], "a: Too many: 2: must have at most 1 items"),
        ({"type": "array", "x-kubernetes-list-type": "set"}, [1, 1], "a[1]: Duplicate value: 1"),
        (NAMED, {}, "a.name: Required value"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"k": "v"}, 'a.k: Invalid value: "string": a.k in body must be of type integer: "string"'),
        ({"type": "object", "maxProperties": 0}, {"k": 1}, "a: Too many: 1: must have at most 0 items"),
    ],
)  # fmt: skip
def test_a_value_is_judged_in_upstream_s_words(schema: Obj, value: Any, fault: str) -> None:
    assert told(value, schema) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, '"a" must validate one and only one schema (oneOf). Found 2 valid alternatives'),
        ({"not": {"minimum": 1}}, '"a" must not validate the schema (not)'),
        ({"anyOf": [{"minimum": 9}]}, '"a" must validate at least one schema (anyOf)'),
        ({"allOf": [{"minimum": 9}]}, '"a" must validate all the schemas (allOf). None validated'),
    ],
)  # fmt: skip
def test_combined_schemas(schema: Obj, fault: str) -> None:
    assert told(3, {"type": "integer", **schema})[0] == f'<nil>: Invalid value: "": {fault}'


def test_what_an_update_leaves_as_it_was_is_not_judged_again() -> None:
    schema = {"type": "object", "properties": {"b": {"type": "integer", "minimum": 5}, "c": {"type": "integer"}}}
    assert told({"b": 1, "c": 2}, schema, {"a": {"b": 1, "c": 1}}) == []
    assert len(told({"b": 2, "c": 2}, schema, {"a": {"b": 1, "c": 1}})) == 1


def test_pruning_keeps_what_the_schema_names_or_preserves() -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"n": NAMED}}
    schema = {"type": "object", "properties": {"free": free, "list": {"type": "array", "items": NAMED}}}
    unknown: list[str] = []
    value = {"x": 1, "free": {"y": 1, "n": {"z": 1}}, "list": [{"name": "a", "w": 1}]}
    assert pruning.pruned(value, schema, unknown) == {"free": {"y": 1, "n": {}}, "list": [{"name": "a"}]}
    assert unknown == ["x", "free.n.z", "list[0].w"]


def test_defaults_fill_in_what_is_missing_at_any_depth() -> None:
    inner = {"type": "object", "properties": {"b": {"type": "integer", "default": 1}}}
    schema = {"properties": {"a": {**inner, "default": {}}, "list": {"items": inner}, "c": {"default": 2}}}
    value: Obj = {"list": [{}, {"b": 5}], "c": None}
    defaulting.default(value, schema)
    assert value == {"a": {"b": 1}, "list": [{"b": 1}, {"b": 5}], "c": 2}
    assert schema["properties"]["a"]["default"] == {}


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        ("ipv4", "10.0.0.1", "10.0.0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "1"),
        ("email", "a@b", "a"),
        ("uri", "https://a/b", "a b"),
        ("byte", "YQ==", "*"),
        ("duration", "1h5m", "x"),
        ("date", "2026-01-02", "2026"),
        ("unheard-of", "x", ""),
    ],
)
def test_formats(format: str, good: str, bad: str) -> None:
    assert formats.fits(good, format)
    assert not bad or not formats.fits(bad, format)


def test_the_type_says_how_lists_and_unknown_parts_merge() -> None:
    keyed = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": NAMED}
    found = types.type_of({"type": "object", "properties": {"l": keyed, "free": {"type": "object"}}})
    assert (found.fields["l"].list_type, found.fields["l"].keys, found.fields["l"].atomic) == ("map", ("name",), False)
    assert found.fields["free"].item is found.fields["free"]
    assert "labels" in found.fields["metadata"].fields


def rules(*texts: Obj, **properties: Obj) -> Structural:
    spec = {"type": "object", "x-kubernetes-validations": list(texts), "properties": properties}
    return Structural({"type": "object", "properties": {"spec": spec}})


@pytest.mark.parametrize(
    ("rule", "spec", "fault"),
    [
        ({"rule": "self.a < self.b"}, {"a": 1, "b": 2}, ""),
        ({"rule": "self.a < self.b"}, {"a": 3, "b": 2}, 'Invalid value: "object": failed rule: self.a < self.b'),
        ({"rule": "self.a > 5", "message": "small"}, {"a": 1}, 'Invalid value: "object": small'),
        ({"rule": "self.a > 5", "messageExpression": "'it is ' + string(self.a)"}, {"a": 1}, 'Invalid value: "object": it is 1'),
        ({"rule": "self.a > 5", "reason": "FieldValueForbidden", "message": "no"}, {"a": 1}, "Forbidden: no"),
        ({"rule": "timestamp(self.when) < timestamp('2026-01-01T00:00:00Z')"}, {"when": "2025-01-01T00:00:00Z"}, ""),
        ({"rule": "has(self.a__dash__b) && self.a__dash__b == 1"}, {"a-b": 1}, ""),
        ({"rule": "[1, 2].sum() == self.a && [2, 1].isSorted() == false && 'a12'.find('[0-9]+') == '12'"}, {"a": 3}, ""),
        ({"rule": "self.a == oldSelf.a"}, {"a": 3}, ""),
    ],
)  # fmt: skip
def test_rules_in_cel(rule: Obj, spec: Obj, fault: str) -> None:
    kinds = {"a": {"type": "integer"}, "b": {"type": "integer"}, "a-b": {"type": "integer"}}
    found = rules(rule, **kinds, when={"type": "string", "format": "date-time"}).faults({"spec": spec}, None)
    assert [each.detail for each in found] == ([fault] if fault else [])


def test_a_rule_that_names_the_old_object_is_asked_on_updates() -> None:
    structural = rules({"rule": "self.a == oldSelf.a", "message": "it stays"}, a={"type": "integer"})
    (fault,) = structural.faults({"spec": {"a": 2}}, {"spec": {"a": 1}})
    assert (fault.field, fault.detail) == ("spec", 'Invalid value: "object": it stays')


@pytest.mark.parametrize(("old", "well"), [(None, True), ({"spec": {"a": 2}}, True), ({"spec": {"a": 1}}, False)])
def test_a_rule_may_take_the_old_object_as_optional(old: Obj | None, well: bool) -> None:
    text = "oldSelf.hasValue() ? self.a == oldSelf.value().a : 'oldSelf'.size() == 7 && oldSelf.orValue(self) == self"
    structural = rules({"rule": text, "optionalOldSelf": True}, a={"type": "integer"})
    assert (structural.faults({"spec": {"a": 2}}, old) == []) is well


def test_a_rule_that_does_not_compile_is_told() -> None:
    with pytest.raises(cel.RuleError, match="Syntax error"):
        cel.compiled("self >")
    with pytest.raises(cel.RuleError, match="undeclared reference to 'quality'"):
        cel.compiled("quality('1Gi')")
