"""FlowSchema: which requests belong to which priority level.

Models: pkg/apis/flowcontrol/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, schema_rules, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

SCHEMA = "io.k8s.api.flowcontrol.v1.FlowSchema"
PRECEDENCE, LAST = 1_000, 10_000
METHODS = ("ByNamespace", "ByUser")


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = PRECEDENCE


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain) + schema_rules.faults(new, SCHEMA)
    precedence, method = spec["matchingPrecedence"], spec.get("distinguisherMethod")
    if not 1 <= precedence <= LAST:
        text = f"must be in the range [1, {LAST}]" if precedence < 1 else f"must not be greater than {LAST}"
        faults.append(validation.invalid("spec.matchingPrecedence", precedence, text))
    if method is not None and method.get("type") not in METHODS:
        faults.append(validation.not_supported("spec.distinguisherMethod", method, METHODS))
    if not (spec.get("priorityLevelConfiguration") or {}).get("name"):
        faults.append(validation.required("spec.priorityLevelConfiguration.name", "must reference a priority level"))
    for index, rule in enumerate(spec.get("rules") or ()):
        if not rule.get("subjects"):
            text = "subjects must contain at least one value"
            faults.append(validation.required(f"spec.rules[{index}].subjects", text))
        if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
            text = "at least one of resourceRules and nonResourceRules has to be non-empty"
            faults.append(validation.required(f"spec.rules[{index}]", text))
    return faults


def _method(obj: Obj, now: float) -> str:
    return (obj["spec"].get("distinguisherMethod") or {}).get("type") or columns.NONE


def _missing_level(obj: Obj, now: float) -> str:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((each.get("status", "?") for each in conditions if each.get("type") == "Dangling"), "?")


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="FlowSchema",
    plural="flowschemas",
    schema=SCHEMA,
    namespaced=False,
    columns=(
        columns.NAME,
        Column(
            "PriorityLevel",
            lambda obj, now: (obj["spec"].get("priorityLevelConfiguration") or {}).get("name") or "",
            description="priorityLevelConfiguration should reference a PriorityLevelConfiguration in the cluster.",
        ),
        Column(
            "MatchingPrecedence",
            columns.field("spec", "matchingPrecedence", 0),
            type="integer",
            description="matchingPrecedence is used to choose among the FlowSchemas that match a given request.",
        ),
        Column(
            "DistinguisherMethod",
            _method,
            description="distinguisherMethod defines how to compute the flow distinguisher for requests that match this "
            "schema.",
        ),
        columns.AGE,
        Column(
            "MissingPL",
            _missing_level,
            description="MissingPL indicates if this flow schema references a non-existent priority level",
        ),
    ),
    default=default,
    prepare=strategy.spec_and_status,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
