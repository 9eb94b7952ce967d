"""ClusterRoleBinding: who has a role, in the whole cluster.

Models: pkg/registry/rbac/clusterrolebinding, pkg/apis/rbac/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apis import strategy
from cluster.apis.rbac import role_binding
from cluster.apis.rbac.role import GROUP
from cluster.apis.registry import Kind

KIND = Kind(
    group=GROUP,
    version="v1",
    kind="ClusterRoleBinding",
    plural="clusterrolebindings",
    schema="io.k8s.api.rbac.v1.ClusterRoleBinding",
    namespaced=False,
    columns=role_binding.COLUMNS,
    default=role_binding.default,
    prepare=strategy.keep_generation,
    validate=role_binding.validator(("ClusterRole",), namespaced=False),
)
