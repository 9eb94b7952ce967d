"""Strategic merge patch: lists merge by the keys their schema names, with the directives of the format.

Directives: `$patch: replace|delete|merge`, `$retainKeys`, `$setElementOrder/<field>`, `$deleteFromPrimitiveList/<field>`.
Models: apimachinery/pkg/util/strategicpatch/patch.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.patch.unstructured import shown
from cluster.apimachinery.schema import LIST, MAP, STRUCT, Type

PATCH, RETAIN, ORDER, DELETE = "$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/"


class StrategicPatchError(ValueError):
    """The patch does not fit the schema, or holds an unknown directive."""


def apply(document: dict[str, Any], patch: dict[str, Any], type: Type) -> dict[str, Any]:  # noqa: C901  # one branch a directive
    """A new document; unchanged parts are shared with the old one. Raises StrategicPatchError."""
    directive = patch.get(PATCH)
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != PATCH}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise StrategicPatchError(f"Unknown patch type found: {shown(directive)}")
    changed = dict(document)
    if RETAIN in patch:
        changed = {name: value for name, value in changed.items() if name in patch[RETAIN]}
    directives = [name for name in patch if name[:1] == "$"]
    for name, value in patch.items():
        if name in directives and name.startswith((PATCH, RETAIN, ORDER)):
            continue
        if name in directives and name.startswith(DELETE):
            field = name.removeprefix(DELETE)
            changed[field] = [each for each in changed.get(field) or [] if each not in value]
        elif value is None:
            changed.pop(name, None)
        elif value.__class__ is dict or value.__class__ is list:
            changed[name] = _merged(changed.get(name), value, _field(type, name), patch.get(ORDER + name))
        else:
            changed[name] = value
    for name in directives:
        if name.startswith(ORDER) and (field := name.removeprefix(ORDER)) not in patch and changed.get(field):
            changed[field] = _ordered(changed[field], patch[name], _field(type, field))
    return changed


def _field(type: Type, name: str) -> Type | None:
    return type.fields.get(name) if type.kind == STRUCT else type.item if type.kind == MAP else None


def _merged(old: Any, new: Any, type: Type | None, order: list[Any] | None) -> Any:
    if isinstance(new, dict) and type is not None and type.kind in (STRUCT, MAP):
        replace = "replace" in type.strategy.split(",")
        retained = new.get(RETAIN)
        if replace and PATCH not in new and retained is None:
            return _clean(new)
        return apply(old if isinstance(old, dict) else {}, new, type)
    if isinstance(new, dict):
        return apply(old if isinstance(old, dict) else {}, new, Type(MAP))
    if isinstance(new, list) and type is not None and type.kind == LIST and "merge" in type.strategy.split(","):
        return _merged_list(old if isinstance(old, list) else [], new, type, order)
    return new


def _merged_list(old: list[Any], new: list[Any], type: Type, order: list[Any] | None) -> list[Any]:
    if not type.merge_key:
        merged = [*old, *(each for each in new if each not in old)]
        return _ordered(merged, order, type) if order is not None else merged
    if any(isinstance(each, dict) and each.get(PATCH) == "replace" for each in new):
        return [_clean(each) for each in new if not (isinstance(each, dict) and each.get(PATCH) == "replace")]
    key, merged = type.merge_key, list(old)
    for each in new:
        if not isinstance(each, dict) or key not in each:
            raise StrategicPatchError(f"map: {shown(each)} does not contain declared merge key: {key}")
        at = next((index for index, item in enumerate(merged) if item.get(key) == each[key]), None)
        if each.get(PATCH) == "delete":
            merged = [item for item in merged if item.get(key) != each[key]]
        elif at is None:
            merged.append(apply({}, each, type.item or Type(MAP)))
        else:
            merged[at] = apply(merged[at], each, type.item or Type(MAP))
    return _ordered(merged, order, type) if order is not None else merged


def _ordered(items: list[Any], order: list[Any], type: Type | None) -> list[Any]:
    """Items named in `order` in that order; the others keep their places relative to their left neighbours."""
    key = type.merge_key if type is not None else ""

    def identity(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [identity(each) for each in order]
    named = sorted((item for item in items if identity(item) in wanted), key=lambda item: wanted.index(identity(item)))
    placed = iter(named)
    return [next(placed) if identity(item) in wanted else item for item in items]


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _clean(each) for name, each in value.items() if name != PATCH and not name.startswith((ORDER, DELETE))
        }
    return [_clean(each) for each in value] if isinstance(value, list) else value
