"""RoleBinding: who has a role, in one namespace.

Models: pkg/registry/rbac/rolebinding, pkg/apis/rbac/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.rbac.role import GROUP
from cluster.apis.registry import Cell, Column, Kind, Validate

ROLE_KINDS = ("Role", "ClusterRole")
SUBJECT_KINDS = ("ServiceAccount", "User", "Group")
REFERENCE_FIELDS = (("APIGroup", ""), ("Kind", ""), ("Name", ""))


def default(binding: Obj) -> None:
    reference = binding.setdefault("roleRef", {})
    if not reference.get("apiGroup"):
        reference["apiGroup"] = GROUP
    for subject in binding.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = GROUP


def validator(kinds: Sequence[str], *, namespaced: bool) -> Validate:
    """The rules of a binding to roles of the `kinds`."""

    def validate(new: Obj, old: Obj | None) -> list[FieldError]:
        faults = metadata.validate(new, old, names.path_segment)
        reference = new["roleRef"]
        if (group := reference.get("apiGroup")) != GROUP:
            faults.append(validation.not_supported("roleRef.apiGroup", group, (GROUP,)))
        if (kind := reference.get("kind") or "") not in kinds:
            faults.append(validation.not_supported("roleRef.kind", kind, kinds))
        name = reference.get("name") or ""
        faults += (
            validation.each("roleRef.name", name, names.path_segment(name))
            if name
            else [validation.required("roleRef.name")]
        )
        for index, subject in enumerate(new.get("subjects") or ()):
            faults += _subject(subject, f"subjects[{index}]", namespaced)
        if old is not None and reference != old["roleRef"]:
            shown = _shown(reference)
            text = f"Invalid value: {shown}: cannot change roleRef"
            faults.append(FieldError("FieldValueInvalid", "roleRef", text))
        return faults

    return validate


def _shown(reference: Obj) -> str:
    found = {
        "aPIGroup": reference.get("apiGroup", ""),
        "kind": reference.get("kind", ""),
        "name": reference.get("name", ""),
    }
    return validation.internal(found, REFERENCE_FIELDS)


def _subject(subject: Obj, at: str, namespaced: bool) -> list[FieldError]:
    kind, name, group = subject.get("kind") or "", subject.get("name") or "", subject.get("apiGroup") or ""
    faults = [] if name else [validation.required(f"{at}.name")]
    if kind == "ServiceAccount":
        if name:
            faults += validation.each(f"{at}.name", name, names.dns1123_subdomain(name))
        if group:
            faults.append(validation.not_supported(f"{at}.apiGroup", group, ("",)))
        if not namespaced and not subject.get("namespace"):
            faults.append(validation.required(f"{at}.namespace"))
    elif kind in ("User", "Group"):
        if not name:
            faults.append(validation.invalid(f"{at}.name", name, f"{kind.lower()} name cannot be empty"))
        if group != GROUP:
            faults.append(validation.not_supported(f"{at}.apiGroup", group, (GROUP,)))
    else:
        faults.append(validation.not_supported(f"{at}.kind", kind, SUBJECT_KINDS))
    return faults


def role_cell(binding: Obj, now: float) -> str:
    return f"{binding['roleRef'].get('kind', '')}/{binding['roleRef'].get('name', '')}"


def _subjects(kind: str) -> Cell:
    def cell(binding: Obj, now: float) -> str:
        found = [each for each in binding.get("subjects") or () if each.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{each.get('namespace') or ''}/{each.get('name', '')}" for each in found)
        return ", ".join(each.get("name", "") for each in found)

    return cell


COLUMNS = (
    columns.NAME,
    Column(
        "Role",
        role_cell,
        description="RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace.",
    ),
    columns.AGE,
    Column("Users", _subjects("User"), description="Users in the roleBinding", priority=1),
    Column("Groups", _subjects("Group"), description="Groups in the roleBinding", priority=1),
    Column(
        "ServiceAccounts", _subjects("ServiceAccount"), description="ServiceAccounts in the roleBinding", priority=1
    ),
)
KIND = Kind(
    group=GROUP,
    version="v1",
    kind="RoleBinding",
    plural="rolebindings",
    schema="io.k8s.api.rbac.v1.RoleBinding",
    columns=COLUMNS,
    default=default,
    prepare=strategy.keep_generation,
    validate=validator(ROLE_KINDS, namespaced=True),
)
