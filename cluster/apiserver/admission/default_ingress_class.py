"""DefaultIngressClass: an Ingress that names no class gets the default one.

Models: plugin/pkg/admission/network/defaultingressclass/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apis.networking.ingress import CLASS_ANNOTATION
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.operation != CREATE or request.subresource:
        return
    spec, annotations = request.obj.setdefault("spec", {}), request.obj["metadata"].get("annotations") or {}
    if spec.get("ingressClassName") is not None or CLASS_ANNOTATION in annotations:
        return
    found = [
        each
        for each in server.reader.list("IngressClass")
        if (each["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"
    ]
    if found:
        found.sort(key=lambda each: each["metadata"]["name"])
        newest = max(found, key=lambda each: each["metadata"].get("creationTimestamp") or "")
        spec["ingressClassName"] = newest["metadata"]["name"]
