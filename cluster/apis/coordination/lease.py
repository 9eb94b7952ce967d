"""Lease. Models: pkg/registry/coordination/lease/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    seconds = (new.get("spec") or {}).get("leaseDurationSeconds")
    if seconds is not None and seconds <= 0:
        faults.append(validation.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    return faults


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    schema="io.k8s.api.coordination.v1.Lease",
    columns=(
        columns.NAME,
        Column("Holder", lambda obj, now: (obj.get("spec") or {}).get("holderIdentity", "")),
        columns.AGE,
    ),
    default=lambda obj: obj.setdefault("spec", {}) and None,
    validate=validate,
)
