"""StorageClass: how volumes are made.

Models: pkg/apis/storage/{v1/defaults.go,validation/validation.go}, pkg/printers/internalversion/printers.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind

IS_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
RECLAIM_POLICIES = ("Delete", "Retain")
BINDING_MODES = ("Immediate", "WaitForFirstConsumer")


def is_default(obj: Obj) -> bool:
    """Is it the class of claims that name none?"""
    annotations = obj["metadata"].get("annotations") or {}
    return any(annotations.get(name) == "true" for name in IS_DEFAULT)


def default(obj: Obj) -> None:
    if obj.get("reclaimPolicy") is None:
        obj["reclaimPolicy"] = "Delete"
    if obj.get("volumeBindingMode") is None:
        obj["volumeBindingMode"] = "Immediate"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        faults += [
            validation.forbidden(field, f"updates to {field} are forbidden.")
            for field in ("parameters", "provisioner", "reclaimPolicy")
            if (new.get(field) or None) != (old.get(field) or None)
        ]
        mode, before = new.get("volumeBindingMode"), old.get("volumeBindingMode")
        return faults + validation.immutable("volumeBindingMode", mode, before)
    provisioner = new.get("provisioner") or ""
    if not provisioner:
        faults.append(validation.required("provisioner"))
    else:
        faults += validation.each("provisioner", provisioner, names.qualified_name(provisioner.lower()))
    if "" in (new.get("parameters") or {}):
        faults.append(validation.invalid("parameters", "", "field can not be empty."))
    if new.get("reclaimPolicy") not in RECLAIM_POLICIES:
        faults.append(validation.not_supported("reclaimPolicy", new["reclaimPolicy"], RECLAIM_POLICIES))
    if new.get("volumeBindingMode") not in BINDING_MODES:
        faults.append(validation.not_supported("volumeBindingMode", new["volumeBindingMode"], BINDING_MODES))
    return faults


def _name(obj: Obj, now: float) -> str:
    return columns.name_cell(obj, now) + (" (default)" if is_default(obj) else "")


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="StorageClass",
    plural="storageclasses",
    schema="io.k8s.api.storage.v1.StorageClass",
    namespaced=False,
    short_names=("sc",),
    columns=(
        Column("Name", _name, format="name", description=columns.NAME_DESCRIPTION),
        Column(
            "Provisioner",
            columns.field("", "provisioner"),
            description="provisioner indicates the type of the provisioner.",
        ),
        Column(
            "ReclaimPolicy",
            columns.field("", "reclaimPolicy", "Delete"),
            description="reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this "
            "storage class. Defaults to Delete.",
        ),
        Column(
            "VolumeBindingMode",
            columns.field("", "volumeBindingMode", "Immediate"),
            description="volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When "
            "unset, VolumeBindingImmediate is used. This field is only honored by servers that enable the VolumeScheduling "
            "feature.",
        ),
        Column(
            "AllowVolumeExpansion",
            lambda obj, now: bool(obj.get("allowVolumeExpansion")),
            description="allowVolumeExpansion shows whether the storage class allow volume expand.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
)
