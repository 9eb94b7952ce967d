"""Deployment: pods of a template that may change, by way of ReplicaSets.

Models: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import intstr, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.apps import replica_set
from cluster.apis.autoscaling import scale
from cluster.apis.core import replicas
from cluster.apis.registry import Column, Kind, Subresource

ROLLING_UPDATE, RECREATE = "RollingUpdate", "Recreate"
COUNTS = (
    "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas",
    "terminatingReplicas", "collisionCount",
)  # fmt: skip


def default(obj: Obj) -> None:
    replica_set.default(obj)
    spec = obj["spec"]
    if spec.get("strategy") is None:
        spec["strategy"] = {}
    found = spec["strategy"]
    if not found.get("type"):
        found["type"] = ROLLING_UPDATE
    if found["type"] == ROLLING_UPDATE:
        if found.get("rollingUpdate") is None:
            found["rollingUpdate"] = {}
        for name in ("maxUnavailable", "maxSurge"):
            if found["rollingUpdate"].get(name) is None:
                found["rollingUpdate"][name] = "25%"
    for name, value in (("revisionHistoryLimit", 10), ("progressDeadlineSeconds", 600)):
        if spec.get(name) is None:
            spec[name] = value


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault("status", {})
    if old is not None and (new["metadata"].get("annotations") or {}) != (old["metadata"].get("annotations") or {}):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.not_negative("spec.replicas", spec.get("replicas"))
    if old is None or spec != old["spec"]:
        faults += replica_set.selector_and_template(spec)
    faults += _strategy(spec.get("strategy") or {}, "spec.strategy")
    faults += validation.not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += validation.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    if (deadline := spec.get("progressDeadlineSeconds")) is not None:
        at = "spec.progressDeadlineSeconds"
        faults += validation.not_negative(at, deadline)
        if deadline <= (spec.get("minReadySeconds") or 0):
            faults.append(validation.invalid(at, deadline, "must be greater than minReadySeconds"))
    if old is not None:
        faults += validation.immutable("spec.selector", spec.get("selector"), old["spec"].get("selector"))
    return faults


def _strategy(found: Obj, at: str) -> list[FieldError]:
    kind, rolling = found.get("type"), found.get("rollingUpdate")
    if kind == RECREATE:
        text = f"may not be specified when strategy `type` is '{RECREATE}'"
        return [validation.forbidden(f"{at}.rollingUpdate", text)] if rolling is not None else []
    if kind != ROLLING_UPDATE:
        shown = validation.internal(found, (("Type", ""), ("RollingUpdate", None)))
        text = f'Unsupported value: {shown}: supported values: "{RECREATE}", "{ROLLING_UPDATE}"'
        return [FieldError("FieldValueNotSupported", at, text)]
    rolling, where = rolling or {}, f"{at}.rollingUpdate"
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    faults = validation.count_or_percent(f"{where}.maxUnavailable", unavailable) + validation.count_or_percent(
        f"{where}.maxSurge", surge
    )
    if intstr.plain(unavailable) == 0 and intstr.plain(surge) == 0:
        text = "may not be 0 when `maxSurge` is 0"
        faults.append(validation.invalid(f"{where}.maxUnavailable", unavailable, text))
    if (intstr.percentage(unavailable) or 0) > 100:
        faults.append(validation.invalid(f"{where}.maxUnavailable", unavailable, "must not be greater than 100%"))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    status, was = new.get("status") or {}, (old or {}).get("status") or {}
    for name in COUNTS:
        faults += validation.not_negative(f"status.{name}", status.get(name))
    faults += replicas.no_more(status, ("updatedReplicas", "readyReplicas", "availableReplicas"))
    before, collisions = was.get("collisionCount"), status.get("collisionCount")
    if before is not None and (collisions is None or collisions < before):
        faults.append(validation.invalid("status.collisionCount", collisions or 0, "cannot be decremented"))
    return faults


def ready_cell(obj: Obj, now: float) -> str:
    return f"{(obj.get('status') or {}).get('readyReplicas') or 0}/{obj['spec'].get('replicas') or 0}"


UPDATED = "Total number of non-terminating pods targeted by this deployment that have the desired template spec."
AVAILABLE = (
    "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment."
)
SELECTOR = (
    "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this "
    "deployment. It must match the pod template's labels."
)
KIND = Kind(
    group="apps",
    version="v1",
    kind="Deployment",
    plural="deployments",
    schema="io.k8s.api.apps.v1.Deployment",
    short_names=("deploy",),
    categories=("all",),
    columns=(
        columns.NAME,
        Column("Ready", ready_cell, description="Number of the pod with ready state"),
        Column("Up-to-date", replicas.status_cell("updatedReplicas"), description=UPDATED),
        Column("Available", replicas.status_cell("availableReplicas"), description=AVAILABLE),
        columns.AGE,
        *columns.template_columns(replica_set.selector_text, SELECTOR),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=replicas.warn,
    subresources=(
        scale.door(replica_set.selector_text),
        Subresource("status", prepare=strategy.status_door("labels"), validate=validate_status),
    ),
)
