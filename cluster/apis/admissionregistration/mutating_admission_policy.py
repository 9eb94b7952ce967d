"""MutatingAdmissionPolicy: changes to writes, in CEL.

Models: pkg/registry/admissionregistration/mutatingadmissionpolicy/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, validation
from cluster.apis.admissionregistration import policies
from cluster.apis.registry import Column, Kind

SCHEMA = "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if not spec.get("mutations"):
        faults.append(validation.required("spec.mutations", "mutations must contain at least one item"))
    if spec.get("matchConstraints") is None:
        faults.append(validation.required("spec.matchConstraints"))
    return faults


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="MutatingAdmissionPolicy",
    plural="mutatingadmissionpolicies",
    schema=SCHEMA,
    namespaced=False,
    categories=("api-extensions",),
    columns=(
        columns.NAME,
        Column(
            "Mutations",
            lambda obj, now: len(obj["spec"].get("mutations") or ()),
            type="integer",
            description="Mutation indicates the number of mutations rules defined in this configuration",
        ),
        policies.PARAM_KIND,
        columns.AGE,
    ),
    default=policies.default_policy,
    prepare=policies.prepare,
    validate=validate,
    warn=policies.not_applied,
)
