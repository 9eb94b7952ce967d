"""StatefulSet: pods with an ordinal, a name that lasts and claims of their own.

Models: pkg/registry/apps/statefulset/strategy.go, pkg/apis/apps/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.apps import replica_set
from cluster.apis.autoscaling import scale
from cluster.apis.core import pod_defaults, replicas
from cluster.apis.registry import Column, Kind, Subresource

ROLLING_UPDATE, ON_DELETE = "RollingUpdate", "OnDelete"
ORDERED_READY, PARALLEL = "OrderedReady", "Parallel"
RETAIN, DELETE = "Retain", "Delete"
COUNTS = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "observedGeneration", "collisionCount")
CHANGEABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
FORBIDDEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def default(obj: Obj) -> None:
    replica_set.default(obj)
    spec = obj["spec"]
    strategy.fill(spec, podManagementPolicy=ORDERED_READY, revisionHistoryLimit=10)
    found = strategy.fill(spec.get("updateStrategy") or {}, type=ROLLING_UPDATE)
    spec["updateStrategy"] = found
    if found["type"] == ROLLING_UPDATE:
        found["rollingUpdate"] = strategy.fill(found.get("rollingUpdate") or {}, partition=0, maxUnavailable=1)
    spec["persistentVolumeClaimRetentionPolicy"] = strategy.fill(
        spec.get("persistentVolumeClaimRetentionPolicy") or {}, whenDeleted=RETAIN, whenScaled=RETAIN
    )
    for claim in spec.get("volumeClaimTemplates") or ():
        _default_claim(claim)


def _default_claim(claim: Obj) -> None:
    claim.setdefault("kind", "PersistentVolumeClaim")
    claim.setdefault("apiVersion", "v1")
    claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
    claim["status"] = {"phase": "Pending", **(claim.get("status") or {})}
    pod_defaults.default_resources((claim["spec"].get("resources") or {}).get("requests"))


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.spec_and_status(new, old)
    new.setdefault("status", {"replicas": 0, "availableReplicas": 0})


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += _policies(spec)
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        faults += validation.not_negative(f"spec.{name}", spec.get(name))
    faults += validation.not_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    if old is None or spec != old["spec"]:
        faults += _selector_and_template(spec)
    if old is not None:
        name, before = spec.get("serviceName") or "", old["spec"].get("serviceName") or ""
        faults += validation.immutable("spec.serviceName", name, before)
        apart = (*CHANGEABLE, "serviceName")
        fixed = [
            {name: value for name, value in each["spec"].items() if name not in apart and value not in (None, "")}
            for each in (new, old)
        ]
        if fixed[0] != fixed[1]:
            faults.append(validation.forbidden("spec", FORBIDDEN))
    return faults


def _policies(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    policy, at = spec.get("podManagementPolicy"), "spec.podManagementPolicy"
    if policy not in (ORDERED_READY, PARALLEL):
        faults.append(validation.invalid(at, policy, f"must be '{ORDERED_READY}' or '{PARALLEL}'"))
    update = spec.get("updateStrategy") or {}
    kind, rolling, at = update.get("type"), update.get("rollingUpdate"), "spec.updateStrategy"
    if kind == ON_DELETE and rolling is not None:
        text = f"only allowed for updateStrategy '{ROLLING_UPDATE}'"
        faults.append(validation.invalid(f"{at}.rollingUpdate", rolling, text))
    elif kind == ROLLING_UPDATE:
        faults += _rolling(rolling or {}, f"{at}.rollingUpdate")
    elif kind != ON_DELETE:
        faults.append(validation.invalid(at, update, f"must be '{ROLLING_UPDATE}' or '{ON_DELETE}'"))
    for name in ("whenDeleted", "whenScaled"):
        found = (spec.get("persistentVolumeClaimRetentionPolicy") or {}).get(name)
        faults += validation.one_of(f"spec.persistentVolumeClaimRetentionPolicy.{name}", found, (DELETE, RETAIN))
    return faults


def _rolling(rolling: Obj, at: str) -> list[FieldError]:
    faults = validation.not_negative(f"{at}.partition", rolling.get("partition"))
    unavailable = rolling.get("maxUnavailable")
    faults += validation.count_or_percent(f"{at}.maxUnavailable", unavailable)
    if unavailable in (0, "0%"):
        faults.append(validation.invalid(f"{at}.maxUnavailable", unavailable, "cannot be 0"))
    return faults + validation.at_most_all(f"{at}.maxUnavailable", unavailable)


def _selector_and_template(spec: Obj) -> list[FieldError]:
    selector, template = spec.get("selector"), spec.get("template") or {}
    if selector is None:
        return [validation.required("spec.selector"), *_template(template, None)]
    faults = validation.label_selector("spec.selector", selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        faults.append(validation.invalid("spec.selector", selector, "empty selector is invalid for statefulset"))
    try:
        chosen = labels.from_label_selector(selector)
    except ValueError:
        return [*faults, validation.invalid("spec.selector", selector, "")]
    return faults + _template(template, chosen)


def _template(template: Obj, selector: labels.Selector | None) -> list[FieldError]:
    """Its pods' spec is judged when they are made: their claims are not in it yet.

    Models: ValidatePodTemplateSpecForStatefulSet
    """
    meta, at = template.get("metadata") or {}, "spec.template"
    faults: list[FieldError] = []
    if selector is not None and not selector.empty and not selector.matches(meta.get("labels") or {}):
        text = "`selector` does not match template `labels`"
        faults.append(validation.invalid(f"{at}.metadata.labels", meta.get("labels") or None, text))
    faults += validation.label_map(f"{at}.labels", meta.get("labels") or {})
    faults += metadata.annotation_faults(meta.get("annotations") or {}, f"{at}.annotations")
    found = template.get("spec") or {}
    if (policy := found.get("restartPolicy")) != "Always":
        faults.append(validation.not_supported(f"{at}.spec.restartPolicy", policy, ("Always",)))
    if found.get("activeDeadlineSeconds") is not None:
        text = "activeDeadlineSeconds in StatefulSet is not Supported"
        faults.append(validation.forbidden(f"{at}.spec.activeDeadlineSeconds", text))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    status = new.get("status") or {}
    for name in COUNTS:
        faults += validation.not_negative(f"status.{name}", status.get(name))
    return faults + replicas.no_more(
        status, ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    )


def _ready(obj: Obj, now: float) -> str:
    return f"{(obj.get('status') or {}).get('readyReplicas') or 0}/{obj['spec'].get('replicas') or 0}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="StatefulSet",
    plural="statefulsets",
    schema="io.k8s.api.apps.v1.StatefulSet",
    short_names=("sts",),
    categories=("all",),
    columns=(
        columns.NAME,
        Column("Ready", _ready, description="Number of the pod with ready state"),
        columns.AGE,
        *columns.template_columns(lambda obj: "", "")[:2],
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    warn=replicas.warn,
    subresources=(
        scale.door(replica_set.selector_text),
        Subresource("status", prepare=strategy.status_door(), validate=validate_status),
    ),
)
