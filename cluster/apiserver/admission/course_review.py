"""CourseReview: in course mode the controller manager is asked whether a new pod may be (steps 2 and 3).

A real admission.k8s.io/v1 AdmissionReview over the wire. While the controller manager is not there the request waits;
failure policy Fail. Upstream asks no controller: its own plugins decide; `docs/limits.md` says so.
Models: apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission.request import CREATE, AdmissionRequest
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

WEBHOOK = "pods.kube-controller-manager.kubelearn.io"
TIMEOUT_SECONDS = 30.0
PATH = "/admit/api/v1/pods"


async def approve(server: ApiServer, request: AdmissionRequest) -> None:
    if request.kind.kind != "Pod" or request.subresource or request.operation != CREATE:
        return
    review = _review(server, request)
    connection = server.wire.connect(component.APISERVER, component.CONTROLLER_MANAGER)
    try:
        answer = await connection.send(
            Request("POST", PATH, body=Payload(object=review), patience_seconds=TIMEOUT_SECONDS)
        )
    except ConnectionLost as error:
        message = f'failed calling webhook "{WEBHOOK}": failed to call webhook: Post "{PATH}?timeout=30s": context deadline exceeded'
        raise status.internal(message) from error
    response = (answer.body.object or {}).get("response") or {}
    if not response.get("allowed"):
        refused = response.get("status") or {}
        if refused.get("code") == 404:
            raise status.not_found("namespaces", request.namespace)
        raise status.forbidden("pods", request.name, refused.get("message") or "the controller manager refused it")


def _review(server: ApiServer, request: AdmissionRequest) -> Obj:
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "metadata": {
            "name": request.name or request.obj["metadata"].get("generateName", ""),
            "namespace": request.namespace,
            "uid": request.obj["metadata"].get("uid", ""),
        },
        "request": {
            "uid": server.clock.uid(),
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "name": request.name,
            "namespace": request.namespace,
            "operation": CREATE,
            "userInfo": request.user.as_user_info(),
            "object": request.obj,
            "dryRun": request.dry_run,
        },
    }
