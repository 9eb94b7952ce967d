"""LimitRanger: a pod gets the requests and limits of its namespace's LimitRanges, and stays within them.

Models: plugin/pkg/admission/limitranger/admission.go v1.37
Simplified: claims come with their kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from cluster.apimachinery import quantity, status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

ANNOTATION = "kubernetes.io/limit-ranger"
CONTAINER, POD = "Container", "Pod"
GROUPS = (("containers", "container"), ("initContainers", "init container"))


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if _concerns(request):
        for limits in _limit_ranges(server, request):
            fill_in(request.obj, limits)


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    if not _concerns(request):
        return
    for limits in _limit_ranges(server, request):
        found = faults(request.obj, limits)
        if found:
            why = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
            raise status.forbidden("pods", request.name, why)


def _concerns(request: AdmissionRequest) -> bool:
    """Containers never change after the creation, so only that is looked at."""
    return request.kind.kind == POD and request.operation == CREATE and not request.subresource


def _limit_ranges(server: ApiServer, request: AdmissionRequest) -> list[list[Obj]]:
    found = server.reader.list("LimitRange", request.namespace)
    return [each["spec"].get("limits") or [] for each in sorted(found, key=lambda each: str(each["metadata"]["name"]))]


# --- defaults -------------------------------------------------------------------------------------------------------


def fill_in(pod: Obj, limits: list[Obj]) -> None:
    """Give containers what they do not ask for, and say so in an annotation; in place."""
    wanted: dict[str, Obj] = {"limits": {}, "requests": {}}
    for limit in limits:
        if limit.get("type") == CONTAINER:
            wanted["limits"] |= limit.get("default") or {}
            wanted["requests"] |= limit.get("defaultRequest") or {}
    if not any(wanted.values()):
        return
    notes: list[str] = []
    for group, name in GROUPS:
        for container in pod["spec"].get(group) or ():
            resources = container.setdefault("resources", {})
            for how in ("requests", "limits"):
                added = sorted(wanted[how].keys() - (resources.get(how) or {}).keys())
                if added:
                    resources[how] = {**(resources.get(how) or {}), **{each: wanted[how][each] for each in added}}
                    notes.append(f"{', '.join(added)} {how[:-1]} for {name} {container['name']}")
    if notes:
        pod["metadata"].setdefault("annotations", {})[ANNOTATION] = "LimitRanger plugin set: " + "; ".join(notes)


# --- bounds ---------------------------------------------------------------------------------------------------------


def faults(pod: Obj, limits: list[Obj]) -> list[str]:
    """Upstream's sentences for what is out of bounds."""
    return [fault for limit in limits for resources in _measured(pod, limit) for fault in _of(limit, resources)]


def _measured(pod: Obj, limit: Obj) -> Iterator[Obj]:
    """The requests and limits that a limit is about: each container's, or the whole pod's."""
    spec = pod["spec"]
    if limit.get("type") == CONTAINER:
        for group, _ in GROUPS:
            for container in spec.get(group) or ():
                yield container.get("resources") or {}
    elif limit.get("type") == POD:
        yield {how: _sum(spec, how) for how in ("requests", "limits")}


def _of(limit: Obj, resources: Obj) -> Iterator[str]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for check, field in ((_minimum, "min"), (_maximum, "max"), (_ratio, "maxLimitRequestRatio")):
        for name, bound in sorted((limit.get(field) or {}).items()):
            fault = check(f"{name} {{}} per {limit['type']} is {bound}", bound, requests.get(name), limits.get(name))
            if fault:
                yield fault


def _minimum(what: str, bound: str, request: str | None, limit: str | None) -> str:
    sentence = f"minimum {what.format('usage')}"
    if request is None:
        return f"{sentence}. No request is specified"
    if _value(request) < _value(bound):
        return f"{sentence}, but request is {request}"
    return f"{sentence}, but limit is {limit}" if limit is not None and _value(limit) < _value(bound) else ""


def _maximum(what: str, bound: str, request: str | None, limit: str | None) -> str:
    sentence = f"maximum {what.format('usage')}"
    if limit is None:
        return f"{sentence}. No limit is specified"
    if _value(limit) > _value(bound):
        return f"{sentence}, but limit is {limit}"
    return f"{sentence}, but request is {request}" if request is not None and _value(request) > _value(bound) else ""


def _ratio(what: str, bound: str, request: str | None, limit: str | None) -> str:
    sentence = what.format("max limit to request ratio")
    if request is None or not _value(request):
        return f"{sentence}, but no request is specified or request is 0"
    if limit is None or not _value(limit):
        return f"{sentence}, but no limit is specified or limit is 0"
    found = _value(limit) / _value(request)
    return f"{sentence}, but provided ratio is {found:.6f}" if found > _value(bound) else ""


Amounts = dict[str, str]


def _sum(spec: Obj, how: str) -> Amounts:
    """What a pod asks for: its containers and sidecars together, or what an init container needs if that is more."""
    together: Amounts = {}
    beside: Amounts = {}
    most: Amounts = {}
    for container in spec.get("containers") or ():
        together = _plus(together, _asked(container, how))
    for container in spec.get("initContainers") or ():
        asked = _asked(container, how)
        if container.get("restartPolicy") == "Always":
            together, beside = _plus(together, asked), _plus(beside, asked)
        else:
            most = _greater(most, _plus(beside, asked))
    return _greater(together, most)


def _asked(container: Obj, how: str) -> Amounts:
    return (container.get("resources") or {}).get(how) or {}


def _plus(one: Amounts, other: Amounts) -> Amounts:
    return {name: quantity.add(one.get(name, "0"), other.get(name, "0")) for name in {**one, **other}}


def _greater(one: Amounts, other: Amounts) -> Amounts:
    return {name: max(one.get(name, "0"), other.get(name, "0"), key=quantity.parse) for name in {**one, **other}}


def _value(text: str) -> Decimal:
    return quantity.parse(text)
