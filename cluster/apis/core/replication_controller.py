"""ReplicationController: so many pods of one template; the elder of ReplicaSet.

Models: pkg/registry/core/replicationcontroller/strategy.go, core/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.autoscaling import scale
from cluster.apis.core import pod_defaults, pod_spec, replicas
from cluster.apis.registry import Kind, Subresource


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("replicas") is None:
        spec["replicas"] = 1
    template = spec.get("template")
    if template is None:
        return
    pod_defaults.default_template(template)
    if carried := template["metadata"].get("labels"):
        if not spec.get("selector"):
            spec["selector"] = dict(carried)
        if not obj["metadata"].get("labels"):
            obj["metadata"]["labels"] = dict(carried)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec, selector = new["spec"], new["spec"].get("selector") or {}
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    if not selector:
        faults.append(validation.required("spec.selector"))
    faults += validation.not_negative("spec.replicas", spec.get("replicas"))
    chosen = labels.from_match_labels(selector)
    return faults + pod_spec.of_owner(spec.get("template"), chosen, "spec.template", "ReplicationController")


KIND = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    plural="replicationcontrollers",
    schema="io.k8s.api.core.v1.ReplicationController",
    short_names=("rc",),
    categories=("all",),
    columns=replicas.columns_of(lambda obj: columns.map_text(obj["spec"].get("selector"))),
    default=default,
    prepare=replicas.prepare,
    validate=validate,
    warn=replicas.warn,
    selectable_fields={"status.replicas": lambda obj: str((obj.get("status") or {}).get("replicas") or 0)},
    subresources=(
        scale.door(lambda obj: str(labels.from_match_labels(obj["spec"].get("selector") or {}))),
        Subresource("status", prepare=strategy.status_door(), validate=replicas.validate_status),
    ),
    storage_group="controllers",
)
