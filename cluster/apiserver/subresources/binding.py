"""binding: the scheduler gives a pod its node. Models: pkg/registry/core/pod/storage/storage.go BindingREST v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import answer, decoding, writing
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.clock import rfc3339
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5


async def create(server: ApiServer, call: Call, body: Obj) -> Response:
    """201 with a Status. ApiError 409 when the pod has a node already or is being deleted."""
    node_name = (decoding.part(body, decoding.BINDING).get("target") or {}).get("name")
    if not node_name:
        fault = status.FieldError("FieldValueRequired", "target.name", "Required value")
        raise status.invalid("Binding", call.name, [fault])
    for _ in range(TRIES):
        item = await existing(server, call)
        pod = item.object
        _check(call, pod, node_name)
        condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
        condition["lastTransitionTime"] = rfc3339(server.clock.now())
        condition["observedGeneration"] = pod["metadata"].get("generation", 1)
        found = pod.get("status") or {}
        kept = [each for each in found.get("conditions") or () if each["type"] != "PodScheduled"]
        new = {
            **pod,
            "metadata": dict(pod["metadata"]),
            "spec": {**pod["spec"], "nodeName": node_name},
            "status": {**found, "conditions": [*kept, condition]},
        }
        try:
            written = await writing.store_changed(server, call, item, new)
        except writing.Stale:
            continue
        success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
        return answer.respond(call, Payload(object=success), 201, written.revision)
    raise status.conflict("pods/binding", call.name, status.MODIFIED)


def _check(call: Call, pod: Obj, node_name: str) -> None:
    if pod["metadata"].get("deletionTimestamp"):
        raise status.conflict(
            "pods/binding", call.name, f"pod {call.name} is being deleted, cannot be assigned to a host"
        )
    if pod["spec"].get("nodeName"):
        raise status.conflict(
            "pods/binding", call.name, f'pod {call.name} is already assigned to node "{pod["spec"]["nodeName"]}"'
        )
    if pod["spec"].get("schedulingGates"):
        raise status.conflict("pods/binding", call.name, f"pod {call.name} has non-empty .spec.schedulingGates")
