"""RuntimeClass: the class that a pod names must be there; its overhead and its nodes become the pod's.

Models: plugin/pkg/admission/runtimeclass/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    """ApiError 403."""
    if request.operation != CREATE or request.subresource:
        return
    spec = request.obj["spec"]
    name = spec.get("runtimeClassName")
    if not name:
        return
    found = server.reader.get("RuntimeClass", name)
    if found is None:
        why = f'pod rejected: RuntimeClass "{name}" not found'
        raise status.forbidden(request.kind.plural, request.name, why)
    if (overhead := (found.get("overhead") or {}).get("podFixed")) is not None:
        if spec.get("overhead") not in (None, overhead):
            why = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
            raise status.forbidden(request.kind.plural, request.name, why)
        spec["overhead"] = dict(overhead)
    scheduling, chosen = found.get("scheduling") or {}, dict(spec.get("nodeSelector") or {})
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if chosen.get(key, value) != value:
            why = (
                f"pod rejected: conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {chosen[key]}"
            )
            raise status.forbidden(request.kind.plural, request.name, why)
        chosen[key] = value
    if chosen:
        spec["nodeSelector"] = chosen
    known = spec.get("tolerations") or []
    if added := [each for each in scheduling.get("tolerations") or () if each not in known]:
        spec["tolerations"] = [*known, *added]
