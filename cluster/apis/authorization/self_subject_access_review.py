"""SelfSubjectAccessReview: may I? Answered by the API server, never stored."""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis.authorization import attributes


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return attributes.one_action(new["spec"])


KIND = attributes.kind("SelfSubjectAccessReview", "selfsubjectaccessreviews", validate)
