"""NodeRestriction: a kubelet changes its own node and its own pods only.

Models: plugin/pkg/admission/noderestriction/admission.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apiserver.admission.request import CREATE, DELETE, AdmissionRequest
from cluster.apiserver.authz.node import node_of

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    node_name = node_of(request.user)
    if node_name is None:
        return
    if request.kind.kind == "ServiceAccount" and request.subresource == "token":
        _check_token(server, request, node_name)
    elif request.kind.kind == "Pod":
        owner = (request.old_obj or request.obj)["spec"].get("nodeName")
        if request.operation == CREATE and not request.subresource:
            raise status.forbidden(
                "pods",
                request.name,
                f'pod does not have "kubernetes.io/config.mirror" annotation, node "{node_name}" can only create mirror pods',
            )
        if owner != node_name:
            verb = "delete" if request.operation == DELETE else "update status for"
            raise status.forbidden(
                "pods", request.name, f'node "{node_name}" can only {verb} pods with spec.nodeName set to itself'
            )
    elif request.kind.kind == "Node" and request.name != node_name:
        raise status.forbidden(
            "nodes", request.name, f'node "{node_name}" is not allowed to modify node "{request.name}"'
        )


def _check_token(server: ApiServer, request: AdmissionRequest, node_name: str) -> None:
    """A kubelet gets tokens for its own pods only."""

    def forbidden(why: str) -> status.ApiError:
        return status.forbidden("serviceaccounts", request.name, why)

    reference = request.obj["spec"].get("boundObjectRef") or {}
    name, uid = reference.get("name"), reference.get("uid")
    if (reference.get("apiVersion"), reference.get("kind")) != ("v1", "Pod") or not name:
        raise forbidden("node requested token not bound to a pod")
    if not uid:
        raise forbidden("node requested token with a pod binding without a uid")
    pod = server.reader.get("Pod", name, request.namespace)
    if pod is None:
        raise status.not_found("pods", name)
    if uid != pod["metadata"]["uid"]:
        why = (
            f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have "
            "been deleted and then recreated"
        )
        raise forbidden(why)
    if pod["spec"].get("nodeName") != node_name:
        raise forbidden("node requested token bound to a pod scheduled on a different node")
