"""DefaultIngressClass: an Ingress that names no class gets the default one.

Models: plugin/pkg/admission/network/defaultingressclass/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apis.networking import ingress_class
from cluster.apis.networking.ingress import CLASS_ANNOTATION
from cluster.apiserver.admission import default_class
from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.operation != CREATE or request.subresource:
        return
    spec, annotations = request.obj.setdefault("spec", {}), request.obj["metadata"].get("annotations") or {}
    if spec.get("ingressClassName") is not None or CLASS_ANNOTATION in annotations:
        return
    name = default_class.newest(each for each in server.reader.list("IngressClass") if ingress_class.is_default(each))
    if name is not None:
        spec["ingressClassName"] = name
