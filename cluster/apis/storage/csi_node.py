"""CSINode: the drivers of volumes on a node. Models: pkg/registry/storage/csinode/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns, schema_rules, strategy
from cluster.apis.registry import Column, Kind

SCHEMA = "io.k8s.api.storage.v1.CSINode"


def default(obj: Obj) -> None:
    obj.setdefault("spec", {}).setdefault("drivers", None)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSINode",
    plural="csinodes",
    schema=SCHEMA,
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Drivers",
            lambda obj, now: len(obj["spec"].get("drivers") or ()),
            type="integer",
            description="drivers indicates the number of CSI drivers registered on the node",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.keep_generation,
    validate=schema_rules.rules(SCHEMA),
)
