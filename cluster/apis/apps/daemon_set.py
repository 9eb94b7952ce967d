"""DaemonSet: a pod of one template on every node that it fits.

Models: pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import intstr, labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core import pod_defaults, pod_spec, replicas
from cluster.apis.registry import Column, Kind, Subresource

ROLLING_UPDATE, ON_DELETE = "RollingUpdate", "OnDelete"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
COUNTS = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
    "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
)  # fmt: skip


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("template") is not None:
        pod_defaults.default_template(spec["template"])
    strategy.fill(spec, revisionHistoryLimit=10)
    found = spec["updateStrategy"] = strategy.fill(spec.get("updateStrategy") or {}, type=ROLLING_UPDATE)
    if found["type"] == ROLLING_UPDATE:
        found["rollingUpdate"] = strategy.fill(found.get("rollingUpdate") or {}, maxUnavailable=1, maxSurge=0)


def prepare(new: Obj, old: Obj | None) -> None:
    """The template's own generation is kept in an annotation, as upstream's conversion shows it."""
    strategy.spec_and_status(new, old)
    new.setdefault("status", dict.fromkeys(COUNTS[:4], 0))
    number = _template_generation(old if old is not None else new)
    if old is None:
        number = max(number, 1)
    elif new["spec"].get("template") != old["spec"].get("template"):
        number += 1
    new["metadata"]["annotations"] = {**(new["metadata"].get("annotations") or {}), TEMPLATE_GENERATION: str(number)}


def _template_generation(obj: Obj) -> int:
    text = (obj["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, "0")
    return int(text) if text.isdigit() else 0


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is None or spec != old["spec"]:
        faults += _selector_and_template(spec)
    faults += validation.not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += _strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    faults += validation.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    if old is not None:
        faults += validation.immutable("spec.selector", spec.get("selector"), old["spec"].get("selector"))
    return faults


def _selector_and_template(spec: Obj) -> list[FieldError]:
    selector, template = spec.get("selector"), spec.get("template") or {}
    faults = validation.label_selector("spec.selector", selector or {})
    try:
        chosen = labels.from_label_selector(selector)
    except ValueError:
        return faults
    carried = (template.get("metadata") or {}).get("labels") or {}
    if not chosen.matches(carried):
        text = "`selector` does not match template `labels`"
        faults.append(validation.invalid("spec.template.metadata.labels", carried or None, text))
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        faults.append(validation.invalid("spec.selector", selector, "empty selector is invalid for daemonset"))
    faults += pod_spec.template(template, "spec.template")
    found = template.get("spec") or {}
    if (policy := found.get("restartPolicy")) != "Always":
        faults.append(validation.not_supported("spec.template.spec.restartPolicy", policy, ("Always",)))
    if found.get("activeDeadlineSeconds") is not None:
        text = "activeDeadlineSeconds in DaemonSet is not Supported"
        faults.append(validation.forbidden("spec.template.spec.activeDeadlineSeconds", text))
    return faults


def _strategy(found: Obj, at: str) -> list[FieldError]:
    kind, rolling = found.get("type"), found.get("rollingUpdate")
    if kind == ON_DELETE:
        return []
    if kind != ROLLING_UPDATE:
        shown = validation.internal(found, (("Type", ""), ("RollingUpdate", None)))
        text = f'Unsupported value: {shown}: supported values: "{ROLLING_UPDATE}", "{ON_DELETE}"'
        return [FieldError("FieldValueNotSupported", at, text)]
    where = f"{at}.rollingUpdate"
    if rolling is None:
        return [validation.required(where)]
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    faults: list[FieldError] = []
    for name, value in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        faults += validation.count_or_percent(f"{where}.{name}", value)
        faults += validation.at_most_all(f"{where}.{name}", value)
    if intstr.plain(unavailable) and intstr.plain(surge):
        text = "may not be set when maxUnavailable is non-zero"
        faults.append(validation.invalid(f"{where}.maxSurge", surge, text))
    elif not intstr.plain(unavailable) and not intstr.plain(surge):
        faults.append(validation.required(f"{where}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    for name in COUNTS:
        faults += validation.not_negative(f"status.{name}", (new.get("status") or {}).get(name))
    return faults


def _count(name: str, field: str, description: str) -> Column:
    return Column(name, columns.field("status", field, 0), type="integer", description=description)


def _node_selector(obj: Obj, now: float) -> str:
    return columns.map_text(((obj["spec"].get("template") or {}).get("spec") or {}).get("nodeSelector"))


KIND = Kind(
    group="apps",
    version="v1",
    kind="DaemonSet",
    plural="daemonsets",
    schema="io.k8s.api.apps.v1.DaemonSet",
    short_names=("ds",),
    categories=("all",),
    columns=(
        columns.NAME,
        _count("Desired", "desiredNumberScheduled", "The total number of nodes that should be running the daemon pod."),
        _count("Current", "currentNumberScheduled", "The number of nodes that are running at least 1 daemon pod."),
        _count("Ready", "numberReady", "The number of nodes with at least one ready daemon pod."),
        _count("Up-to-date", "updatedNumberScheduled", "The total number of nodes that run an updated daemon pod."),
        _count("Available", "numberAvailable", "The number of nodes with at least one available daemon pod."),
        Column("Node Selector", _node_selector, description="The labels that a node must have to run the daemon pod."),
        columns.AGE,
        *columns.template_columns(
            lambda obj: columns.selector_text(obj["spec"].get("selector")),
            "A label query over pods that are managed by the daemon set. Must match in order to be controlled.",
        ),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=replicas.warn,
    subresources=(Subresource("status", prepare=strategy.status_door(), validate=validate_status),),
)
