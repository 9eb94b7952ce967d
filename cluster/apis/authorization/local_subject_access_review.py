"""LocalSubjectAccessReview: may somebody, in this namespace? Answered by the API server, never stored."""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.authorization import attributes


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = attributes.of_somebody(spec)
    asked, here = spec.get("resourceAttributes"), new["metadata"].get("namespace", "")
    if asked is not None and asked.get("namespace", "") != here:
        text = "must match metadata.namespace"
        faults.append(validation.invalid("spec.resourceAttributes.namespace", asked.get("namespace", ""), text))
    if (other := spec.get("nonResourceAttributes")) is not None:
        faults.append(validation.invalid("spec.nonResourceAttributes", other, "disallowed on this kind of request"))
    return faults


KIND = attributes.kind("LocalSubjectAccessReview", "localsubjectaccessreviews", validate, namespaced=True)
