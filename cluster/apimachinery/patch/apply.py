"""Server-side apply, and who manages which field after any write.

Models: apimachinery/pkg/util/managedfields v1.37, structured-merge-diff/v6 merge/update.go
Simplified: field sets are kept in the object's own version; entries are never folded into "ancient-changes".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.patch import field_set
from cluster.apimachinery.patch.field_set import Fields
from cluster.apimachinery.schema import Type
from cluster.apimachinery.status import ApiError, failure

APPLY, UPDATE = "Apply", "Update"
UNMANAGED_METADATA = frozenset(
    {"name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
     "generateName", "deletionTimestamp", "deletionGracePeriodSeconds"}
)  # fmt: skip
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, slots=True)
class Write:
    """Who writes how: the field manager, the version written in, the time (RFC 3339), the subresource."""

    manager: str
    api_version: str
    time: str
    subresource: str = ""
    force: bool = False


def managed(obj: Obj) -> Obj:
    """The part of an object that managers may own."""
    found = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind", "metadata")}
    metadata = {name: value for name, value in (obj.get("metadata") or {}).items() if name not in UNMANAGED_METADATA}
    if metadata:
        found["metadata"] = metadata
    return found


def entries_of(obj: Obj | None) -> list[Obj]:
    return list(((obj or {}).get("metadata") or {}).get("managedFields") or ())


def after_update(old: Obj | None, new: Obj, type: Type, write: Write, entries: list[Obj] | None = None) -> list[Obj]:
    """The managedFields of `new` after a create (`old` None) or an update. `entries` stand for those of `old`."""
    if old is None:
        added: Fields | None = field_set.of_new(managed(new), type) or None
        removed: Fields | None = None
    else:
        added, removed = field_set.changed(managed(old), managed(new), type)
    entries = entries_of(old) if entries is None else entries
    if added is None and removed is None:
        return entries
    kept = []
    mine: Obj | None = None
    gone = field_set.union(added, removed)
    for entry in entries:
        if _is(entry, write, UPDATE):
            mine = entry
            continue
        left = field_set.difference(entry["fieldsV1"], gone)
        if left:
            kept.append(entry if left == entry["fieldsV1"] else {**entry, "fieldsV1": left})
    fields = field_set.difference(field_set.union(mine["fieldsV1"] if mine else None, added), removed)
    if fields:
        unchanged = mine is not None and mine["fieldsV1"] == fields and added is None
        kept.append(mine if unchanged and mine else _entry(write, UPDATE, fields))
    return _sorted(kept)


def apply(live: Obj | None, applied: Obj, type: Type, write: Write) -> Obj:
    """The object after a server-side apply, with its managedFields. ApiError (409) when others own what changes."""
    wanted = managed(applied)
    mine = field_set.of_applied(wanted, type)
    entries = entries_of(live)
    last = next((entry["fieldsV1"] for entry in entries if _is(entry, write, APPLY)), None)
    others = [entry for entry in entries if not _is(entry, write, APPLY)]
    before = managed(live) if live else {}
    merged = merge(before, wanted, type)
    plus, minus = field_set.changed(before, merged, type)
    others = _settle(others, field_set.union(plus, minus), mine, write, _given_up(live, write, type))
    doomed = field_set.difference(last, mine)
    for entry in others:
        doomed = field_set.difference(doomed, entry["fieldsV1"])
    if doomed:
        merged = _without(merged, doomed, type)
    old_entry = next((entry for entry in entries if _is(entry, write, APPLY)), None)
    if old_entry is not None and old_entry["fieldsV1"] == mine:
        others.append(old_entry)
    else:
        others.append(_entry(write, APPLY, mine))
    result = {"apiVersion": applied["apiVersion"], "kind": applied["kind"], **merged}
    metadata = dict((live or applied).get("metadata") or {})
    for name in set(metadata) - UNMANAGED_METADATA:
        del metadata[name]
    result["metadata"] = {**metadata, **(merged.get("metadata") or {}), "managedFields": _sorted(others)}
    return result


def _given_up(live: Obj | None, write: Write, type: Type) -> Fields | None:
    """What kubectl's server-side apply may take without a conflict: the fields that its client-side apply set.

    Models: managedfields/internal/lastappliedmanager.go
    """
    text = (((live or {}).get("metadata") or {}).get("annotations") or {}).get(LAST_APPLIED)
    if write.manager != "kubectl" or not text:
        return None
    try:
        applied = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return field_set.of_applied(managed(applied), type) if isinstance(applied, dict) else None


def _settle(
    others: list[Obj], changed: Fields | None, mine: Fields, write: Write, given_up: Fields | None
) -> list[Obj]:
    """Other managers' entries after the apply; raises a conflict unless the write forces."""
    conflicts: list[tuple[Obj, Fields]] = []
    for entry in others:
        contested = field_set.intersection(entry["fieldsV1"], field_set.intersection(changed, mine))
        if contested:
            conflicts.append((entry, contested))
    refused = [(entry, left) for entry, contested in conflicts if (left := field_set.difference(contested, given_up))]
    if refused and not write.force:
        raise _conflict(refused)
    settled = []
    lost = {id(entry): contested for entry, contested in conflicts}
    for entry in others:
        left = field_set.difference(entry["fieldsV1"], lost.get(id(entry)))
        if left:
            settled.append({**entry, "fieldsV1": left} if id(entry) in lost else entry)
    return settled


