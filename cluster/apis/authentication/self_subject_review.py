"""SelfSubjectReview: who am I? Answered by the API server, never stored.

Models: pkg/registry/authentication/selfsubjectreview v1.37
"""

from __future__ import annotations

from cluster.apis.registry import Kind

KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="SelfSubjectReview",
    plural="selfsubjectreviews",
    schema="io.k8s.api.authentication.v1.SelfSubjectReview",
    namespaced=False,
    verbs=("create",),
    stored=False,
)
