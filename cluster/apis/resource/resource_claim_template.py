"""ResourceClaimTemplate: a claim for each pod of many. Models: pkg/registry/resource/resourceclaimtemplate v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Kind
from cluster.apis.resource import claims

SCHEMA = "io.k8s.api.resource.v1.ResourceClaimTemplate"


def default(obj: Obj) -> None:
    template = obj.setdefault("spec", {})
    template.setdefault("metadata", {})
    claims.default(template.setdefault("spec", {}))


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None:
        return faults + validation.immutable("spec", new["spec"], old.get("spec"))
    return faults + schema_rules.faults(new, SCHEMA) + claims.faults(new["spec"]["spec"], "spec.spec")


KIND = Kind(
    group="resource.k8s.io",
    version="v1",
    kind="ResourceClaimTemplate",
    plural="resourceclaimtemplates",
    schema=SCHEMA,
    columns=(columns.NAME, columns.AGE),
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
)
