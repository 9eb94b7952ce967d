"""Role: what may be done inside one namespace.

Models: pkg/registry/rbac/role, pkg/apis/rbac/validation/validation.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.registry import Kind

GROUP = "rbac.authorization.k8s.io"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.path_segment) + rules(new, namespaced=True)


def rules(role: Obj, *, namespaced: bool) -> list[FieldError]:
    return [
        fault
        for index, rule in enumerate(role.get("rules") or ())
        for fault in _rule(rule, f"rules[{index}]", namespaced)
    ]


def _rule(rule: Obj, at: str, namespaced: bool) -> list[FieldError]:
    faults = [] if rule.get("verbs") else [validation.required(f"{at}.verbs", "verbs must contain at least one value")]
    if urls := rule.get("nonResourceURLs"):
        if namespaced:
            text = "namespaced rules cannot apply to non-resource URLs"
            faults.append(validation.invalid(f"{at}.nonResourceURLs", urls, text))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            text = "rules cannot apply to both regular resources and non-resource URLs"
            faults.append(validation.invalid(f"{at}.nonResourceURLs", urls, text))
        return faults
    if not rule.get("apiGroups"):
        faults.append(validation.required(f"{at}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        faults.append(validation.required(f"{at}.resources", "resource rules must supply at least one resource"))
    return faults


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="Role",
    plural="roles",
    schema="io.k8s.api.rbac.v1.Role",
    columns=(columns.NAME, columns.CREATED_AT),
    prepare=strategy.keep_generation,
    validate=validate,
)
