"""ValidatingAdmissionPolicy: rules for writes, in CEL.

Models: pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.admissionregistration import policies
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    policies.prepare(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        text = "validations or auditAnnotations must contain at least one item"
        faults += [validation.required(f"spec.{field}", text) for field in ("validations", "auditAnnotations")]
    faults += policies.expressions(spec)
    if spec.get("matchConstraints") is None:
        faults.append(validation.required("spec.matchConstraints"))
    elif not spec["matchConstraints"].get("resourceRules"):
        faults.append(validation.required("spec.matchConstraints.resourceRules"))
    return faults


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicy",
    plural="validatingadmissionpolicies",
    schema=SCHEMA,
    namespaced=False,
    categories=("api-extensions",),
    columns=(
        columns.NAME,
        Column(
            "Validations",
            lambda obj, now: len(obj["spec"].get("validations") or ()),
            type="integer",
            description="Validations indicates the number of validation rules defined in this configuration",
        ),
        policies.PARAM_KIND,
        columns.AGE,
    ),
    default=policies.default_policy,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
