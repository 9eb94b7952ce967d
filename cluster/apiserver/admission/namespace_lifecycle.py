"""NamespaceLifecycle: nothing new in a namespace that is not there or is going; three namespaces stay.

Models: apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, DELETE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

IMMORTAL = ("default", "kube-system", "kube-public")


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.built_in == "Namespace":
        if request.operation == DELETE and request.name in IMMORTAL:
            raise status.forbidden("namespaces", request.name, "this namespace may not be deleted")
        return
    if request.operation != CREATE or not request.kind.namespaced:
        return
    check(server.reader.get("Namespace", request.namespace), request)


def check(namespace: Obj | None, request: AdmissionRequest) -> None:
    """ApiError 404 for no namespace, 403 for one that is terminating."""
    if namespace is None:
        raise status.not_found("namespaces", request.namespace)
    if (namespace.get("status") or {}).get("phase") != "Terminating":
        return
    why = f"unable to create new content in namespace {request.namespace} because it is being terminated"
    error = status.forbidden(request.kind.plural, request.name, why, request.kind.group)
    cause = {
        "reason": "NamespaceTerminating",
        "message": f"namespace {request.namespace} is being terminated",
        "field": "metadata.namespace",
    }
    error.status.setdefault("details", {})["causes"] = [cause]
    raise error
