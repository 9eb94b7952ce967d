"""StorageVersionMigration: a wish to write a resource's objects anew. Models: pkg/registry/storagemigration v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.storagemigration.v1.StorageVersionMigration"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if old is not None:
        faults += validation.immutable("spec", new.get("spec"), old.get("spec"))
    return faults


def _resource(obj: Obj, now: float) -> str:
    found = (obj.get("spec") or {}).get("resource") or {}
    return ".".join(part for part in (found.get("resource"), found.get("group")) if part)


KIND = Kind(
    group="storagemigration.k8s.io",
    version="v1",
    kind="StorageVersionMigration",
    plural="storageversionmigrations",
    schema=SCHEMA,
    namespaced=False,
    columns=(
        columns.NAME,
        Column("Resource", _resource, description="The resource that is being migrated"),
        columns.AGE,
    ),
    prepare=strategy.spec_and_status,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
