"""Namespace: a name for many things, and what must be empty before it goes.

Models: pkg/registry/core/namespace/strategy.go, core/validation/validation.go ValidateNamespace v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

KUBERNETES = "kubernetes"
NAME_LABEL = "kubernetes.io/metadata.name"
KUBE_FINALIZERS = (KUBERNETES, "orphan", "foregroundDeletion")
FINALIZER_MESSAGE = "name is neither a standard finalizer name nor is it fully qualified"


def default(namespace: Obj) -> None:
    if name := namespace["metadata"].get("name"):
        found = namespace["metadata"].get("labels") or {}
        if found.get(NAME_LABEL) != name:
            namespace["metadata"]["labels"] = {**found, NAME_LABEL: name}


def prepare(new: Obj, old: Obj | None) -> None:
    if old is not None:
        strategy.keep_status(new, old)
        new["spec"] = old.get("spec") or {}
        return
    new["status"] = {"phase": "Active"}
    finalizers = list((new.get("spec") or {}).get("finalizers") or ())
    new["spec"] = {"finalizers": finalizers if KUBERNETES in finalizers else [*finalizers, KUBERNETES]}


def finalize(new: Obj, old: Obj | None) -> None:
    """The finalize door changes spec.finalizers."""
    strategy.keep_status(new, old)
    new.setdefault("spec", {})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_label)
    return faults + _finalizers(new, "spec.finalizers") if old is None else faults


def _finalizers(namespace: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for name in (namespace.get("spec") or {}).get("finalizers") or ():
        faults += validation.each(at, name, names.qualified_name(name))
        if "/" not in name and name not in KUBE_FINALIZERS:
            faults.append(validation.invalid(at, name, FINALIZER_MESSAGE))
    return faults


def validate_finalize(new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.dns1123_label) + _finalizers(new, "spec.finalizers")


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_label)
    phase, goes = (new.get("status") or {}).get("phase"), bool(new["metadata"].get("deletionTimestamp"))
    wanted = "Terminating" if goes else "Active"
    if phase != wanted:
        when = "is not empty" if goes else "is empty"
        faults.append(
            validation.invalid("status.Phase", phase, f"may only be '{wanted}' if `deletionTimestamp` {when}")
        )
    return faults


def _phase(namespace: Obj) -> str:
    return (namespace.get("status") or {}).get("phase") or ""


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
        Column("Status", lambda obj, now: _phase(obj), description="The status of the namespace"),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    selectable_fields={"status.phase": _phase},
    subresources=(
        Subresource("finalize", ("update",), prepare=finalize, validate=validate_finalize),
        Subresource("status", prepare=strategy.status_door(), validate=validate_status),
    ),
)
