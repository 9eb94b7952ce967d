"""Lease: who holds something, until when; a node's heartbeat.

Models: pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind


def default(lease: Obj) -> None:
    lease.setdefault("spec", {})


def prepare(new: Obj, old: Obj | None) -> None:
    """Coordinated leader election is off, as upstream's feature gate is: its fields are dropped."""
    strategy.keep_generation(new, old)
    was = (old or {}).get("spec") or {}
    for name in ("strategy", "preferredHolder"):
        if was.get(name) is None:
            new["spec"].pop(name, None)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    spec = new["spec"]
    if (seconds := spec.get("leaseDurationSeconds")) is not None and seconds <= 0:
        faults.append(validation.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    return faults + validation.not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    schema="io.k8s.api.coordination.v1.Lease",
    columns=(
        columns.NAME,
        Column(
            "Holder",
            columns.field("spec", "holderIdentity"),
            description="holderIdentity contains the identity of the holder of a current lease.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
