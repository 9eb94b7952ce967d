"""Role, ClusterRole and their bindings. Models: pkg/apis/rbac/validation/validation.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind

GROUP = "rbac.authorization.k8s.io"
SUBJECT_KINDS = ("Group", "ServiceAccount", "User")


def validate_role(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.path_segment)
    cluster = new["kind"] == "ClusterRole"
    for index, rule in enumerate(new.get("rules") or ()):
        at = f"rules[{index}]"
        if not rule.get("verbs"):
            faults.append(validation.required(f"{at}.verbs", "verbs must contain at least one value"))
        if rule.get("nonResourceURLs"):
            if not cluster:
                message = "namespaced rules cannot apply to non-resource URLs"
                faults.append(validation.invalid(f"{at}.nonResourceURLs", rule["nonResourceURLs"], message))
            continue
        if not rule.get("apiGroups"):
            faults.append(validation.required(f"{at}.apiGroups", "resource rules must supply at least one api group"))
        if not rule.get("resources"):
            faults.append(validation.required(f"{at}.resources", "resource rules must supply at least one resource"))
    return faults


def default_binding(obj: Obj) -> None:
    reference = obj.setdefault("roleRef", {})
    if not reference.get("apiGroup"):
        reference["apiGroup"] = GROUP
    for subject in obj.get("subjects") or ():
        if subject.get("kind") in ("User", "Group") and not subject.get("apiGroup"):
            subject["apiGroup"] = GROUP


def validate_binding(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.path_segment)
    reference = new["roleRef"]
    kinds = ("ClusterRole",) if new["kind"] == "ClusterRoleBinding" else ("ClusterRole", "Role")
    faults += validation.one_of("roleRef.kind", reference.get("kind", ""), kinds)
    if not reference.get("name"):
        faults.append(validation.required("roleRef.name"))
    if old is not None and reference != old["roleRef"]:
        faults.append(validation.invalid("roleRef", reference, "cannot change roleRef"))
    for index, subject in enumerate(new.get("subjects") or ()):
        at = f"subjects[{index}]"
        if not subject.get("name"):
            faults.append(validation.required(f"{at}.name"))
        faults += validation.one_of(f"{at}.kind", subject.get("kind", ""), SUBJECT_KINDS)
        if subject.get("kind") == "ServiceAccount" and not subject.get("namespace"):
            faults.append(validation.required(f"{at}.namespace"))
    return faults


def _role_text(obj: Obj, now: float) -> str:
    return f"{obj['roleRef'].get('kind')}/{obj['roleRef'].get('name')}"


def _subjects(kind: str):  # type: ignore[no-untyped-def]  # a cell
    def cell(obj: Obj, now: float) -> str:
        found = [each for each in obj.get("subjects") or () if each.get("kind") == kind]
        return ", ".join(
            f"{each['namespace']}/{each['name']}" if kind == "ServiceAccount" else each["name"] for each in found
        )

    return cell


BINDING_COLUMNS = (
    columns.NAME,
    Column("Role", _role_text),
    columns.AGE,
    Column("Users", _subjects("User"), priority=1),
    Column("Groups", _subjects("Group"), priority=1),
    Column("ServiceAccounts", _subjects("ServiceAccount"), priority=1),
)


def _kind(kind: str, plural: str, *, namespaced: bool, binding: bool) -> Kind:
    return Kind(
        group=GROUP,
        version="v1",
        kind=kind,
        plural=plural,
        schema=f"io.k8s.api.rbac.v1.{kind}",
        namespaced=namespaced,
        columns=BINDING_COLUMNS if binding else (columns.NAME, columns.CREATED_AT),
        default=default_binding if binding else lambda obj: None,
        validate=validate_binding if binding else validate_role,
    )


CLUSTER_ROLE_BINDING = _kind("ClusterRoleBinding", "clusterrolebindings", namespaced=False, binding=True)
CLUSTER_ROLE = _kind("ClusterRole", "clusterroles", namespaced=False, binding=False)
ROLE_BINDING = _kind("RoleBinding", "rolebindings", namespaced=True, binding=True)
ROLE = _kind("Role", "roles", namespaced=True, binding=False)
