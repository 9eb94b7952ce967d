"""The entries in the table of kinds that a CustomResourceDefinition makes: one for each version that is served.

Models: k8s.io/apiextensions-apiserver/pkg/{apiserver/customresource_handler.go,registry/customresource} v1.37
"""

from __future__ import annotations

from functools import partial
from typing import Any

from cluster.apimachinery import json_path, names, table
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apimachinery.structural.schema import Structural
from cluster.apis import columns, metadata, strategy
from cluster.apis.registry import Cell, Column, Kind, ScaleFields, Subresource

CELLS: dict[str, Any] = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "date": str}


def kinds_of(definition: Obj) -> list[Kind]:
    """The entries, that of the storage version first: the others are its other faces."""
    versions = sorted(definition["spec"]["versions"], key=lambda version: not version.get("storage"))
    return [_kind(definition["spec"], version, versions[0]["name"]) for version in versions if version.get("served")]


def _kind(spec: Obj, version: Obj, storage_version: str) -> Kind:
    group, called, name = spec["group"], spec["names"], version["name"]
    structural = Structural(version["schema"]["openAPIV3Schema"])
    doors = version.get("subresources") or {}
    stored = f"{group}/{storage_version}"
    other = name != storage_version
    return Kind(
        group=group,
        version=name,
        kind=called["kind"],
        plural=called["plural"],
        singular_name=called["singular"],
        schema=".".join((*reversed(group.split(".")), name, called["kind"])),
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(called.get("shortNames") or ()),
        categories=tuple(called.get("categories") or ()),
        columns=(columns.NAME, *_columns(version.get("additionalPrinterColumns"))),
        default=structural.default,
        prepare=partial(_prepare, "status" in doors),
        validate=partial(_faults, structural),
        subresources=tuple(_doors(doors)),
        defaults_status=True,
        selectable_fields={
            each["jsonPath"].lstrip("."): partial(_selected, each["jsonPath"])
            for each in version.get("selectableFields") or ()
        },
        storage_group=f"{group}/{called['plural']}",
        storage_kind=f"{stored}/{called['kind']}" if other else "",
        to_storage=partial(_as_version, stored) if other else None,
        from_storage=partial(_as_version, f"{group}/{name}") if other else None,
        deprecated=_deprecation(spec, version),
        structural=structural,
    )


def _deprecation(spec: Obj, version: Obj) -> str:
    if not version.get("deprecated"):
        return ""
    text: str = version.get("deprecationWarning") or ""
    return text or f"{spec['group']}/{version['name']} {spec['names']['kind']} is deprecated"


def _as_version(api_version: str, obj: Obj) -> Obj:
    """Conversion by the strategy None: only the version's name changes."""
    return obj if obj.get("apiVersion") == api_version else {**obj, "apiVersion": api_version}


def _prepare(has_status: bool, new: Obj, old: Obj | None) -> None:
    """generation counts changes of all but metadata, and of the status where it has a door of its own."""
    if has_status:
        strategy.keep_status(new, old)
    apart = ("metadata", "status") if has_status else ("metadata",)
    if old is None:
        new["metadata"]["generation"] = 1
        return
    strategy.keep_generation(new, old)
    if any(new.get(name) != old.get(name) for name in {**new, **old} if name not in apart):
        strategy.bump(new, old)


def _faults(structural: Structural, new: Obj, old: Obj | None) -> list[FieldError]:
    return metadata.validate(new, old, names.dns1123_subdomain) + structural.faults(new, old)


def _doors(doors: Obj) -> list[Subresource]:
    found = [Subresource("status", prepare=strategy.status_door())] if "status" in doors else []
    if (scale := doors.get("scale")) is not None:
        fields = ScaleFields(
            partial(_selected, scale["labelSelectorPath"]) if scale.get("labelSelectorPath") else _no_selector,
            tuple(scale["specReplicasPath"].strip(".").split(".")),
            tuple(scale["statusReplicasPath"].strip(".").split(".")),
        )
        found.append(Subresource("scale", kind="Scale", group="autoscaling", version="v1", scale=fields))
    return found


def _no_selector(obj: Obj) -> str:
    return ""


def _selected(path: str, obj: Obj) -> str:
    found = json_path.found(obj, path)
    if not found:
        return ""
    return str(found[0]).lower() if isinstance(found[0], bool) else str(found[0])


def _columns(described: list[Obj] | None) -> list[Column]:
    if not described:
        return [columns.AGE]
    return [
        Column(
            each["name"],
            _cell(each["jsonPath"], each["type"]),
            type=each["type"],
            format=each.get("format", ""),
            description=each.get("description", ""),
            priority=each.get("priority", 0),
        )
        for each in described
    ]


def _cell(path: str, kind: str) -> Cell:
    """Models: apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go"""

    def cell(obj: Obj, now: float) -> Any:
        found = json_path.found(obj, path)
        if not found:
            return None
        if kind == "string":
            return json_path.shown(found)
        if kind == "date":
            return table.age(found[0], now) if isinstance(found[0], str) else None
        return found[0] if isinstance(found[0], CELLS[kind]) else None

    return cell
