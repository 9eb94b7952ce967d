"""PriorityClass. Models: pkg/registry/scheduling/priorityclass/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind

HIGHEST_USER_VALUE = 1_000_000_000
SYSTEM_PREFIX = "system-"


def default(obj: Obj) -> None:
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")
    obj.setdefault("value", 0)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    name = new["metadata"].get("name", "")
    if name.startswith(SYSTEM_PREFIX):
        if name not in ("system-cluster-critical", "system-node-critical"):
            message = f"priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {name} is not a known system priority class"
            faults.append(validation.forbidden("metadata.name", message))
    elif new["value"] > HIGHEST_USER_VALUE:
        faults.append(
            validation.forbidden("value", f"maximum allowed value of a user defined priority is {HIGHEST_USER_VALUE}")
        )
    if old is not None:
        if new["value"] != old.get("value"):
            faults.append(validation.forbidden("value", "may not be changed in an update."))
        faults += validation.immutable("preemptionPolicy", new.get("preemptionPolicy"), old.get("preemptionPolicy"))
    return faults


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    plural="priorityclasses",
    schema="io.k8s.api.scheduling.v1.PriorityClass",
    namespaced=False,
    short_names=("pc",),
    columns=(
        columns.NAME,
        Column("Value", lambda obj, now: obj.get("value", 0), type="integer"),
        Column("Global-Default", lambda obj, now: bool(obj.get("globalDefault")), type="boolean"),
        columns.AGE,
        Column("PreemptionPolicy", lambda obj, now: obj.get("preemptionPolicy", ""), priority=1),
    ),
    default=default,
    validate=validate,
)
