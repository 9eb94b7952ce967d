"""TaintNodesByCondition: a new node is not ready for pods. Models: plugin/pkg/admission/nodetaint/admission.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apiserver.admission.request import CREATE, AdmissionRequest

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


async def admit(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Node" or request.subresource or request.operation != CREATE:
        return
    taints = request.obj["spec"].setdefault("taints", [])
    if not any((taint.get("key"), taint.get("effect")) == (NOT_READY["key"], NOT_READY["effect"]) for taint in taints):
        taints.append(dict(NOT_READY))
