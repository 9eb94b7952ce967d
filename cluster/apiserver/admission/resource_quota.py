"""ResourceQuota: what a namespace may hold. Usage is counted from the objects themselves, then written to the quota.

Models: apiserver/pkg/admission/plugin/resourcequota/{admission,controller}.go, pkg/quota/v1/evaluator/core v1.37
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cluster.apimachinery import quantity, status
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind
from cluster.apiserver.admission.request import CREATE, AdmissionRequest
from cluster.apiserver.config import COURSE

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

COMPUTE = ("cpu", "memory", "ephemeral-storage")
ZERO = Decimal(0)


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    if request.operation != CREATE or request.subresource or not request.kind.namespaced:
        return
    quotas = list(server.reader.list("ResourceQuota", request.namespace))
    if not quotas or (request.kind.kind == "Pod" and server.config.admission_mode == COURSE):
        return
    existing = list(server.reader.list(request.kind.kind, request.namespace))
    reason = refusal(quotas, request.kind, request.obj, existing)
    if reason:
        raise status.forbidden(request.kind.plural, request.name, reason, request.kind.group)


def usage(kind: Kind, obj: Obj) -> dict[str, Decimal]:
    """What one object counts as, by the names that a quota uses."""
    found = {f"count/{kind.resource}": Decimal(1), kind.plural: Decimal(1)}
    if kind.kind != "Pod":
        return found
    if (obj.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return {}
    for container in obj["spec"].get("containers") or ():
        resources = container.get("resources") or {}
        for name in COMPUTE:
            for how in ("requests", "limits"):
                if name in (resources.get(how) or {}):
                    amount = quantity.parse(resources[how][name])
                    for key in (f"{how}.{name}", name) if how == "requests" else (f"{how}.{name}",):
                        found[key] = found.get(key, ZERO) + amount
    return found


def refusal(quotas: list[Obj], kind: Kind, obj: Obj, existing: list[Obj]) -> str:
    """Upstream's sentence when a new object does not fit, else ""."""
    asked = usage(kind, obj)
    used: dict[str, Decimal] | None = None
    for quota in sorted(quotas, key=lambda each: each["metadata"]["name"]):
        hard = quota["spec"].get("hard") or {}
        name = quota["metadata"]["name"]
        if kind.kind == "Pod" and (lacking := _lacking(hard, obj)):
            return f"failed quota: {name}: must specify {lacking}"
        constrained = sorted(key for key in hard if key in asked)
        if not constrained:
            continue
        used = used if used is not None else _sum(kind, existing)
        over = [key for key in constrained if used.get(key, ZERO) + asked[key] > quantity.parse(hard[key])]
        if over:
            requested = ",".join(f"{key}={_text(asked[key])}" for key in over)
            usage_text = ",".join(f"{key}={_text(used.get(key, ZERO))}" for key in over)
            limited = ",".join(f"{key}={quantity.canonical(hard[key])}" for key in over)
            return f"exceeded quota: {name}, requested: {requested}, used: {usage_text}, limited: {limited}"
    return ""


def _lacking(hard: Obj, pod: Obj) -> str:
    lacking: dict[str, list[str]] = {}
    for key in sorted(hard):
        how, dot, name = key.partition(".")
        if not dot:
            how, name = "requests", key
        if name not in COMPUTE or how not in ("requests", "limits"):
            continue
        for container in pod["spec"]["containers"]:
            if name not in ((container.get("resources") or {}).get(how) or {}):
                lacking.setdefault(key, []).append(container["name"])
    return "; ".join(f"{key} for: {','.join(containers)}" for key, containers in lacking.items())


def _sum(kind: Kind, objects: list[Obj]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for obj in objects:
        for key, amount in usage(kind, obj).items():
            total[key] = total.get(key, ZERO) + amount
    return total


def _text(amount: Decimal) -> str:
    return quantity.canonical(format(amount, "f"))
