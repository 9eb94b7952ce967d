"""ServiceAccount: who a pod is. Models: pkg/registry/core/serviceaccount/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy
from cluster.apis.authentication import token_request
from cluster.apis.registry import Kind


def prepare(new: Obj, old: Obj | None) -> None:
    """Of a reference to a secret only the name is kept."""
    strategy.keep_generation(new, old)
    if secrets := new.get("secrets"):
        new["secrets"] = [{"name": each["name"]} if each.get("name") else {} for each in secrets]


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.dns1123_subdomain)


KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    plural="serviceaccounts",
    schema="io.k8s.api.core.v1.ServiceAccount",
    short_names=("sa",),
    columns=(columns.NAME, columns.AGE),
    prepare=prepare,
    validate=validate,
    subresources=(token_request.DOOR,),
)
