"""Labels, quantities, names, tables and patches behave as upstream's."""

from __future__ import annotations

import pytest

from cluster.apimachinery import fields, intstr, labels, names, protobuf, quantity, schema, table
from cluster.apimachinery.patch import apply, json, merge, strategic
from cluster.apimachinery.status import ApiError

POD, MAP = "io.k8s.api.core.v1.Pod", "io.k8s.api.core.v1.ConfigMap"


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("app=web", True),
        ("app in (web,db),!x", True),
        ("app!=web", False),
        ("tier", False),
        ("app notin (db)", True),
        ("", True),
    ],
)
def test_a_selector_matches(selector: str, matches: bool) -> None:
    assert labels.parse(selector).matches({"app": "web"}) is matches


def test_a_selector_that_is_none_is_refused_in_upstreams_words() -> None:
    with pytest.raises(ValueError, match=r"found 'b', expected: in, notin, =, ==, !=, gt, lt"):
        labels.parse("a b")


def test_field_selectors() -> None:
    chosen = fields.parse("metadata.name=a,status.phase!=Running")
    assert chosen.requires("metadata.name") == "a"
    assert chosen.matches(lambda field: {"metadata.name": "a"}.get(field, ""))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("1000m", "1"), ("1024Mi", "1Gi"), ("0.5", "500m"), ("1e3", "1e3"), ("100Ki", "100Ki"), ("0", "0")],
)
def test_quantities_have_a_canonical_form(text: str, canonical: str) -> None:
    assert quantity.canonical(text) == canonical


def test_counts_percentages_names_and_ages() -> None:
    assert (intstr.scaled("25%", 10, round_up=True), intstr.scaled("25%", 10, round_up=False)) == (3, 2)
    assert names.dns1123_label("Bad_Name")
    assert not names.dns1123_label("good-1")
    assert [table.human_duration(each) for each in (5, 150, 7200, 3 * 86400)] == ["5s", "2m30s", "120m", "3d"]


def test_an_object_is_read_by_its_type() -> None:
    unknown: list[str] = []
    kind = schema.type_of(POD)
    pod = {"spec": {"containers": [{"name": "c", "imagee": "x", "resources": {"limits": {"cpu": "1000m"}}}]}}
    found = schema.decode(pod, kind, unknown)
    assert unknown == ["spec.containers[0].imagee"]
    assert found["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "1"}
    with pytest.raises(
        schema.TypeMismatch,
        match=r"cannot unmarshal bool into Go struct field Container.spec.containers.image of type string",
    ):
        schema.decode({"spec": {"containers": [{"image": True}]}}, kind, [])


def test_patches_change_only_what_they_name_and_never_their_input() -> None:
    old = {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}}
    patch = {"spec": {"containers": [{"name": "b", "image": "2"}, {"name": "a", "$patch": "delete"}]}}
    assert strategic.apply(old, patch, schema.type_of(POD)) == {"spec": {"containers": [{"name": "b", "image": "2"}]}}
    assert merge.apply({"a": 1, "b": {"c": 2}}, {"a": None, "b": {"d": 3}}) == {"b": {"c": 2, "d": 3}}
    assert json.apply({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}]) == {"a": [1, 2]}
    with pytest.raises(json.PatchError, match="testing value /a failed"):
        json.apply({"a": 1}, [{"op": "test", "path": "/a", "value": 2}])
    assert old["spec"]["containers"][1]["image"] == "1"


def test_server_side_apply_refuses_what_another_manager_owns() -> None:
    kind = schema.type_of(MAP)
    blue = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"color": "blue"}}
    red = {**blue, "data": {"color": "red"}}
    live = apply.apply(None, blue, kind, apply.Write("one", "v1", "t"))
    with pytest.raises(ApiError, match=r'Apply failed with 1 conflict: conflict with "one": .data.color'):
        apply.apply(live, red, kind, apply.Write("two", "v1", "t"))
    forced = apply.apply(live, red, kind, apply.Write("two", "v1", "t", force=True))
    assert [entry["manager"] for entry in forced["metadata"]["managedFields"]] == ["two"]


def test_protobuf_bodies_are_read() -> None:
    def field(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2, len(data)]) + data

    metadata = field(1, b"web")
    spec = bytes([1 << 3, 3])
    body = field(1, metadata) + field(2, spec)
    raw = b"k8s\x00" + field(1, field(1, b"apps/v1") + field(2, b"Deployment")) + field(2, body)
    found = protobuf.decode(raw)
    assert (found["kind"], found["metadata"]["name"], found["spec"]["replicas"]) == ("Deployment", "web", 3)
    with pytest.raises(ValueError, match="EOF"):
        protobuf.decode(raw[:-1])
