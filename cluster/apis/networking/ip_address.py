"""IPAddress: an address of a Service, taken. Models: pkg/registry/networking/ipaddress/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind


def name_rule(text: str) -> list[str]:
    return ["must be a valid IP address"] if validation.ip("metadata.name", text) else []


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, name_rule)
    spec = new.get("spec") or {}
    parent = spec.get("parentRef")
    if old is not None:
        return faults + validation.immutable("spec.parentRef", parent, (old.get("spec") or {}).get("parentRef"))
    if parent is None:
        return [*faults, validation.required("spec.parentRef")]
    return faults + [
        validation.required(f"spec.parentRef.{field}") for field in ("resource", "name") if not parent.get(field)
    ]


def _parent(obj: Obj, now: float) -> str:
    found = (obj.get("spec") or {}).get("parentRef")
    if not found:
        return columns.NONE
    group = f".{found['group']}" if found.get("group") else ""
    parts = (f"{found.get('resource', '')}{group}".lower(), found.get("namespace"), found.get("name"))
    return "/".join(part for part in parts if part)


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IPAddress",
    plural="ipaddresses",
    schema="io.k8s.api.networking.v1.IPAddress",
    namespaced=False,
    short_names=("ip",),
    columns=(
        columns.NAME,
        Column(
            "ParentRef",
            _parent,
            description="ParentRef references the resource that an IPAddress is attached to. An IPAddress must "
            "reference a parent object.",
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_generation,
    validate=validate,
)
