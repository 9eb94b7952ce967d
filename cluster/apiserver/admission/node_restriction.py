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
    if request.kind.kind == "Pod":
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
