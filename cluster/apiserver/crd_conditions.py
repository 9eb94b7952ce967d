"""The status of a CustomResourceDefinition: whose names are accepted, what is established, what goes.

Pure; `custom_resources` writes what is told here.
Models: k8s.io/apiextensions-apiserver/pkg/controller/{status/naming_controller,establish/establishing_controller}.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apis.apiextensions.custom_resource_definition import ESTABLISHED, NAMES_ACCEPTED, TERMINATING, condition

RESOURCES, KINDS = ("plural", "singular"), ("kind", "listKind")
CONFLICTS = {
    "plural": "PluralConflict",
    "singular": "SingularConflict",
    "shortNames": "ShortNamesConflict",
    "kind": "KindConflict",
    "listKind": "ListKindConflict",
}


def of(obj: Obj, others: Sequence[Obj]) -> Obj:
    """The status that a definition should have, as far as names go; equal to the one it has when nothing is to tell."""
    status = obj.get("status") or {}
    wanted, accepted = obj["spec"]["names"], status.get("acceptedNames") or {}
    if wanted == accepted and condition(obj, NAMES_ACCEPTED) is not None:
        return status
    resources, kinds = _taken(obj, others)
    names, conflict = dict(accepted), ("", "")
    for field in (*RESOURCES, *KINDS):
        used = resources if field in RESOURCES else kinds
        if wanted.get(field) != accepted.get(field) and wanted.get(field) in used:
            conflict = CONFLICTS[field], f'"{wanted[field]}" is already in use'
        else:
            names[field] = wanted.get(field)
    short, own = wanted.get("shortNames") or [], accepted.get("shortNames") or []
    if clashing := [name for name in short if name not in own and name in resources]:
        texts = [f'"{name}" is already in use' for name in clashing]
        conflict = CONFLICTS["shortNames"], texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    elif short:
        names["shortNames"] = short
    if wanted.get("categories"):
        names["categories"] = wanted["categories"]
    reason, message = conflict if conflict[0] else ("NoConflicts", "no conflicts found")
    told = {**status, "acceptedNames": names}
    told = _with(told, NAMES_ACCEPTED, "False" if conflict[0] else "True", reason, message)
    before = condition(obj, ESTABLISHED)
    if before is not None and before["status"] == "True":
        return told
    if conflict[0]:
        return _with(told, ESTABLISHED, "False", "NotAccepted", "not all names are accepted")
    return _with(told, ESTABLISHED, "False", "Installing", "the initial names have been accepted")


def established(obj: Obj) -> Obj:
    return _with(obj["status"], ESTABLISHED, "True", "InitialNamesAccepted", "the initial names have been accepted")


def terminating(obj: Obj) -> Obj:
    text = "CustomResource deletion is in progress"
    return _with(obj.get("status") or {}, TERMINATING, "True", "InstanceDeletionInProgress", text)


def dated(status: Obj, before: Obj, now: str) -> Obj:
    """The status with the time of each condition that changed."""
    known = {each["type"]: each for each in before.get("conditions") or ()}
    conditions = []
    for each in status.get("conditions") or ():
        was = known.get(each["type"]) or {}
        since = was.get("lastTransitionTime", now) if was.get("status") == each["status"] else now
        order = {
            "lastTransitionTime": since,
            **{name: value for name, value in each.items() if name != "lastTransitionTime"},
        }
        conditions.append(order)
    return {**status, "conditions": conditions}


def _taken(obj: Obj, others: Sequence[Obj]) -> tuple[set[str], set[str]]:
    """The names that others of the group have: of resources, and of kinds."""
    resources: set[str] = set()
    kinds: set[str] = set()
    for other in others:
        if other["spec"]["group"] == obj["spec"]["group"]:
            names = (other.get("status") or {}).get("acceptedNames") or {}
            resources |= {names.get(field) or "" for field in RESOURCES} | set(names.get("shortNames") or ())
            kinds |= {names.get(field) or "" for field in KINDS}
    return resources - {""}, kinds - {""}


def _with(status: Obj, type: str, state: str, reason: str, message: str) -> Obj:
    told = {"type": type, "status": state, "reason": reason, "message": message}
    conditions = list(status.get("conditions") or ())
    for index, each in enumerate(conditions):
        if each["type"] == type:
            kept = {"lastTransitionTime": each["lastTransitionTime"]} if "lastTransitionTime" in each else {}
            conditions[index] = {**kept, **told}
            break
    else:
        conditions.append(told)
    return {**status, "conditions": conditions}
