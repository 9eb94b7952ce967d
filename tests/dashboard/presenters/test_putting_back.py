"""Putting back: what a person wrote is created, changed, deleted; what components own stays theirs."""

from __future__ import annotations

from typing import Any

from dashboard.presenters import putting_back


def obj(kind: str, name: str, namespace: str = "default", **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "uid": f"uid-{name}", **({"namespace": namespace} if namespace else {})}
    metadata |= more.pop("metadata", {})
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **more}


def told(then: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = putting_back.changes(then, {key: (7, value) for key, value in now.items()})
    return [(each.how, each.kind, each.name) for each in found]


def test_what_differs_is_created_changed_and_deleted_in_an_order_that_works() -> None:
    then = {
        "/p/a": obj("Pod", "a", "shop"),
        "/c/c": obj("ConfigMap", "c", data={"k": "old"}),
        "/n/shop": obj("Namespace", "shop", ""),
    }
    now = {
        "/c/c": obj("ConfigMap", "c", data={"k": "new"}),
        "/n/late": obj("Namespace", "late", ""),
        "/c/d": obj("ConfigMap", "d", "late"),
        "/c/e": obj("ConfigMap", "e"),
    }
    assert told(then, now) == [
        ("create", "Namespace", "shop"),
        ("create", "Pod", "shop/a"),
        ("update", "ConfigMap", "default/c"),
        ("delete", "ConfigMap", "default/e"),
        ("delete", "Namespace", "late"),
    ]


def test_what_components_own_is_left_to_them() -> None:
    owned = {"ownerReferences": [{"kind": "ReplicaSet", "name": "r", "uid": "u", "controller": True}]}
    then = {
        "/p": obj("Pod", "p", status={"phase": "Pending"}),
        "/l": obj("Lease", "l"),
        "/o": obj("Pod", "o", metadata=owned),
    }
    now = {
        "/p": obj("Pod", "p", status={"phase": "Running"}, spec={"nodeName": "worker-1"}),
        "/e": obj("Event", "e"),
        "/o2": obj("Pod", "o2", metadata=owned),
    }
    assert told(then, now) == []


def test_a_node_keeps_the_lifecycles_taints_and_gets_a_persons_back() -> None:
    mine, theirs = (
        {"key": "gpu", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"},
    )
    then = {"/n": obj("Node", "n", "", spec={"taints": [mine]})}
    now = {"/n": (9, obj("Node", "n", "", spec={"taints": [theirs], "podCIDR": "10.0.0.0/24"}))}
    (change,) = putting_back.changes(then, now)
    assert change.obj["spec"] == {"taints": [mine, theirs], "podCIDR": "10.0.0.0/24"}
    assert change.obj["metadata"]["resourceVersion"] == "9"


def test_a_new_object_carries_nothing_of_the_old_ones_identity() -> None:
    old = obj("Pod", "p", spec={"nodeName": "worker-1", "containers": []}, metadata={"resourceVersion": "3"})
    (change,) = putting_back.changes({"/p": old}, {})
    assert change.obj["metadata"] == {"name": "p", "namespace": "default"}
    assert change.obj["spec"] == {"containers": []}
    assert old["metadata"]["uid"] == "uid-p", "what was read stays as it was"


def test_what_was_being_deleted_is_not_made_again() -> None:
    gone = obj("Pod", "p", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    assert told({"/p": gone}, {}) == []
    assert told({}, {"/p": gone}) == []
    assert told({"/p": obj("Pod", "p")}, {"/p": gone}) == [("create", "Pod", "default/p")]
