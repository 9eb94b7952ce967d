"""ServiceAccount. Models: pkg/registry/core/serviceaccount/strategy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata
from cluster.apis.registry import Kind


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
    validate=validate,
)
