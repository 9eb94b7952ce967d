"""DeviceTaintRule: devices that are to be left alone. Models: pkg/registry/resource/devicetaintrule/strategy.go v1.37"""

from __future__ import annotations

from cluster.apis import columns, schema_rules, strategy
from cluster.apis.registry import Kind, Subresource

SCHEMA = "io.k8s.api.resource.v1.DeviceTaintRule"
KIND = Kind(
    group="resource.k8s.io",
    version="v1",
    kind="DeviceTaintRule",
    plural="devicetaintrules",
    schema=SCHEMA,
    namespaced=False,
    columns=(columns.NAME, columns.AGE),
    prepare=strategy.spec_and_status,
    validate=schema_rules.rules(SCHEMA),
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
