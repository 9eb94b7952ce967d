"""Priority: a pod's priority class becomes its number. Models: plugin/pkg/admission/priority/admission.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Pod" or request.subresource or request.operation != CREATE:
        return
    spec = request.obj["spec"]
    name = spec.get("priorityClassName")
    chosen = server.reader.get("PriorityClass", name) if name else _default(server)
    if name and chosen is None:
        raise status.forbidden("pods", request.name, f"no PriorityClass with name {name} was found")
    value = chosen["value"] if chosen else 0
    if spec.get("priority") is not None and spec["priority"] != value:
        why = f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name"
        raise status.forbidden("pods", request.name, why)
    if chosen and not name:
        spec["priorityClassName"] = chosen["metadata"]["name"]
    spec["priority"] = value
    spec.setdefault("preemptionPolicy", (chosen or {}).get("preemptionPolicy", "PreemptLowerPriority"))


def _default(server: ApiServer) -> Obj | None:
    found = [each for each in server.reader.list("PriorityClass") if each.get("globalDefault")]
    return min(found, key=lambda each: each["value"]) if found else None
