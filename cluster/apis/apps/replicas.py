"""ReplicaSet and ReplicationController: so many pods of one template.

Models: pkg/registry/{apps/replicaset,core/replicationcontroller}/strategy.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.core.pod_defaults import default_pod_spec
from cluster.apis.core.pod_validation import validate_pod_spec
from cluster.apis.registry import Cell, Column, Kind, Subresource

SCALE = Subresource("scale", kind="Scale", group="autoscaling", version="v1")
STATUS = Subresource("status", prepare=columns.status_only, validate=lambda new, old: ())


def default_template(spec: Obj) -> None:
    template = spec.get("template")
    if template is not None:
        template.setdefault("metadata", {})
        default_pod_spec(template.setdefault("spec", {}))


def default_replica_set(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    default_template(spec)


def default_replication_controller(obj: Obj) -> None:
    default_replica_set(obj)
    spec = obj["spec"]
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if found:
        if not spec.get("selector"):
            spec["selector"] = dict(found)
        if not obj["metadata"].get("labels"):
            obj["metadata"]["labels"] = dict(found)


def prepare(new: Obj, old: Obj | None) -> None:
    columns.spec_and_status(new, old)
    if old is None:
        new["status"] = {"replicas": 0}


def validate_template(spec: Obj, selector: labels.Selector | None) -> list[FieldError]:
    """A template must carry what its owner selects, and its pods must live for ever."""
    template = spec.get("template")
    if template is None:
        return [validation.required("spec.template")]
    faults: list[FieldError] = []
    found = (template.get("metadata") or {}).get("labels") or {}
    faults += validation.label_map("spec.template.metadata.labels", found)
    if selector is None or not selector.matches(found):
        message = "`selector` does not match template `labels`"
        faults.append(validation.invalid("spec.template.metadata.labels", found, message))
    faults += validate_pod_spec(template.get("spec") or {}, "spec.template.spec")
    policy = (template.get("spec") or {}).get("restartPolicy")
    if policy in ("Never", "OnFailure"):
        faults.append(validation.not_supported("spec.template.spec.restartPolicy", policy, ("Always",)))
    return faults


def validate_selector(spec: Obj, old: Obj | None) -> tuple[labels.Selector | None, list[FieldError]]:
    selector = spec.get("selector")
    if selector is None:
        return None, [validation.required("spec.selector")]
    faults = validation.label_selector("spec.selector", selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        faults.append(validation.invalid("spec.selector", selector, "empty selector is invalid for deployment"))
    if old is not None:
        faults += validation.immutable("spec.selector", selector, old["spec"].get("selector"))
    return (None if faults and old is None else labels.from_label_selector(selector)), faults


def validate_replica_set(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.not_negative("spec.replicas", spec.get("replicas"))
    faults += validation.not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    selector, found = validate_selector(spec, old)
    return faults + found + validate_template(spec, selector)


def validate_replication_controller(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.not_negative("spec.replicas", spec.get("replicas"))
    if not spec.get("selector"):
        return [*faults, validation.required("spec.selector")]
    return faults + validate_template(spec, labels.from_match_labels(spec["selector"]))


def _status(name: str):  # type: ignore[no-untyped-def]  # a cell
    return lambda obj, now: (obj.get("status") or {}).get(name) or 0


def _columns(selector: Cell) -> tuple[Column, ...]:
    return (
        columns.NAME,
        Column("Desired", lambda obj, now: obj["spec"].get("replicas", 0), type="integer"),
        Column("Current", _status("replicas"), type="integer"),
        Column("Ready", _status("readyReplicas"), type="integer"),
        columns.AGE,
        *columns.template_columns(lambda obj: selector(obj, 0.0)),
    )


FIELDS = {"status.replicas": lambda obj: str((obj.get("status") or {}).get("replicas") or 0)}
REPLICA_SET = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    plural="replicasets",
    schema="io.k8s.api.apps.v1.ReplicaSet",
    short_names=("rs",),
    categories=("all",),
    columns=_columns(lambda obj, now: columns.selector_text(obj["spec"].get("selector"))),
    default=default_replica_set,
    prepare=prepare,
    validate=validate_replica_set,
    selectable_fields=FIELDS,
    subresources=(SCALE, STATUS),
)
REPLICATION_CONTROLLER = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    plural="replicationcontrollers",
    schema="io.k8s.api.core.v1.ReplicationController",
    short_names=("rc",),
    categories=("all",),
    columns=_columns(lambda obj, now: columns.map_text(obj["spec"].get("selector"))),
    default=default_replication_controller,
    prepare=prepare,
    validate=validate_replication_controller,
    selectable_fields=FIELDS,
    subresources=(SCALE, STATUS),
    storage_group="controllers",
)
