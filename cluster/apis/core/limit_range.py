"""LimitRange: how much a single container, pod or claim of a namespace may have, and what one that asks nothing gets.

The admission plugin LimitRanger applies it.
Models: pkg/registry/core/limitrange/strategy.go, core/validation/validation.go ValidateLimitRange v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import pod_defaults, pod_resources
from cluster.apis.registry import Kind

TYPES = ("Container", "PersistentVolumeClaim", "Pod")
AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
REQUEST = "defaultRequest"
ORDERED = (
    ("min", "max", "min", "min", "min value {low} is greater than max value {high}"),
    ("min", REQUEST, REQUEST, REQUEST, "min value {low} is greater than default request value {high}"),
    (REQUEST, "max", REQUEST, REQUEST, "default request value {low} is greater than max value {high}"),
    (REQUEST, "default", REQUEST, REQUEST, "default request value {low} is greater than default limit value {high}"),
    ("min", "default", "default", "min", "min value {low} is greater than default value {high}"),
    ("default", "max", "default", "max", "default value {low} is greater than max value {high}"),
)  # fmt: skip
"""(what may not be greater, than what, the field at fault, whose value is shown, the sentence)"""


def default(obj: Obj) -> None:
    for limit in obj.setdefault("spec", {}).get("limits") or ():
        for name in AMOUNTS:
            pod_defaults.default_resources(limit.get(name))
        if limit.get("type") == "Container":
            limits = {**(limit.get("max") or {}), **(limit.get("default") or {})}
            requests = {**(limit.get("min") or {}), **limits, **(limit.get("defaultRequest") or {})}
            for name, value in (("default", limits), ("defaultRequest", requests)):
                if value:
                    limit[name] = value


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    seen = set()
    for index, limit in enumerate(new["spec"].get("limits") or ()):
        at, kind = f"spec.limits[{index}]", limit.get("type") or ""
        faults += validation.each(f"{at}.type", kind, names.qualified_name(kind))
        if kind and "/" not in kind and kind not in TYPES:
            faults.append(validation.invalid(f"{at}.type", kind, "must be a standard limit type or fully qualified"))
        if kind in seen:
            faults.append(validation.duplicate(f"{at}.type", kind))
        seen.add(kind)
        faults += _limit(limit, kind, at)
    return faults


def _limit(limit: Obj, kind: str, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    rule = pod_resources.container_name_faults if kind in ("Container", "Pod") else pod_resources.name_faults
    for field in AMOUNTS:
        amounts = limit.get(field) or {}
        if kind == "Pod" and field.startswith("default"):
            if amounts:
                faults.append(validation.forbidden(f"{at}.{field}", "may not be specified when `type` is 'Pod'"))
            continue
        for name in amounts:
            faults += validation.each(f"{at}.{field}[{name}]", name, rule(name))
    if kind == "PersistentVolumeClaim" and not any("storage" in (limit.get(field) or {}) for field in ("min", "max")):
        text = "either minimum or maximum storage value is required, but neither was provided"
        faults.append(validation.required(f"{at}.limits", text))
    for lower, upper, field, shown, sentence in ORDERED:
        faults += _ordered(limit, (lower, upper), f"{at}.{field}", shown, sentence)
    return faults


def _ordered(limit: Obj, pair: tuple[str, str], at: str, shown: str, sentence: str) -> list[FieldError]:
    lower, upper = (limit.get(name) or {} for name in pair)
    return [
        validation.invalid(f"{at}[{name}]", limit[shown][name], sentence.format(low=lower[name], high=upper[name]))
        for name in sorted(lower.keys() & upper.keys())
        if quantity.parse(lower[name]) > quantity.parse(upper[name])
    ]


KIND = Kind(
    group="",
    version="v1",
    kind="LimitRange",
    plural="limitranges",
    schema="io.k8s.api.core.v1.LimitRange",
    short_names=("limits",),
    columns=(columns.NAME, columns.CREATED_AT),
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
)
