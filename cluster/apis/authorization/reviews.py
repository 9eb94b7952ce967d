"""Access reviews: questions about who may do what; answered, never stored."""

from __future__ import annotations

from cluster.apis.registry import Kind


def _kind(kind: str, plural: str, *, namespaced: bool = False) -> Kind:
    return Kind(
        group="authorization.k8s.io",
        version="v1",
        kind=kind,
        plural=plural,
        schema=f"io.k8s.api.authorization.v1.{kind}",
        namespaced=namespaced,
        verbs=("create",),
        stored=False,
    )


LOCAL_SUBJECT_ACCESS_REVIEW = _kind("LocalSubjectAccessReview", "localsubjectaccessreviews", namespaced=True)
SELF_SUBJECT_ACCESS_REVIEW = _kind("SelfSubjectAccessReview", "selfsubjectaccessreviews")
SELF_SUBJECT_RULES_REVIEW = _kind("SelfSubjectRulesReview", "selfsubjectrulesreviews")
SUBJECT_ACCESS_REVIEW = _kind("SubjectAccessReview", "subjectaccessreviews")
