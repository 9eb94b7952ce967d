"""CSIStorageCapacity: how much room a driver has left. Models: pkg/registry/storage/csistoragecapacity/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    name, topology = new.get("storageClassName") or "", new.get("nodeTopology")
    faults += validation.each("storageClassName", name, names.dns1123_subdomain(name))
    if topology is not None:
        faults += validation.label_selector("nodeTopology", topology)
    if old is not None:
        faults += validation.immutable("nodeTopology", topology, old.get("nodeTopology"))
        faults += validation.immutable("storageClassName", name, old.get("storageClassName"))
    return faults


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIStorageCapacity",
    plural="csistoragecapacities",
    schema="io.k8s.api.storage.v1.CSIStorageCapacity",
    columns=(
        columns.NAME,
        Column(
            "StorageClassName",
            columns.field("", "storageClassName"),
            description="storageClassName represents the name of the StorageClass that the reported capacity applies to.",
        ),
        Column(
            "Capacity",
            columns.field("", "capacity", "<unset>"),
            description="capacity is the value reported by the CSI driver in its GetCapacityResponse",
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_generation,
    validate=validate,
)
