"""RuntimeClass: which handler of the container runtime runs a pod. Models: pkg/registry/node/runtimeclass/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    handler = new.get("handler") or ""
    if old is not None:
        return faults + validation.immutable("handler", handler, old.get("handler") or "")
    return faults + validation.each("handler", handler, names.dns1123_label(handler))


KIND = Kind(
    group="node.k8s.io",
    version="v1",
    kind="RuntimeClass",
    plural="runtimeclasses",
    schema="io.k8s.api.node.v1.RuntimeClass",
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "Handler",
            columns.field("", "handler"),
            description="handler specifies the underlying runtime and configuration that the CRI implementation will "
            "use to handle pods of this class.",
        ),
        columns.AGE,
    ),
    prepare=strategy.keep_generation,
    validate=validate,
)
