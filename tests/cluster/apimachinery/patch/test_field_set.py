"""Sets of fields: the algebra behind managedFields."""

from __future__ import annotations

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.patch import field_set

POD = "io.k8s.api.core.v1.Pod"
ONE = {"f:a": {}, "f:b": {".": {}, "f:c": {}}}


def test_an_applied_configuration_names_its_fields() -> None:
    applied = {"spec": {"containers": [{"name": "c", "image": "x"}]}, "metadata": {"labels": {"a": "b"}}}
    key = 'k:{"name":"c"}'
    assert field_set.of_applied(applied, schema.type_of(POD)) == {
        "f:spec": {"f:containers": {key: {".": {}, "f:name": {}, "f:image": {}}}},
        "f:metadata": {"f:labels": {"f:a": {}}},
    }


def test_what_changed_between_two_values() -> None:
    kind = schema.type_of(POD)
    old = {"spec": {"nodeName": "a", "containers": [{"name": "c", "image": "1"}]}}
    new = {"spec": {"hostname": "h", "containers": [{"name": "c", "image": "2"}]}}
    added, removed = field_set.changed(old, new, kind)
    assert added == {"f:spec": {"f:hostname": {}, "f:containers": {'k:{"name":"c"}': {"f:image": {}}}}}
    assert removed == {"f:spec": {"f:nodeName": {}}}
    assert field_set.changed(old, old, kind) == (None, None)


def test_union_difference_and_intersection() -> None:
    other = {"f:b": {"f:c": {}}, "f:d": {}}
    assert field_set.union(ONE, other) == {"f:a": {}, "f:b": {".": {}, "f:c": {}}, "f:d": {}}
    assert field_set.difference(ONE, other) == {"f:a": {}, "f:b": {}}
    assert field_set.intersection(ONE, other) == {"f:b": {"f:c": {}}}
    assert field_set.difference(ONE, ONE) is None
    assert field_set.intersection({"f:x": {}}, ONE) is None


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"f:spec": {"f:replicas": {}}}, [".spec.replicas"]),
        ({"f:c": {'k:{"name":"a"}': {"f:image": {}}}}, ['.c[name="a"].image']),
        ({"f:f": {'v:"x"': {}}}, ['.f[="x"]']),
        ({"f:a": {".": {}, "f:b": {}}}, [".a", ".a.b"]),
    ],
)
def test_members_are_named_as_messages_name_them(fields: dict[str, object], paths: list[str]) -> None:
    assert field_set.paths(fields) == paths
