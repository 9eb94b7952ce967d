"""Object metadata: the shape every object shares, and short ways to read it.

Objects are plain dicts in wire form (camelCase keys). Shared objects (from a watch cache, an informer or a list) are
read-only: change a copy made with `evolve`, which copies only the path that changes.

Models: apimachinery/pkg/apis/meta/v1/types.go v1.37.
"""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]
"""A Kubernetes object, or a part of one, in wire form."""


def name_of(obj: Obj) -> str:
    return obj["metadata"]["name"]  # type: ignore[no-any-return]  # every stored object has one


def namespace_of(obj: Obj) -> str:
    """The object's namespace, "" for a cluster-scoped one."""
    return obj["metadata"].get("namespace") or ""


def uid_of(obj: Obj) -> str:
    return obj["metadata"].get("uid") or ""


def key_of(obj: Obj) -> str:
    """ "namespace/name", or "name" for a cluster-scoped object."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else metadata["name"]


def split_key(key: str) -> tuple[str, str]:
    """(namespace, name) of a key."""
    namespace, _, name = key.rpartition("/")
    return namespace, name


def labels_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def is_being_deleted(obj: Obj) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))


def controller_of(obj: Obj) -> Obj | None:
    """The owner reference with `controller: true`, or None."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return reference  # type: ignore[no-any-return]  # owner references are dicts
    return None


def controller_reference(owner: Obj) -> Obj:
    """The owner reference a controller puts on what it makes. Models: metav1.NewControllerRef."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def evolve(obj: Obj, path: tuple[str, ...], value: Any) -> Obj:
    """A copy of `obj` with `value` at `path`; shares everything off the path. `value` None removes the field."""
    head, *rest = path
    changed = dict(obj)
    if rest:
        changed[head] = evolve(changed.get(head) or {}, tuple(rest), value)
    elif value is None:
        changed.pop(head, None)
    else:
        changed[head] = value
    return changed


def condition_of(obj: Obj, condition_type: str) -> Obj | None:
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition.get("type") == condition_type:
            return condition  # type: ignore[no-any-return]  # conditions are dicts
    return None


def is_condition_true(obj: Obj, condition_type: str) -> bool:
    condition = condition_of(obj, condition_type)
    return condition is not None and condition.get("status") == "True"
