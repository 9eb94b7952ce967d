"""What admission policies and their bindings share.

Models: pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}, pkg/printers/internalversion v1.37
"""

from __future__ import annotations

from cluster.apimachinery import cel
from cluster.apimachinery.cel_library import patches
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, strategy, validation
from cluster.apis.registry import Column

UNSET = "<unset>"


def default_matching(matching: Obj | None) -> None:
    """The defaults of `matchConstraints` and `matchResources`."""
    if matching is None:
        return
    if matching.get("matchPolicy") is None:
        matching["matchPolicy"] = "Equivalent"
    for name in ("namespaceSelector", "objectSelector"):
        if matching.get(name) is None:
            matching[name] = {}
    for name in ("resourceRules", "excludeResourceRules"):
        for rule in matching.get(name) or ():
            if rule.get("scope") is None:
                rule["scope"] = "*"


def default_policy(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("failurePolicy") is None:
        spec["failurePolicy"] = "Fail"
    default_matching(spec.get("matchConstraints"))


def default_binding(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    default_matching(spec.get("matchResources"))
    if (parameter := spec.get("paramRef")) is not None and parameter.get("parameterNotFoundAction") is None:
        parameter["parameterNotFoundAction"] = "Deny"


def expressions(spec: Obj) -> list[FieldError]:
    """The faults of a policy's expressions: each must compile."""
    named = [
        (f"spec.{field}[{index}].{name}", each[name])
        for field in ("matchConditions", "variables", "validations", "auditAnnotations")
        for index, each in enumerate(spec.get(field) or ())
        for name in ("expression", "messageExpression", "valueExpression")
        if each.get(name)
    ]
    for index, mutation in enumerate(spec.get("mutations") or ()):
        for name in ("applyConfiguration", "jsonPatch"):
            if expression := (mutation.get(name) or {}).get("expression"):
                named.append((f"spec.mutations[{index}].{name}.expression", expression))
    faults = []
    for at, expression in named:
        try:
            cel.compiled(patches.plain(expression) if ".mutations[" in at else expression, cel.ADMISSION)
        except cel.RuleError as error:
            faults.append(validation.invalid(at, expression, f"compilation failed: {error}"))
    return faults


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new["spec"] != old.get("spec"):
        strategy.bump(new, old)


def param_kind(obj: Obj, now: float) -> str:
    found = obj["spec"].get("paramKind")
    return f"{found.get('apiVersion', '')}/{found.get('kind', '')}" if found else UNSET


def _param_ref(obj: Obj, now: float) -> str:
    found = obj["spec"].get("paramRef")
    if not found:
        return UNSET
    namespace, name = found.get("namespace"), found.get("name")
    if name:
        return f"{namespace or '*'}/{name}"
    return f"{namespace or '*'}/{columns.selector_text(found.get('selector'))}"


PARAM_KIND = Column(
    "ParamKind", param_kind, description="ParamKind specifies the kind of resources used to parameterize this policy"
)
BINDING_COLUMNS = (
    columns.NAME,
    Column(
        "PolicyName",
        columns.field("spec", "policyName"),
        description="policyName references a policy name which the binding binds to.",
    ),
    Column(
        "ParamRef",
        _param_ref,
        description="paramRef specifies the parameter resource used to configure the admission control policy.",
    ),
    columns.AGE,
)
