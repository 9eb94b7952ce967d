"""Sets of fields, in the form that managedFields shows them: {"f:spec": {"f:replicas": {}}}.

A node is a member of the set when it is empty or holds "."; its other keys are fields (`f:`), list items by key (`k:`)
or by value (`v:`). Nothing here mutates its arguments.
Models: structured-merge-diff/v6 fieldpath/{set,element,serialize}.go
"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.apimachinery.schema import LIST, MAP, STRUCT, Type

Fields = dict[str, Any]

# Structs that Go holds by value: they are there even when empty, so that their appearing is no change of its own.
HELD_BY_VALUE = frozenset(
    {
        "metadata",
        "spec",
        "status",
        "template",
        "strategy",
        "updateStrategy",
        "resources",
        "state",
        "lastState",
        "nodeInfo",
    }
)

THERE_WHEN_EMPTY = frozenset({"containers"})


def item_key(item: Any, type: Type) -> str | None:
    """`k:{…}` or `v:…` of an item of an associative list; None when the item lacks its key."""
    if type.list_type == "set":
        return "v:" + orjson.dumps(item).decode()
    if not isinstance(item, dict):
        return None
    keys = {key: item.get(key, "TCP" if key == "protocol" else None) for key in type.keys}
    if any(value is None for value in keys.values()):
        keys = {key: value for key, value in keys.items() if value is not None}
    return "k:" + orjson.dumps(keys, option=orjson.OPT_SORT_KEYS).decode() if keys else None


def is_atomic(value: Any, type: Type | None) -> bool:
    """Is the value one field as a whole?"""
    if value.__class__ is dict:
        return type is None or type.atomic or type.kind not in (STRUCT, MAP) or not value
    if value.__class__ is list:
        return type is None or type.kind != LIST or type.atomic or not value
    return True


def child_type(type: Type, name: str) -> Type | None:
    """What nothing is said about has the item's type: of a struct, where it keeps fields that it does not know."""
    return type.fields.get(name, type.item) if type.kind == STRUCT else type.item


def of_applied(value: Any, type: Type | None) -> Fields:
    """The fields that an applied configuration names. Models: typed/tofieldset.go"""
    if type is None or is_atomic(value, type):
        return {}
    found: Fields = {}
    if isinstance(value, dict):
        for name, each in value.items():
            child = child_type(type, name)
            node = of_applied(each, child)
            found[f"f:{name}"] = {".": {}, **node} if node and type.kind == MAP else node
        return found
    for item in value:
        key = item_key(item, type)
        if key is not None:
            node = of_applied(item, type.item)
            found[key] = {".": {}, **node} if node else {}
    return found


def of_new(value: Any, type: Type | None, name: str = "") -> Fields:
    """The fields that appear when `value` appears where nothing was. Models: typed/compare.go, Added"""
    if type is None or is_atomic(value, type):
        return {}
    found: Fields = {}
    if isinstance(value, dict):
        if name and name not in HELD_BY_VALUE:
            found["."] = {}
        fields, item = type.fields if type.kind == STRUCT else {}, type.item
        for field, each in value.items():
            if each.__class__ is dict or each.__class__ is list:
                found[f"f:{field}"] = of_new(each, fields.get(field, item), field)
            else:
                found[f"f:{field}"] = {}
        return found
    if name not in THERE_WHEN_EMPTY:
        found["."] = {}
    for item in value:
        key = item_key(item, type)
        if key is not None:
            node = of_new(item, type.item, "item")
            found[key] = node if node else {}
    return found


def changed(old: Any, new: Any, type: Type | None) -> tuple[Fields | None, Fields | None]:  # noqa: C901  # one walk over three shapes
    """(fields added or modified, fields removed) between two values; None for none. Shared subtrees cost nothing."""
    if old is new or old == new:
        return None, None
    if type is None or is_atomic(new, type) or is_atomic(old, type) or old.__class__ is not new.__class__:
        if new in ({}, []) and isinstance(old, dict | list) and old:
            return {}, of_new(old, type)
        return (of_new(new, type) if not old and isinstance(new, dict | list) else {}), None
    if new.__class__ is dict:
        pairs = [(f"f:{name}", old.get(name), new.get(name), child_type(type, name), name) for name in {**old, **new}]
    else:
        before = {item_key(item, type): item for item in old}
        after = {item_key(item, type): item for item in new}
        pairs = [(key, before.get(key), after.get(key), type.item, "item") for key in {**before, **after} if key]
    added: Fields = {}
    removed: Fields = {}
    for key, was, now, child, name in pairs:
        if was is now:
            continue
        if was is None:
            added[key] = of_new(now, child, name)
        elif now is None:
            removed[key] = of_new(was, child, name)
        else:
            plus, minus = changed(was, now, child)
            if plus is not None:
                added[key] = plus
            if minus is not None:
                removed[key] = minus
    return added or None, removed or None


# --- algebra --------------------------------------------------------------------------------------------------------


def is_member(node: Fields) -> bool:
    return not node or "." in node


def union(one: Fields | None, other: Fields | None) -> Fields | None:
    if one is None or other is None:
        return one if other is None else other
    found = dict(one)
    for key, node in other.items():
        if key != ".":
            found[key] = union(found[key], node) if key in found else node
    if (is_member(one) or is_member(other)) and any(key != "." for key in found):
        found["."] = {}
    return found


def difference(one: Fields | None, other: Fields | None) -> Fields | None:
    """Members of `one` that are not members of `other`."""
    if one is None or other is None:
        return one
    found: Fields = {}
    for key, node in one.items():
        if key == ".":
            continue
        left = difference(node, other[key]) if key in other else node
        if left is not None:
            found[key] = left
    member = is_member(one) and not is_member(other)
    if found:
        return {".": {}, **found} if member else found
    return {} if member else None


def intersection(one: Fields | None, other: Fields | None) -> Fields | None:
    if one is None or other is None:
        return None
    found: Fields = {}
    for key, node in one.items():
        if key != "." and key in other:
            both = intersection(node, other[key])
            if both is not None:
                found[key] = both
    member = is_member(one) and is_member(other)
    if found:
        return {".": {}, **found} if member else found
    return {} if member else None


def paths(fields: Fields, prefix: str = "") -> list[str]:
    """The members as messages name them: `.spec.containers[name="nginx"].image`."""
    found = [prefix] if prefix and is_member(fields) else []
    for key in sorted(key for key in fields if key != "."):
        kind, _, name = key.partition(":")
        if kind == "f":
            step = f".{name}"
        elif kind == "k":
            step = "[" + ",".join(f"{k}={orjson.dumps(v).decode()}" for k, v in orjson.loads(name).items()) + "]"
        else:
            step = f"[={name}]"
        found += paths(fields[key], prefix + step)
    return found