def _conflict(conflicts: list[tuple[Obj, Fields]]) -> ApiError:
    causes, lines = [], []
    total = 0
    for entry, contested in conflicts:
        found = field_set.paths(contested)
        total += len(found)
        name = _manager_text(entry)
        causes += [
            {"reason": "FieldManagerConflict", "message": f"conflict with {name}", "field": path} for path in found
        ]
        if len(found) == 1:
            lines.append(f"conflict with {name}: {found[0]}")
        else:
            lines.append(f"conflicts with {name}:\n" + "\n".join(f"- {path}" for path in found))
    word = "conflict" if total == 1 else "conflicts"
    message = f"Apply failed with {total} {word}: " + "\n".join(lines)
    return failure(409, "Conflict", message, {"causes": causes})


def _manager_text(entry: Obj) -> str:
    text = f'"{entry["manager"]}"'
    if entry.get("subresource"):
        text += f' with subresource "{entry["subresource"]}"'
    if entry["operation"] == UPDATE:
        text += f" using {entry['apiVersion']}"
        if entry.get("time"):
            text += f" at {entry['time']}"
    return text


def merge(live: Any, applied: Any, type: Type | None) -> Any:
    """Applied values over live ones, associative lists item by item. Models: typed/merge.go"""
    if live is None or type is None or field_set.is_atomic(applied, type) or applied.__class__ is not live.__class__:
        return live if applied == {} and isinstance(live, dict) and type is not None and not type.atomic else applied
    if isinstance(applied, dict):
        merged = dict(live)
        for name, value in applied.items():
            merged[name] = merge(live.get(name), value, field_set.child_type(type, name))
        return merged
    by_key = {field_set.item_key(item, type): item for item in applied}
    kept = []
    for item in live:
        key = field_set.item_key(item, type)
        kept.append(merge(item, by_key.pop(key), type.item) if key in by_key else item)
    return [*kept, *by_key.values()]


def _without(value: Any, doomed: Fields, type: Type | None) -> Any:  # noqa: C901  # one walk over three shapes
    """`value` less the members of `doomed`."""
    if type is None:
        return value
    if isinstance(value, dict):
        kept = {}
        for name, each in value.items():
            node = doomed.get(f"f:{name}")
            if node is None:
                kept[name] = each
                continue
            children = {key: child for key, child in node.items() if key != "."}
            if children:
                each = _without(each, children, field_set.child_type(type, name))
                if not (field_set.is_member(node) and each in ({}, [])):
                    kept[name] = each
            elif isinstance(each, dict | list) and not field_set.is_atomic(each, field_set.child_type(type, name)):
                kept[name] = each
        return kept
    kept_items = []
    for item in value if isinstance(value, list) else ():
        key = field_set.item_key(item, type) or ""
        node = doomed.get(key)
        if node is None:
            kept_items.append(item)
        elif not field_set.is_member(node):
            kept_items.append(_without(item, node, type.item))
    return kept_items


def _is(entry: Obj, write: Write, operation: str) -> bool:
    return (
        entry.get("manager") == write.manager
        and entry.get("operation") == operation
        and (entry.get("subresource") or "") == write.subresource
        and (operation == APPLY or entry.get("apiVersion") == write.api_version)
    )


def _entry(write: Write, operation: str, fields: Fields) -> Obj:
    entry: Obj = {
        "manager": write.manager,
        "operation": operation,
        "apiVersion": write.api_version,
        "time": write.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    if write.subresource:
        entry["subresource"] = write.subresource
    return entry


def _sorted(entries: list[Obj]) -> list[Obj]:
    return sorted(
        entries,
        key=lambda each: (each["operation"], each.get("time") or "", each["manager"], each.get("subresource") or ""),
    )
