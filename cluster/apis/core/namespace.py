"""Namespace. Models: pkg/registry/core/namespace/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata
from cluster.apis.registry import Column, Kind, Subresource

KUBERNETES = "kubernetes"
NAME_LABEL = "kubernetes.io/metadata.name"


def default(namespace: Obj) -> None:
    if name := namespace["metadata"].get("name"):
        labels = namespace["metadata"].get("labels") or {}
        if labels.get(NAME_LABEL) != name:
            namespace["metadata"]["labels"] = {**labels, NAME_LABEL: name}


def prepare(new: Obj, old: Obj | None) -> None:
    if old is None:
        new["status"] = {"phase": "Active"}
        finalizers = list((new.get("spec") or {}).get("finalizers") or ())
        new["spec"] = {"finalizers": finalizers if KUBERNETES in finalizers else [*finalizers, KUBERNETES]}
        return
    new["spec"], new["status"] = old.get("spec") or {}, old.get("status") or {}


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.dns1123_label)


def finalize(new: Obj, old: Obj | None) -> None:
    """The finalize door changes spec.finalizers alone."""
    if old is not None:
        new["status"] = old.get("status") or {}
        new["metadata"] = {**old["metadata"], "resourceVersion": new["metadata"].get("resourceVersion", "")}


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    schema="io.k8s.api.core.v1.Namespace",
    namespaced=False,
    short_names=("ns",),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    columns=(
        columns.NAME,
        Column(
            "Status",
            lambda obj, now: (obj.get("status") or {}).get("phase", ""),
            description="The status of the namespace",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    selectable_fields={"status.phase": lambda obj: (obj.get("status") or {}).get("phase", "")},
    subresources=(
        Subresource("finalize", ("update",), prepare=finalize),
        Subresource("status", prepare=columns.status_only, validate=lambda new, old: ()),
    ),
)
