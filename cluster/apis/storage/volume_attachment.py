"""VolumeAttachment: a volume that is to be attached to a node.

Models: pkg/registry/storage/volumeattachment/strategy.go, pkg/apis/storage/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.storage.v1.VolumeAttachment"


def default(obj: Obj) -> None:
    obj.setdefault("spec", {}).setdefault("source", {})


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    new.setdefault("status", {"attached": False})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if old is not None and new.get("spec") != old.get("spec"):
        faults.append(validation.invalid("spec", new.get("spec"), validation.IMMUTABLE))
    return faults


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttachment",
    plural="volumeattachments",
    schema=SCHEMA,
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Attacher",
            columns.field("spec", "attacher"),
            format="name",
            description="attacher indicates the name of the volume driver that MUST handle this request.",
        ),
        Column(
            "PV",
            lambda obj, now: (obj["spec"].get("source") or {}).get("persistentVolumeName") or "",
            description="source represents the volume that should be attached.",
        ),
        Column(
            "Node",
            columns.field("spec", "nodeName"),
            description="nodeName represents the node that the volume should be attached to.",
        ),
        Column(
            "Attached",
            lambda obj, now: bool((obj.get("status") or {}).get("attached")),
            type="boolean",
            description="attached indicates the volume is successfully attached.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
