"""ReplicaSet: so many pods of one template.

Models: pkg/registry/apps/replicaset/strategy.go, pkg/apis/apps/validation/validation.go ValidateReplicaSet v1.37
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
    if spec.get("template") is not None:
        pod_defaults.default_template(spec["template"])


def selector_and_template(spec: Obj) -> list[FieldError]:
    """The faults of a label selector and of the template that it must match."""
    selector = spec.get("selector")
    if selector is None:
        return [validation.required("spec.selector"), *_template(spec, labels.NOTHING)]
    faults = validation.label_selector("spec.selector", selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        faults.append(validation.invalid("spec.selector", selector, "empty selector is invalid for deployment"))
    try:
        chosen = labels.from_label_selector(selector)
    except ValueError:
        return [*faults, validation.invalid("spec.selector", selector, "invalid label selector")]
    return faults + _template(spec, chosen)


def _template(spec: Obj, selector: labels.Selector) -> list[FieldError]:
    return pod_spec.of_owner(spec.get("template") or {}, selector, "spec.template", "ReplicaSet")


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.not_negative("spec.replicas", spec.get("replicas"))
    faults += validation.not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    if old is None or spec != old["spec"]:
        faults += selector_and_template(spec)
    if old is not None:
        faults += validation.immutable("spec.selector", spec.get("selector"), old["spec"].get("selector"))
    return faults


def selector_text(obj: Obj) -> str:
    """The selector as the Scale shows it."""
    return str(labels.from_label_selector(obj["spec"].get("selector")))


KIND = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    plural="replicasets",
    schema="io.k8s.api.apps.v1.ReplicaSet",
    short_names=("rs",),
    categories=("all",),
    columns=replicas.columns_of(lambda obj: columns.selector_text(obj["spec"].get("selector"))),
    default=default,
    prepare=replicas.prepare,
    validate=validate,
    warn=replicas.warn,
    subresources=(
        scale.door(selector_text),
        Subresource("status", prepare=strategy.status_door(), validate=replicas.validate_status),
    ),
)
