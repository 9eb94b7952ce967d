"""Which slices to make, change and delete, so that few change: endpoints stay in the slice where they are, changed slices
are filled first, then the fullest one with room for the rest, then new ones are made. Pure.

Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping v1.37
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.apimachinery.meta import Obj
from cluster.controllers.endpointslice.endpoint import labels_for, slice_for

MOST = 100


class Group(NamedTuple):
    """Endpoints that answer on the same ports."""

    ports: list[Obj]
    endpoints: list[Obj]


class Plan(NamedTuple):
    """Slices to write; those to update are whole, with what was known of them."""

    create: list[Obj]
    update: list[Obj]
    delete: list[Obj]


def plan(service: Obj, present: list[Obj], groups: list[Group], most: int = MOST) -> Plan:
    """The steps from the slices that are to the groups that shall be."""
    found = Plan([], [], [])
    by_ports: dict[str, list[Obj]] = {}
    for each in present:
        by_ports.setdefault(_name(each.get("ports") or []), []).append(each)
    for group in groups:
        _plan_group(service, by_ports.pop(_name(group.ports), []), group, most, found)
    for slices in by_ports.values():
        found.delete.extend(slices)
    _recycle(found)
    if not groups and not found.create and not found.update:
        _keep_one(service, present, found)
    return found


def _plan_group(service: Obj, slices: list[Obj], group: Group, most: int, found: Plan) -> None:
    """1 keep and change what is in a slice · 2 fill the changed ones · 3 whole new ones · 4 one more, or one with room."""
    left = {_identity(each): each for each in group.endpoints}
    changed: list[Obj] = []
    unchanged: list[Obj] = []
    for each in slices:
        was = each.get("endpoints") or []
        now = [left.pop(_identity(old)) for old in was if _identity(old) in left]
        if not now:
            found.delete.append(each)
        elif now != was or (each["metadata"].get("labels") or {}) != labels_for(service):
            changed.append(_with(service, each, now))
        else:
            unchanged.append(each)
    rest = list(left.values())
    for each in sorted(changed, key=_size, reverse=True):
        room = most - _size(each)
        each["endpoints"] += rest[:room]
        del rest[:room]
    while len(rest) >= most:
        found.create.append(slice_for(service, group.ports, rest[:most]))
        del rest[:most]
    if rest:
        roomy = [each for each in unchanged if _size(each) + len(rest) <= most]
        if roomy:
            fullest = max(roomy, key=_size)
            changed.append(_with(service, fullest, [*fullest["endpoints"], *rest]))
        else:
            found.create.append(slice_for(service, group.ports, rest))
    found.update.extend(changed)


def _recycle(found: Plan) -> None:
    """A slice that would go becomes one that would come. Models: recycleSlices"""
    for _ in range(min(len(found.create), len(found.delete))):
        new, old = found.create.pop(), found.delete.pop()
        metadata = {**old["metadata"], "labels": new["metadata"]["labels"]}
        found.update.append({**old, "metadata": metadata, "endpoints": new["endpoints"], "ports": new["ports"]})


def _keep_one(service: Obj, present: list[Obj], found: Plan) -> None:
    """Nothing stands behind the Service: one empty slice says so. Models: newEndpointSlice placeholder"""
    if not present:
        found.create.append(slice_for(service, [], []))
        return
    kept = found.delete.pop(0)
    if kept.get("endpoints") or kept.get("ports"):
        found.update.append({**_with(service, kept, []), "ports": []})


def _with(service: Obj, known: Obj, endpoints: list[Obj]) -> Obj:
    return {**known, "metadata": {**known["metadata"], "labels": labels_for(service)}, "endpoints": endpoints}


def _identity(endpoint: Obj) -> tuple[str, ...]:
    """Models: endpointutil EndpointSet: address and target make an endpoint."""
    return (*endpoint["addresses"], (endpoint.get("targetRef") or {}).get("uid", ""))


def _name(ports: list[Obj]) -> str:
    return str(sorted((each.get("name") or "", each.get("port") or 0, each.get("protocol") or "") for each in ports))


def _size(each: Obj) -> int:
    return len(each.get("endpoints") or ())
