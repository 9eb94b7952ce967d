"""ResourceQuota: how much of what a namespace may have.

Models: pkg/registry/core/resourcequota/strategy.go, core/validation/validation.go ValidateResourceQuota v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import pod_defaults, pod_resources
from cluster.apis.registry import Column, Kind, Subresource

COMPUTE = ("pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory")
SCOPES: dict[str, tuple[str, ...]] = {
    "BestEffort": ("pods",),
    "CrossNamespacePodAffinity": COMPUTE,
    "NotBestEffort": COMPUTE,
    "NotTerminating": COMPUTE,
    "PriorityClass": COMPUTE,
    "Terminating": COMPUTE,
    "VolumeAttributesClass": ("persistentvolumeclaims", "requests.storage"),
}
"""Scope → the resources that it can be asked of."""
OPPOSED = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
EXISTS_ONLY = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def default(quota: Obj) -> None:
    spec = quota.setdefault("spec", {})
    pod_defaults.default_resources(spec.get("hard"))


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.keep_status(new, old)
    new.setdefault("status", {})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += _amounts(spec.get("hard") or {}, "spec.hard")
    scopes = spec.get("scopes") or []
    for scope in scopes:
        faults += _scope(scope, spec, "spec.scopes", scopes)
    faults += _opposed(scopes, "spec.scopes", scopes)
    for expression in (spec.get("scopeSelector") or {}).get("matchExpressions") or ():
        faults += _expression(expression, spec, "spec.scopeSelector.matchExpressions")
    if old is not None and set(scopes) != set(old["spec"].get("scopes") or ()):
        faults.append(validation.invalid("spec.scopes", scopes or None, validation.IMMUTABLE))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    status = new.get("status") or {}
    return (
        faults + _amounts(status.get("hard") or {}, "status.hard") + _amounts(status.get("used") or {}, "status.used")
    )


def _amounts(amounts: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for name, amount in amounts.items():
        faults += validation.each(f"{at}[{name}]", name, pod_resources.quota_name_faults(name))
        faults += pod_resources.amount(name, amount, f"{at}[{name}]")
    return faults


def _scope(scope: str, spec: Obj, at: str, shown: object) -> list[FieldError]:
    allowed = SCOPES.get(scope)
    if allowed is None:
        return [validation.invalid(at, shown, "unsupported scope")]
    counted = [name for name in sorted(spec.get("hard") or {}) if name in pod_resources.QUOTA and name not in allowed]
    return [validation.invalid(at, shown, "unsupported scope applied to resource") for _ in counted]


def _opposed(scopes: Sequence[str], at: str, shown: object) -> list[FieldError]:
    return [validation.invalid(at, shown, "conflicting scopes") for pair in OPPOSED if set(pair) <= set(scopes)]


def _expression(expression: Obj, spec: Obj, at: str) -> list[FieldError]:
    scope, operator, values = (expression.get(name) for name in ("scopeName", "operator", "values"))
    faults = _scope(scope or "", spec, at, scope or "")
    if scope in SCOPES and scope not in ("PriorityClass", "VolumeAttributesClass") and operator != "Exists":
        faults.append(validation.invalid(f"{at}.operator", operator or "", EXISTS_ONLY))
    if operator in ("In", "NotIn"):
        if not values:
            text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            faults.append(validation.required(f"{at}.values", text))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            faults.append(validation.invalid(f"{at}.values", values, text))
    else:
        faults.append(validation.invalid(f"{at}.operator", operator or "", "not a valid selector operator"))
    return faults


def warn(new: Obj, old: Obj | None) -> Sequence[str]:
    hard = new["spec"].get("hard") or {}
    found = []
    for name in ("cpu", "memory", "ephemeral-storage"):
        request = f"requests.{name}" if f"requests.{name}" in hard else name
        limit = f"limits.{name}"
        if request in hard and limit in hard and quantity.parse(hard[request]) > quantity.parse(hard[limit]):
            found.append(f"ResourceQuota {request} ({hard[request]}) should be less than {limit} ({hard[limit]})")
    return found


def _used(quota: Obj, *, limits: bool) -> str:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    shown = [name for name in sorted(hard) if name.startswith("limits.") == limits]
    return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in shown)


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    schema="io.k8s.api.core.v1.ResourceQuota",
    short_names=("quota",),
    columns=(
        columns.NAME,
        Column(
            "Request",
            lambda quota, now: _used(quota, limits=False),
            description="Request represents a minimum amount of cpu/memory that a container may consume.",
        ),
        Column(
            "Limit",
            lambda quota, now: _used(quota, limits=True),
            description="Limits control the maximum amount of cpu/memory that a container may use independent of "
            "contention on the node.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=warn,
    subresources=(Subresource("status", prepare=strategy.status_door(), validate=validate_status),),
)
