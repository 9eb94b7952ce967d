"""Deployment. Models: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/v1/defaults.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import intstr, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.apps import replicas
from cluster.apis.registry import Column, Kind


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)
    replicas.default_template(spec)


def prepare(new: Obj, old: Obj | None) -> None:
    columns.spec_and_status(new, old)
    if old is None:
        new["status"] = {}
    elif new["metadata"].get("annotations") != old["metadata"].get("annotations"):
        new["metadata"]["generation"] = (old["metadata"].get("generation") or 0) + 1


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    for field in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        faults += validation.not_negative(f"spec.{field}", spec.get(field))
    selector, found = replicas.validate_selector(spec, old)
    faults += found + replicas.validate_template(spec, selector) + _strategy(spec["strategy"])
    deadline, ready = spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds") or 0
    if deadline is not None and deadline <= ready:
        faults.append(
            validation.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
        )
    return faults


def _strategy(strategy: Obj) -> list[FieldError]:
    faults = validation.one_of("spec.strategy.type", strategy.get("type"), ("Recreate", "RollingUpdate"))
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate":
        if rolling is not None:
            faults.append(
                validation.forbidden(
                    "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"
                )
            )
        return faults
    for field in ("maxUnavailable", "maxSurge"):
        value, at = (rolling or {}).get(field), f"spec.strategy.rollingUpdate.{field}"
        if isinstance(value, int):
            faults += validation.not_negative(at, value)
        elif isinstance(value, str) and intstr.percentage(value) is None:
            faults.append(
                validation.invalid(
                    at,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                )
            )
    if rolling and rolling.get("maxUnavailable") in (0, "0%") and rolling.get("maxSurge") in (0, "0%"):
        faults.append(
            validation.invalid(
                "spec.strategy.rollingUpdate.maxUnavailable",
                rolling["maxUnavailable"],
                "may not be 0 when `maxSurge` is 0",
            )
        )
    return faults


def _status(obj: Obj, name: str) -> int:
    return (obj.get("status") or {}).get(name) or 0


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
        Column("Ready", lambda obj, now: f"{_status(obj, 'readyReplicas')}/{obj['spec'].get('replicas', 0)}"),
        Column("Up-to-date", lambda obj, now: _status(obj, "updatedReplicas")),
        Column("Available", lambda obj, now: _status(obj, "availableReplicas")),
        columns.AGE,
        *columns.template_columns(lambda obj: columns.selector_text(obj["spec"].get("selector"))),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    subresources=(replicas.SCALE, replicas.STATUS),
)
