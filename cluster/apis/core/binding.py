"""Binding: a pod is given its node. POSTed to the pod's own door or by itself, and never stored.

Models: pkg/registry/core/pod/storage/storage.go LegacyBindingREST, core/validation/validation.go ValidatePodBinding v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.registry import Kind

SUPPORTED = ("Node", "<empty>")


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    target = new.get("target") or {}
    faults = []
    if target.get("kind") not in (None, "", "Node"):
        faults.append(validation.not_supported("target.kind", target["kind"], SUPPORTED))
    if not target.get("name"):
        faults.append(validation.required("target.name"))
    return faults


KIND = Kind(
    group="",
    version="v1",
    kind="Binding",
    plural="bindings",
    schema="io.k8s.api.core.v1.Binding",
    verbs=("create",),
    validate=validate,
    stored=False,
)
