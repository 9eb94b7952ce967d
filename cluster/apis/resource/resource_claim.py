"""ResourceClaim: a wish for devices. Models: pkg/registry/resource/resourceclaim/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource
from cluster.apis.resource import claims

SCHEMA = "io.k8s.api.resource.v1.ResourceClaim"


def default(obj: Obj) -> None:
    claims.default(obj.setdefault("spec", {}))


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    new.setdefault("status", {})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        return faults + validation.immutable("spec", new["spec"], old.get("spec"))
    return faults + schema_rules.faults(new, SCHEMA) + claims.faults(new["spec"], "spec")


def _state(obj: Obj, now: float) -> str:
    status = obj.get("status") or {}
    states = ["deleted"] if obj["metadata"].get("deletionTimestamp") else []
    if status.get("allocation") is None:
        states.append("pending")
    else:
        states += ["allocated", "reserved"] if status.get("reservedFor") else ["allocated"]
    return ",".join(states)


KIND = Kind(
    group="resource.k8s.io",
    version="v1",
    kind="ResourceClaim",
    plural="resourceclaims",
    schema=SCHEMA,
    columns=(
        columns.NAME,
        Column("State", _state, description="A summary of the current state (allocated, pending, reserved, etc.)."),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
