"""The three-way patch: what a manifest changes in a live object, and what it leaves to others."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.patch import merge, strategic
from cluster.kubectl import three_way

Obj = dict[str, Any]
POD = "io.k8s.api.core.v1.Pod"


def pod(*containers: Obj, **more: Any) -> Obj:
    return {"spec": {"containers": list(containers), **more}}


A, B, C = ({"name": name, "image": name} for name in "abc")


@pytest.mark.parametrize(
    ("last", "manifest", "live", "after"),
    [
        (pod(A), pod(A), pod(A), pod(A)),
        (pod(A), pod(A), pod({**A, "imagePullPolicy": "Always"}), pod({**A, "imagePullPolicy": "Always"})),
        (pod(A, B), pod(A), pod(A, B), pod(A)),
        (pod(A), pod(A, B), pod(A), pod(A, B)),
        (pod(A), pod(A), pod(A, C), pod(A, C)),
        (pod(A, B), pod(B, A), pod(A, B), pod(B, A)),
        (None, pod(A), pod(A, B), pod(A, B)),
        (pod(A), pod({**A, "image": "new"}), pod(A), pod({**A, "image": "new"})),
        (pod({**A, "args": ["x"]}), pod(A), pod({**A, "args": ["x"]}), pod(A)),
        (pod(A, hostname="x"), pod(A), pod(A, hostname="x"), pod(A)),
        (pod(A), pod(A, nodeSelector={"a": "b"}), pod(A), pod(A, nodeSelector={"a": "b"})),
        (
            pod(A, nodeSelector={"a": "1", "b": "2"}),
            pod(A, nodeSelector={"b": "3"}),
            pod(A, nodeSelector={"a": "1", "b": "2", "c": "4"}),
            pod(A, nodeSelector={"b": "3", "c": "4"}),
        ),
        (
            {"metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"finalizers": ["b", "c"]}},
            {"metadata": {"finalizers": ["a", "b", "x"]}},
            {"metadata": {"finalizers": ["b", "x", "c"]}},
        ),
    ],
)
def test_the_patch_makes_the_live_object_say_what_the_manifest_says(
    last: Obj | None, manifest: Obj, live: Obj, after: Obj
) -> None:
    type = schema.type_of(POD)
    patch = three_way.strategic(last, manifest, live, type)
    assert strategic.apply(live, patch, type) == after
    assert (patch == {}) == (live == after)


def test_a_new_volume_source_replaces_the_old_one() -> None:
    type = schema.type_of(POD)
    old = {"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}
    new = {"spec": {"volumes": [{"name": "v", "configMap": {"name": "c"}}]}}
    assert strategic.apply(old, three_way.strategic(old, new, old, type), type) == new


@pytest.mark.parametrize(
    ("last", "manifest", "live", "after"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 3}),
        (None, {"a": {"x": 1}}, {"a": {"x": 2, "y": 3}}, {"a": {"x": 1, "y": 3}}),
        ({"l": [1]}, {"l": [1, 2]}, {"l": [1]}, {"l": [1, 2]}),
        ({"a": {"x": 1}}, {"a": {}}, {"a": {"x": 1}}, {"a": {}}),
    ],
)
def test_a_kind_without_merge_keys_is_patched_as_json(last: Obj | None, manifest: Obj, live: Obj, after: Obj) -> None:
    assert merge.apply(live, three_way.merge(last, manifest, live)) == after
