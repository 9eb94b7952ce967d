"""ResourceSlice: devices that a driver offers. Models: pkg/registry/resource/resourceslice/strategy.go v1.37"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind

SCHEMA = "io.k8s.api.resource.v1.ResourceSlice"
PLACES = ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new.get("spec") != old.get("spec"):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    spec = new.get("spec") or {}
    if not spec.get("sharedCounters") and sum(bool(spec.get(place)) for place in PLACES) != 1:
        listed = "`nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection`"
        faults.append(validation.required("spec", f"exactly one of {listed} is required"))
    if old is not None:
        for field in ("driver", "nodeName"):
            faults += validation.immutable(f"spec.{field}", spec.get(field), (old.get("spec") or {}).get(field))
    return faults


def _field(name: str) -> Callable[[Obj], str]:
    return lambda obj: (obj.get("spec") or {}).get(name) or ""


KIND = Kind(
    group="resource.k8s.io",
    version="v1",
    kind="ResourceSlice",
    plural="resourceslices",
    schema=SCHEMA,
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Node",
            columns.field("spec", "nodeName", "<unset>"),
            description="NodeName identifies the node which provides the resources in this pool.",
        ),
        Column(
            "Driver",
            columns.field("spec", "driver"),
            description="Driver identifies the DRA driver providing the capacity information.",
        ),
        Column(
            "Pool",
            lambda obj, now: ((obj.get("spec") or {}).get("pool") or {}).get("name") or "",
            description="Pool describes the pool that this ResourceSlice belongs to.",
        ),
        columns.AGE,
    ),
    prepare=prepare,
    validate=validate,
    selectable_fields={f"spec.{name}": _field(name) for name in ("nodeName", "driver")},
)
