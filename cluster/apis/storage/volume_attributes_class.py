"""VolumeAttributesClass: what of a volume may change while it is used.

Models: pkg/registry/storage/volumeattributesclass/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind

IS_DEFAULT = "volumeattributesclass.alpha.kubernetes.io/is-default-class"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        faults += [
            validation.forbidden(field, f"updates to {field} are forbidden.")
            for field in ("driverName", "parameters")
            if (new.get(field) or None) != (old.get(field) or None)
        ]
        return faults
    if not new.get("driverName"):
        faults.append(validation.required("driverName"))
    if not new.get("parameters"):
        faults.append(validation.required("parameters", "must contain at least one key/value pair"))
    return faults


def _name(obj: Obj, now: float) -> str:
    chosen = (obj["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"
    return columns.name_cell(obj, now) + (" (default)" if chosen else "")


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttributesClass",
    plural="volumeattributesclasses",
    schema="io.k8s.api.storage.v1.VolumeAttributesClass",
    namespaced=False,
    short_names=("vac",),
    columns=(
        Column("Name", _name, format="name", description=columns.NAME_DESCRIPTION),
        Column(
            "DriverName", columns.field("", "driverName"), description="Name of the CSI driver This field is immutable."
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_generation,
    validate=validate,
)
