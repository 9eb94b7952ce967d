"""Metadata is checked the same way for every kind; the kinds differ in what a name may be."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apis import metadata

OWNER = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}
FULL = {
    "name": "a",
    "labels": {"app": "web", "example.com/tier": ""},
    "annotations": {"Example.com/Note": "anything at all"},
    "ownerReferences": [OWNER],
    "finalizers": ["example.com/hold"],
}


def told(new: Obj, old: Obj | None = None, rule: metadata.NameRule = names.dns1123_subdomain) -> list[str]:
    was = None if old is None else {"metadata": old}
    return [f"{fault.field}: {fault.detail}" for fault in metadata.validate({"metadata": new}, was, rule)]


def test_sound_metadata_has_no_faults() -> None:
    assert told(FULL) == []
    assert told(FULL, FULL) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": ""}, "metadata.name: Required value: name or generateName is required"),
        ({"labels": {"": "x"}}, 'metadata.labels: Invalid value: "": name part must be non-empty'),
        ({"labels": {"/a": "x"}}, 'metadata.labels: Invalid value: "/a": prefix part must be non-empty'),
        ({"labels": {"a": "b" * 64}}, f'metadata.labels: Invalid value: "{"b" * 64}": must be no more than 63'),
        ({"annotations": {"a b": ""}}, 'metadata.annotations: Invalid value: "a b": name part must consist of'),
        ({"annotations": {"a": "x" * 262144}}, "metadata.annotations: Too long: may not be more than 262144 bytes"),
        ({"annotations": {"a": "é" * 131072}}, "metadata.annotations: Too long: may not be more than 262144 bytes"),
        (
            {"ownerReferences": [{**OWNER, "uid": ""}]},
            "metadata.ownerReferences.uid: Required value: must not be empty",
        ),
        (
            {"ownerReferences": [{**OWNER, "apiVersion": "a/b/c"}]},
            'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>',
        ),
        (
            {"ownerReferences": [{**OWNER, "kind": "Event"}]},
            'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"n","uid":"u"}: /v1, '
            "Kind=Event is disallowed from being an owner",
        ),
        ({"finalizers": ["a b"]}, 'metadata.finalizers: Invalid value: "a b": name part must consist of'),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion '
            "cannot be both set",
        ),
    ],
)
def test_a_fault_is_told_in_upstream_s_words(wrong: Obj, fault: str) -> None:
    assert told({**FULL, **wrong})[0].startswith(fault)


def test_only_one_owner_may_be_the_controller() -> None:
    owners = [{**OWNER, "controller": True}, {**OWNER, "name": "m", "controller": True}]
    [found] = told({**FULL, "ownerReferences": owners})
    assert found.endswith(
        'Only one reference can have Controller set to true. Found "true" in references for Node/n and Node/m'
    )


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (names.dns1123_subdomain, "a.b-", "Ab-"),
        (names.dns1123_label, "a-", "a.b"),
        (names.dns1035_label, "a-", "1a-"),
        (names.path_segment, "system:any Name", "a/b"),
    ],
)
def test_what_a_name_will_be_made_of_may_end_in_a_dash(rule: metadata.NameRule, good: str, bad: str) -> None:
    assert told({"generateName": good}, rule=rule) == []
    assert told({"generateName": bad}, rule=rule)[0].startswith(f'metadata.generateName: Invalid value: "{bad}": ')


@pytest.mark.parametrize("field", ["name", "uid", "namespace", "creationTimestamp", "deletionTimestamp"])
def test_identity_is_immutable(field: str) -> None:
    old = {**FULL, "uid": "u", "namespace": "ns", "creationTimestamp": "2026-01-01T00:00:00Z"}
    assert told({**old, field: "other"}, old) == [f'metadata.{field}: Invalid value: "other": field is immutable']


def test_what_is_being_deleted_gets_no_new_finalizers() -> None:
    old = {**FULL, "deletionTimestamp": "2026-01-01T00:00:00Z"}
    assert told({**old, "finalizers": []}, old) == []
    text = "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new "
    assert told({**old, "finalizers": ["a.b/c"]}, old) == [text + 'finalizers []string{"a.b/c"}']


@pytest.mark.parametrize(
    ("kind", "name", "allowed"),
    [
        ("Pod", "a.b", True),
        ("Namespace", "a.b", False),
        ("Service", "1a", False),
        ("Role", "system:x", True),
        ("Deployment", "Web", False),
    ],
)
def test_kinds_differ_in_what_a_name_may_be(kind: str, name: str, allowed: bool, served: Any) -> None:
    asked = served(kind)
    made = asked.made({"metadata": {"name": name}})
    assert any(fault.startswith("metadata.name:") for fault in asked.told(made)) is not allowed
