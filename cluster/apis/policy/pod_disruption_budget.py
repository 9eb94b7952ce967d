"""PodDisruptionBudget: how many of some pods may be away because somebody evicted them.

Models: pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

POLICIES = ("AlwaysAllow", "IfHealthyBudget")
COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault(
        "status", dict.fromkeys(("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"), 0)
    )


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        faults.append(validation.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"))
    for name in ("minAvailable", "maxUnavailable"):
        if (value := spec.get(name)) is not None:
            faults += validation.count_or_percent(f"spec.{name}", value)
            faults += validation.at_most_all(f"spec.{name}", value)
    if (selector := spec.get("selector")) is not None:
        faults += validation.label_selector("spec.selector", selector)
    if (policy := spec.get("unhealthyPodEvictionPolicy")) is not None and policy not in POLICIES:
        faults.append(validation.not_supported("spec.unhealthyPodEvictionPolicy", policy, POLICIES))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    for name in COUNTS:
        faults += validation.not_negative(f"status.{name}", (new.get("status") or {}).get(name))
    return faults


def _limit(name: str) -> Column:
    title = "Min Available" if name == "minAvailable" else "Max Unavailable"

    def cell(obj: Obj, now: float) -> str:
        value = obj["spec"].get(name)
        return "N/A" if value is None else str(value)

    kind = "minimum" if name == "minAvailable" else "maximum"
    return Column(
        title,
        cell,
        description=f"The {kind} number of pods that must be {'available' if kind == 'minimum' else 'unavailable'}.",
    )


KIND = Kind(
    group="policy",
    version="v1",
    kind="PodDisruptionBudget",
    plural="poddisruptionbudgets",
    schema="io.k8s.api.policy.v1.PodDisruptionBudget",
    short_names=("pdb",),
    columns=(
        columns.NAME,
        _limit("minAvailable"),
        _limit("maxUnavailable"),
        Column(
            "Allowed Disruptions",
            columns.field("status", "disruptionsAllowed", 0),
            type="integer",
            description="Calculated number of pods that may be disrupted at this time.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door(), validate=validate_status),),
)
