"""TokenRequest: a token for a service account, POSTed to the account's `token` door and never stored.

Models: pkg/registry/core/serviceaccount/storage/token.go, pkg/apis/authentication/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.registry import Subresource

HOUR_SECONDS = 3600
SHORTEST_SECONDS, LONGEST_SECONDS = 600, 1 << 32
AT = "spec.expirationSeconds"


def default(request: Obj) -> None:
    spec = request.setdefault("spec", {})
    spec.setdefault("expirationSeconds", HOUR_SECONDS)


def validate(request: Obj) -> list[FieldError]:
    seconds = request["spec"]["expirationSeconds"]
    if seconds < SHORTEST_SECONDS:
        return [validation.invalid(AT, seconds, "may not specify a duration less than 10 minutes")]
    if seconds > LONGEST_SECONDS:
        return [validation.invalid(AT, seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


DOOR = Subresource("token", ("create",), kind="TokenRequest", group="authentication.k8s.io", version="v1")
