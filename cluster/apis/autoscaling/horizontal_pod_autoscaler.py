"""HorizontalPodAutoscaler: a count of replicas that follows metrics; stored as v2, shown as v1 too.

Models: pkg/apis/autoscaling/{v2/defaults.go,v1/conversion.go,validation/validation.go}, printers.go v1.37
Simplified: v1 keeps what it cannot say in one annotation each for metrics and behaviour, in v2's words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Column, Kind, Subresource

METRICS, BEHAVIOR = "autoscaling.alpha.kubernetes.io/metrics", "autoscaling.alpha.kubernetes.io/behavior"
SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
UP = {
    "stabilizationWindowSeconds": 0,
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
DOWN = {"policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
CPU_TARGET = 80


def default(obj: Obj) -> None:
    spec = strategy.fill(obj.setdefault("spec", {}), minReplicas=1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": CPU_TARGET}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior: Obj = spec.get("behavior") or {}
    for name, rules in (("scaleUp", UP), ("scaleDown", DOWN)) if behavior else ():
        found = behavior.get(name) or {}
        behavior[name] = strategy.fill(
            found, selectPolicy="Max", **{key: orjson.loads(orjson.dumps(value)) for key, value in rules.items()}
        )


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new["metadata"].pop("generation", None)
    new.setdefault("status", {"desiredReplicas": 0})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    least, most = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    if least is not None and least < 1:
        faults.append(validation.invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most < 1:
        faults.append(validation.invalid("spec.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        faults.append(validation.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    faults += _reference(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
    for index, metric in enumerate(spec.get("metrics") or ()):
        faults += _metric(metric, f"spec.metrics[{index}]")
    return faults


def _reference(found: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for name in ("kind", "name"):
        if not found.get(name):
            faults.append(validation.required(f"{at}.{name}"))
        elif messages := names.path_segment(found[name]):
            faults += validation.each(f"{at}.{name}", found[name], messages)
    return faults


def _metric(metric: Obj, at: str) -> list[FieldError]:
    kind = metric.get("type")
    if kind not in SOURCES:
        return validation.one_of(f"{at}.type", kind, tuple(sorted(SOURCES)))
    source, where = metric.get(SOURCES[kind]), f"{at}.{SOURCES[kind]}"
    if source is None:
        return [validation.required(where, "must populate information for the given metric source")]
    faults: list[FieldError] = []
    if kind in ("Resource", "ContainerResource") and not source.get("name"):
        faults.append(validation.required(f"{where}.name", "must specify a resource name"))
    target = source.get("target") or {}
    if target.get("type") not in ("Utilization", "Value", "AverageValue"):
        text = "must be either Utilization, Value, or AverageValue"
        faults.append(validation.invalid(f"{where}.target.type", target.get("type") or "", text))
    if (share := target.get("averageUtilization")) is not None and share < 1:
        faults.append(validation.invalid(f"{where}.target.averageUtilization", share, "must be greater than 0"))
    return faults


# --- columns ----------------------------------------------------------------------------------------------------------


def _target_reference(obj: Obj, now: float) -> str:
    found = obj["spec"].get("scaleTargetRef") or {}
    return f"{found.get('kind', '')}/{found.get('name', '')}"


def _targets(obj: Obj, now: float) -> str:
    """Models: formatHPAMetrics"""
    current = (obj.get("status") or {}).get("currentMetrics") or []
    texts = [
        _shown(metric, current[index] if index < len(current) else {})
        for index, metric in enumerate(obj["spec"].get("metrics") or ())
    ]
    return columns.listed(texts[:2], columns.NONE) + (f" + {len(texts) - 2} more..." if len(texts) > 2 else "")


def _shown(metric: Obj, current: Obj) -> str:
    key = SOURCES.get(metric.get("type") or "", "")
    source, known = metric.get(key) or {}, (current.get(key) or {}).get("current") or {}
    name = source.get("name") or (source.get("metric") or {}).get("name") or ""
    target = source.get("target") or {}
    label = f"{name}: " if key in ("resource", "containerResource") else ""
    if target.get("averageUtilization") is not None:
        found = known.get("averageUtilization")
        return f"{label}{'<unknown>' if found is None else f'{found}%'}/{target['averageUtilization']}%"
    if target.get("averageValue") is not None:
        average = "" if key in ("resource", "containerResource") else " (avg)"
        return f"{label}{known.get('averageValue') or '<unknown>'}/{target['averageValue']}{average}"
    return f"{label}{known.get('value') or '<unknown>'}/{target.get('value')}"


COLUMNS = (
    columns.NAME,
    Column("Reference", _target_reference, description="The resource that is scaled."),
    Column("Targets", _targets, description="Current and wanted metrics."),
    Column(
        "MinPods", lambda obj, now: str(obj["spec"].get("minReplicas") or "<unset>"), description="The fewest replicas."
    ),
    Column("MaxPods", columns.field("spec", "maxReplicas", 0), type="integer", description="The most replicas."),
    Column("Replicas", columns.field("status", "currentReplicas", 0), type="integer", description="The replicas now."),
    columns.AGE,
)


# --- v1 ---------------------------------------------------------------------------------------------------------------


def to_storage(obj: Obj) -> Obj:
    """A v1 object in v2's form; an annotation that cannot be read tells nothing."""
    found, annotations = dict(obj.get("spec") or {}), dict(obj["metadata"].get("annotations") or {})
    share = found.pop("targetCPUUtilizationPercentage", None)
    metrics = _told(annotations.pop(METRICS, "[]"), [])
    if share is not None:
        target = {"type": "Utilization", "averageUtilization": share}
        metrics = [*metrics, {"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if metrics:
        found["metrics"] = metrics
    if BEHAVIOR in annotations:
        found["behavior"] = _told(annotations.pop(BEHAVIOR), {})
    status = {
        name: value for name, value in (obj.get("status") or {}).items() if name != "currentCPUUtilizationPercentage"
    }
    return _as({**obj, "status": status} if "status" in obj else obj, "autoscaling/v2", found, annotations)


def _told(text: str, nothing: Any) -> Any:
    """What an annotation holds as JSON, `nothing` when it is of another kind."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return nothing
    return found if isinstance(found, type(nothing)) else nothing


def from_storage(obj: Obj) -> Obj:
    """A v2 object in v1's form."""
    found, annotations = dict(obj["spec"]), dict(obj["metadata"].get("annotations") or {})
    rest = []
    for metric in found.pop("metrics", None) or ():
        if "targetCPUUtilizationPercentage" not in found and (share := _cpu_share(metric)) is not None:
            found["targetCPUUtilizationPercentage"] = share
        else:
            rest.append(metric)
    if rest:
        annotations[METRICS] = orjson.dumps(rest).decode()
    if (behavior := found.pop("behavior", None)) is not None:
        annotations[BEHAVIOR] = orjson.dumps(behavior).decode()
    known = obj.get("status") or {}
    status = {name: value for name, value in known.items() if name not in ("currentMetrics", "conditions")}
    status.setdefault("currentReplicas", 0)
    for current in known.get("currentMetrics") or ():
        share = ((current.get("resource") or {}).get("current") or {}).get("averageUtilization")
        if (current.get("resource") or {}).get("name") == "cpu" and share is not None:
            status["currentCPUUtilizationPercentage"] = share
    return _as({**obj, "status": status}, "autoscaling/v1", found, annotations)


def _cpu_share(metric: Obj) -> Any:
    resource = metric.get("resource") or {}
    return (resource.get("target") or {}).get("averageUtilization") if resource.get("name") == "cpu" else None


def _as(obj: Obj, api_version: str, spec: Obj, annotations: dict[str, str]) -> Obj:
    metadata = {name: value for name, value in obj["metadata"].items() if name != "annotations"}
    if annotations:
        metadata["annotations"] = annotations
    return {**obj, "apiVersion": api_version, "metadata": metadata, "spec": spec}


KIND = Kind(
    group="autoscaling",
    version="v2",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    schema="io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
    short_names=("hpa",),
    categories=("all",),
    columns=COLUMNS,
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(Subresource("status", prepare=strategy.status_door()),),
)
V1 = replace(
    KIND,
    version="v1",
    schema="io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler",
    storage_kind="autoscaling/v2/HorizontalPodAutoscaler",
    to_storage=to_storage,
    from_storage=from_storage,
)
