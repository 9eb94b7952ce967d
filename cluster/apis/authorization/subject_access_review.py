"""SubjectAccessReview: may somebody? Answered by the API server, never stored."""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis.authorization import attributes


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return attributes.of_somebody(new["spec"])


KIND = attributes.kind("SubjectAccessReview", "subjectaccessreviews", validate)
