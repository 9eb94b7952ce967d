"""ClusterRole: what may be done in the whole cluster, or in a namespace where a RoleBinding says so.

Models: pkg/registry/rbac/clusterrole, pkg/apis/rbac/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.rbac import role
from cluster.apis.registry import Kind


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.path_segment) + role.rules(new, namespaced=False)
    if (aggregation := new.get("aggregationRule")) is not None:
        at, selectors = "aggregationRule.clusterRoleSelectors", aggregation.get("clusterRoleSelectors") or ()
        if not selectors:
            faults.append(
                validation.required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil")
            )
        for index, selector in enumerate(selectors):
            faults += validation.label_selector(f"{at}[{index}]", selector)
    return faults


KIND = Kind(
    group=role.GROUP,
    version="v1",
    kind="ClusterRole",
    plural="clusterroles",
    schema="io.k8s.api.rbac.v1.ClusterRole",
    namespaced=False,
    columns=(columns.NAME, columns.CREATED_AT),
    prepare=strategy.keep_generation,
    validate=validate,
)
