"""The patch that `apply` sends: what to change in the live object so that it says what the manifest says.

Three objects: what was last applied, the manifest, the live object. What the manifest has and the live object has not, or
differently, is set; what was last applied and the manifest has no more is deleted; the rest, which others set, is left.

Models: apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch, jsonmergepatch/patch.go v1.37
Simplified: of two changes to one list of primitives the order is not sent.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.patch.strategic import DELETE, ORDER, PATCH, RETAIN
from cluster.apimachinery.schema import LIST, MAP, STRUCT, Type

Obj = dict[str, Any]
ANYTHING = Type(MAP)


def strategic(last: Obj | None, manifest: Obj, live: Obj, type: Type) -> Obj:
    """A strategic merge patch; {} when the live object needs no change."""
    changes = _diff_maps(live, manifest, type, deletions=False)
    deletions = _diff_maps(last or {}, manifest, type, deletions=True)
    return _joined(deletions, changes, type)


def merge(last: Obj | None, manifest: Obj, live: Obj) -> Obj:
    """The same as a JSON merge patch, for kinds whose lists have no merge keys."""
    return _joined(_removed(last or {}, manifest), _changed(live, manifest), ANYTHING)


# --- JSON merge patch ------------------------------------------------------------------------------------------------


def _changed(old: Obj, new: Obj) -> Obj:
    found: Obj = {}
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict):
            if part := _changed(old[name], value):
                found[name] = part
        elif name not in old or old[name] != value:
            found[name] = value
    return found


def _removed(old: Obj, new: Obj) -> Obj:
    found: Obj = {}
    for name, value in old.items():
        if name not in new:
            found[name] = None
        elif isinstance(value, dict) and isinstance(new[name], dict) and (part := _removed(value, new[name])):
            found[name] = part
    return found


# --- strategic merge patch -------------------------------------------------------------------------------------------


def _diff_maps(old: Obj, new: Obj, type: Type, *, deletions: bool) -> Obj:
    """What leads from `old` to `new`: only what is to go, or only what is to come and to change."""
    found: Obj = {}
    for name, value in old.items():
        if name not in new:
            if deletions:
                found[name] = None
        else:
            _diff_field(found, name, (value, new[name]), _field(type, name), deletions=deletions)
    if not deletions:
        found.update({name: value for name, value in new.items() if name not in old})
    return found


def _diff_field(found: Obj, name: str, values: tuple[Any, Any], type: Type, *, deletions: bool) -> None:
    old, new = values
    strategies = type.strategy.split(",")
    if isinstance(old, dict) and isinstance(new, dict) and "replace" not in strategies:
        part = _diff_maps(old, new, type, deletions=deletions)
        if "retainKeys" in strategies and (part or set(new) - set(old)):
            part[RETAIN] = sorted(new)
        if part:
            found[name] = part
    elif isinstance(old, list) and isinstance(new, list) and type.kind == LIST and "merge" in strategies:
        _diff_lists(found, name, (old, new), type, deletions=deletions)
    elif old != new and not deletions:
        found[name] = new


def _diff_lists(found: Obj, name: str, values: tuple[list[Any], list[Any]], type: Type, *, deletions: bool) -> None:
    old, new = values
    if not type.merge_key:
        _diff_primitives(found, name, values, deletions=deletions)
        return
    key, retain = type.merge_key, "retainKeys" in type.strategy.split(",")
    by_key = {item[key]: item for item in old if isinstance(item, dict) and key in item}
    wanted = {item[key]: item for item in new if isinstance(item, dict) and key in item}
    parts: list[Obj] = []
    for identity, item in wanted.items():
        if identity not in by_key:
            if not deletions:
                parts.append(item)
            continue
        part = _diff_maps(by_key[identity], item, type.item or ANYTHING, deletions=deletions)
        if retain and (part or set(item) - set(by_key[identity])):
            part[RETAIN] = sorted(item)
        if part:
            parts.append({**part, key: identity})
    if deletions:
        parts += [{PATCH: "delete", key: identity} for identity in by_key if identity not in wanted]
    moved = not deletions and [each for each in by_key if each in wanted] != [each for each in wanted if each in by_key]
    if parts:
        found[name] = parts
    if parts or moved:
        found[ORDER + name] = [{key: identity} for identity in wanted]


def _diff_primitives(found: Obj, name: str, values: tuple[list[Any], list[Any]], *, deletions: bool) -> None:
    old, new = values
    if deletions:
        if gone := [item for item in old if item not in new]:
            found[DELETE + name] = gone
    elif added := [item for item in new if item not in old]:
        found[name] = added
        found[ORDER + name] = list(new)


def _field(type: Type, name: str) -> Type:
    found = type.fields.get(name) if type.kind == STRUCT else type.item if type.kind == MAP else None
    return found or ANYTHING


def _joined(deletions: Obj, changes: Obj, type: Type) -> Obj:
    """Both in one patch: they never speak of the same value."""
    found = dict(deletions)
    for name, value in changes.items():
        before, field = found.get(name), _field(type, name)
        if isinstance(before, dict) and isinstance(value, dict):
            found[name] = _joined(before, value, field)
        elif isinstance(before, list) and isinstance(value, list) and field.kind == LIST and field.merge_key:
            found[name] = _joined_lists(before, value, field)
        else:
            found[name] = value
    return found


def _joined_lists(deletions: list[Obj], changes: list[Obj], type: Type) -> list[Obj]:
    key = type.merge_key
    found = {item[key]: item for item in deletions}
    for item in changes:
        before = found.get(item[key])
        found[item[key]] = _joined(before, item, type.item or ANYTHING) if before else item
    return list(found.values())
