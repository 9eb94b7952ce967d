"""PriorityClass: a name for a pod's priority.

Models: pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind

HIGHEST_USER_VALUE = 1_000_000_000
SYSTEM_PREFIX = "system-"
SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")


def default(obj: Obj) -> None:
    if obj.get("preemptionPolicy") is None:
        obj["preemptionPolicy"] = "PreemptLowerPriority"
    obj.setdefault("value", 0)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    value, policy = new.get("value") or 0, new.get("preemptionPolicy")
    if old is not None:
        if value != (old.get("value") or 0):
            faults.append(validation.forbidden("value", "may not be changed in an update."))
        return faults + validation.immutable("preemptionPolicy", policy, old.get("preemptionPolicy"))
    name = new["metadata"].get("name") or ""
    if name.startswith(SYSTEM_PREFIX):
        if why := _unlike_the_system_s(name, value, bool(new.get("globalDefault"))):
            text = f"priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {why}"
            faults.append(validation.forbidden("metadata.name", text))
    elif value > HIGHEST_USER_VALUE:
        text = f"maximum allowed value of a user defined priority is {HIGHEST_USER_VALUE}"
        faults.append(validation.forbidden("value", text))
    return faults + validation.one_of("preemptionPolicy", policy, PREEMPTION_POLICIES)


def _unlike_the_system_s(name: str, value: int, is_default: bool) -> str:
    """Why it is not the class of that name which every cluster has, "" when it is."""
    if name not in SYSTEM:
        return f"{name} is not a known system priority class"
    if value != SYSTEM[name]:
        return f"value of {name} PriorityClass must be {SYSTEM[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    plural="priorityclasses",
    schema="io.k8s.api.scheduling.v1.PriorityClass",
    namespaced=False,
    short_names=("pc",),
    columns=(
        columns.NAME,
        Column(
            "Value",
            columns.field("", "value", 0),
            type="integer",
            description="value represents the integer value of this priority class. This is the actual priority that "
            "pods receive when they have the name of this class in their pod spec.",
        ),
        Column(
            "Global-Default",
            lambda obj, now: bool(obj.get("globalDefault")),
            type="boolean",
            description="globalDefault specifies whether this PriorityClass should be considered as the default "
            "priority for pods that do not have any priority class.",
        ),
        columns.AGE,
        Column(
            "PreemptionPolicy",
            columns.field("", "preemptionPolicy"),
            description="preemptionPolicy is the Policy for preempting pods with lower priority.",
        ),
    ),
    default=default,
    prepare=strategy.counted,
    validate=validate,
)
