"""Server-side apply, and who manages which field."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.apimachinery import schema
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import apply
from cluster.apimachinery.status import ApiError

KIND = schema.type_of("io.k8s.api.core.v1.ConfigMap")
CONTESTED = r'Apply failed with 1 conflict: conflict with "one": .data.color'


def settings(**data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def by(manager: str, *, force: bool = False) -> apply.Write:
    return apply.Write(manager, "v1", "t", force=force)


def managers(obj: Obj) -> list[tuple[str, str]]:
    return [(entry["manager"], entry["operation"]) for entry in obj["metadata"]["managedFields"]]


def test_what_another_manager_owns_is_refused_unless_forced() -> None:
    live = apply.apply(None, settings(color="blue"), KIND, by("one"))
    with pytest.raises(ApiError, match=CONTESTED) as caught:
        apply.apply(live, settings(color="red"), KIND, by("two"))
    assert (caught.value.code, caught.value.reason) == (409, "Conflict")
    forced = apply.apply(live, settings(color="red"), KIND, by("two", force=True))
    assert managers(forced) == [("two", "Apply")]


def test_the_same_value_is_owned_together() -> None:
    live = apply.apply(None, settings(color="blue"), KIND, by("one"))
    both = apply.apply(live, settings(color="blue"), KIND, by("two"))
    assert managers(both) == [("one", "Apply"), ("two", "Apply")]


def test_a_field_that_is_no_longer_applied_goes_unless_another_owns_it() -> None:
    live = apply.apply(None, settings(color="blue", size="1"), KIND, by("one"))
    assert apply.apply(live, settings(color="blue"), KIND, by("one"))["data"] == {"color": "blue"}
    shared = apply.apply(live, settings(size="1"), KIND, by("two"))
    assert apply.apply(shared, settings(color="blue"), KIND, by("one"))["data"] == {"color": "blue", "size": "1"}


def test_an_update_takes_what_it_changes() -> None:
    live = apply.apply(None, settings(color="blue", size="1"), KIND, by("one"))
    new = {**live, "data": {"color": "red", "size": "1"}}
    one, two = apply.after_update(live, new, KIND, by("two"))
    assert (one["fieldsV1"], two["fieldsV1"]) == ({"f:data": {"f:size": {}}}, {"f:data": {"f:color": {}}})


def test_an_update_may_go_on_from_other_entries() -> None:
    live = apply.apply(None, settings(color="blue"), KIND, by("one"))
    assert apply.after_update(live, live, KIND, by("two"), []) == []
    assert apply.after_update(live, live, KIND, by("two")) == live["metadata"]["managedFields"]


def client_side(**data: str) -> Obj:
    """An object as `kubectl apply` without --server-side leaves it."""
    obj: dict[str, Any] = settings(**data)
    text = orjson.dumps(obj).decode()
    obj = {**obj, "metadata": {"name": "c", "annotations": {apply.LAST_APPLIED: text}}}
    obj["metadata"]["managedFields"] = apply.after_update(None, obj, KIND, by("kubectl-client-side-apply"))
    return obj


def test_kubectl_takes_what_its_client_side_apply_set() -> None:
    live = client_side(color="blue")
    assert apply.apply(live, settings(color="red"), KIND, by("kubectl"))["data"] == {"color": "red"}
    with pytest.raises(ApiError, match=r'conflict with "kubectl-client-side-apply" using v1 at t: .data.color'):
        apply.apply(live, settings(color="red"), KIND, by("other"))


def test_kubectl_does_not_take_what_others_set_meanwhile() -> None:
    live = client_side(color="blue")
    edited = {**live, "data": {"color": "blue", "size": "2"}}
    edited["metadata"] = {**live["metadata"], "managedFields": apply.after_update(live, edited, KIND, by("edit"))}
    with pytest.raises(ApiError, match=r'conflict with "edit" using v1 at t: .data.size'):
        apply.apply(edited, settings(color="red", size="1"), KIND, by("kubectl"))
