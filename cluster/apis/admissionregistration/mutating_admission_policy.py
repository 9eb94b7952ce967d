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


PATCH_TYPES = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
REINVOCATION = ("Never", "IfNeeded")


def default(obj: Obj) -> None:
    policies.default_policy(obj)
    if obj["spec"].get("reinvocationPolicy") is None:
        obj["spec"]["reinvocationPolicy"] = "Never"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    if not spec.get("mutations"):
        faults.append(validation.required("spec.mutations", "mutations must contain at least one item"))
    for index, mutation in enumerate(spec.get("mutations") or ()):
        faults += _mutation(mutation, f"spec.mutations[{index}]")
    if spec.get("matchConstraints") is None:
        faults.append(validation.required("spec.matchConstraints"))
    if spec["reinvocationPolicy"] not in REINVOCATION:
        faults.append(
            validation.not_supported("spec.reinvocationPolicy", spec["reinvocationPolicy"], sorted(REINVOCATION))
        )
    if old is None or spec != old["spec"]:
        faults += policies.expressions(spec)
    return faults


def _mutation(mutation: Obj, at: str) -> list[FieldError]:
    wanted = mutation.get("patchType")
    if not wanted:
        return [validation.required(f"{at}.patchType")]
    if wanted not in PATCH_TYPES:
        return [validation.not_supported(f"{at}.patchType", wanted, sorted(PATCH_TYPES))]
    mine = PATCH_TYPES[wanted]
    if mutation.get(mine) is None:
        return [validation.required(f"{at}.{mine}", f"must be specified when patchType is {wanted}")]
    if not (mutation[mine].get("expression") or "").strip():
        return [validation.required(f"{at}.{mine}.expression", "expression is not specified")]
    return []


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
    default=default,
    prepare=policies.prepare,
    validate=validate,
)
