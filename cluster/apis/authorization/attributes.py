"""What every access review asks about: one action, on a resource or on another path.

Models: pkg/apis/authorization/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.registry import Kind, Validate

GROUP = "authorization.k8s.io"
ONE_OF = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
NOBODY = "at least one of user or group must be specified"


def default(review: Obj) -> None:
    review.setdefault("spec", {})


def one_action(spec: Obj) -> list[FieldError]:
    other = spec.get("nonResourceAttributes")
    if (spec.get("resourceAttributes") is None) == (other is None):
        return [validation.invalid("spec", other, ONE_OF)]
    return []


def of_somebody(spec: Obj) -> list[FieldError]:
    faults = one_action(spec)
    if not spec.get("user") and not spec.get("groups"):
        faults.append(validation.invalid("spec.user", "", NOBODY))
    return faults


def kind(name: str, plural: str, validate: Validate, *, namespaced: bool = False) -> Kind:
    """The entry of a review: created and answered, never stored."""
    return Kind(
        group=GROUP,
        version="v1",
        kind=name,
        plural=plural,
        schema=f"io.k8s.api.authorization.v1.{name}",
        namespaced=namespaced,
        verbs=("create",),
        default=default,
        validate=validate,
        stored=False,
    )
