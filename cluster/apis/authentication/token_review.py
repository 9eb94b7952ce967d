"""TokenReview: whose token is this? Answered by the API server, never stored.

Models: pkg/registry/authentication/tokenreview, pkg/apis/authentication v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind


def default(review: Obj) -> None:
    review.setdefault("spec", {})


KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="TokenReview",
    plural="tokenreviews",
    schema="io.k8s.api.authentication.v1.TokenReview",
    namespaced=False,
    verbs=("create",),
    default=default,
    stored=False,
)
