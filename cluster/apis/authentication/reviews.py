"""TokenReview and SelfSubjectReview: questions about who somebody is; answered, never stored."""

from __future__ import annotations

from cluster.apis.registry import Kind


def _kind(kind: str, plural: str) -> Kind:
    return Kind(
        group="authentication.k8s.io",
        version="v1",
        kind=kind,
        plural=plural,
        schema=f"io.k8s.api.authentication.v1.{kind}",
        namespaced=False,
        verbs=("create",),
        stored=False,
    )


SELF_SUBJECT_REVIEW = _kind("SelfSubjectReview", "selfsubjectreviews")
TOKEN_REVIEW = _kind("TokenReview", "tokenreviews")
