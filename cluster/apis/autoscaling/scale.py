"""Scale: the number of replicas, alone; what `kubectl scale` and autoscalers read and write of any kind that has one.

It is never stored: `read` makes it of an object, `write` puts its number back, both by the door's `ScaleFields`.
Models: pkg/apis/autoscaling/types.go Scale, pkg/registry/apps/deployment/storage/storage.go ScaleREST v1.37
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.apimachinery.meta import Obj, evolve
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.registry import ScaleFields, Subresource

SCHEMA = "io.k8s.api.autoscaling.v1.Scale"
KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def door(selector: Callable[[Obj], str]) -> Subresource:
    """The `scale` door of a kind that counts its replicas in the usual places."""
    return Subresource("scale", kind="Scale", group="autoscaling", version="v1", scale=ScaleFields(selector))


def read(obj: Obj, fields: ScaleFields) -> Obj:
    """The Scale of an object."""
    metadata = obj["metadata"]
    status: Obj = {"replicas": _at(obj, fields.status_replicas) or 0}
    if selector := fields.selector(obj):
        status["selector"] = selector
    wanted = _at(obj, fields.spec_replicas) or 0
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in KEPT if name in metadata},
        "spec": {"replicas": wanted},
        "status": status,
    }


def write(obj: Obj, scale: Obj, fields: ScaleFields) -> Obj:
    """A copy of the object with the Scale's number of replicas; the rest is shared."""
    return evolve(obj, fields.spec_replicas, (scale.get("spec") or {}).get("replicas") or 0)


def validate(scale: Obj) -> list[FieldError]:
    return validation.not_negative("spec.replicas", (scale.get("spec") or {}).get("replicas") or 0)


def _at(obj: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        obj = (obj or {}).get(name)
    return obj
