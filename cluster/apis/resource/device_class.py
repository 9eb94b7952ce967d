"""DeviceClass: devices that are alike. Models: pkg/registry/resource/deviceclass/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns, schema_rules, strategy
from cluster.apis.registry import Kind

SCHEMA = "io.k8s.api.resource.v1.DeviceClass"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new.get("spec") != old.get("spec"):
        strategy.bump(new, old)


KIND = Kind(
    group="resource.k8s.io",
    version="v1",
    kind="DeviceClass",
    plural="deviceclasses",
    schema=SCHEMA,
    namespaced=False,
    columns=(columns.NAME, columns.AGE),
    prepare=prepare,
    validate=schema_rules.rules(SCHEMA),
)
