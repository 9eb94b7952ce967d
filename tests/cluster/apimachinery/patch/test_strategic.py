"""Strategic merge patch: lists by their keys, and the directives."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.patch import strategic

POD, DEPLOYMENT = "io.k8s.api.core.v1.Pod", "io.k8s.api.apps.v1.Deployment"
TWO = [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]


def patched(old: Any, patch: Any, kind: str = POD) -> Any:
    return strategic.apply(old, patch, schema.type_of(kind))


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ([{"name": "b", "image": "2"}], [TWO[0], {"name": "b", "image": "2"}]),
        ([{"name": "c", "image": "3"}], [*TWO, {"name": "c", "image": "3"}]),
        ([{"name": "a", "$patch": "delete"}], [TWO[1]]),
        ([{"name": "x", "image": "9"}, {"$patch": "replace"}], [{"name": "x", "image": "9"}]),
    ],
)
def test_containers_merge_by_name(patch: Any, expected: Any) -> None:
    old = {"spec": {"containers": TWO}}
    assert patched(old, {"spec": {"containers": patch}}) == {"spec": {"containers": expected}}
    assert old["spec"]["containers"] == TWO


def test_the_order_that_a_patch_asks_for() -> None:
    patch = {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "b"}]}}
    assert [each["name"] for each in patched({"spec": {"containers": TWO}}, patch)["spec"]["containers"]] == ["b", "a"]


def test_primitive_lists_merge_as_sets_and_lose_what_is_named() -> None:
    old = {"metadata": {"finalizers": ["a", "b"]}}
    added = patched(old, {"metadata": {"finalizers": ["b", "c"]}})
    assert added["metadata"]["finalizers"] == ["a", "b", "c"]
    removed = patched(old, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}})
    assert removed["metadata"]["finalizers"] == ["b"]


def test_retain_keys_drops_the_other_fields() -> None:
    old = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert patched(old, patch, DEPLOYMENT) == {"spec": {"strategy": {"type": "Recreate"}}}


def test_null_removes_and_lists_without_a_key_are_replaced() -> None:
    old = {"spec": {"nodeName": "n", "tolerations": [{"key": "a"}]}}
    assert patched(old, {"spec": {"nodeName": None, "tolerations": [{"key": "b"}]}}) == {
        "spec": {"tolerations": [{"key": "b"}]}
    }


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"$patch": "dance"}, "Unknown patch type found: dance"),
        (
            {"spec": {"containers": [{"image": "x", "stdin": True}]}},
            "map: map[image:x stdin:true] does not contain declared merge key: name",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_upstreams_words(patch: Any, message: str) -> None:
    with pytest.raises(strategic.StrategicPatchError) as caught:
        patched({"spec": {"containers": TWO}}, patch)
    assert str(caught.value) == message
