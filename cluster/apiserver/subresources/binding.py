"""binding: the scheduler gives a pod its node. Models: pkg/registry/core/pod/storage/storage.go BindingREST v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apis.core import binding as kinds
from cluster.apiserver import answer, decoding, writing
from cluster.apiserver.admission.request import CREATE
from cluster.apiserver.call import Call
from cluster.apiserver.reading import existing
from cluster.clock import rfc3339
from cluster.wire.message import Payload, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

TRIES = 5


async def create(server: ApiServer, call: Call, body: Obj) -> Response:
    """201 with a Status. ApiError 409 when the pod has a node already or is being deleted."""
    asked = decoding.part(body, decoding.BINDING)
    metadata = asked.setdefault("metadata", {})
    if metadata.setdefault("name", call.name) != call.name:
        raise status.bad_request("name in URL does not match name in Binding object")
    await writing.admit(server, call, writing.admission_request(call, CREATE, asked, None))
    if faults := kinds.validate(asked, None):
        raise status.invalid("Binding", call.name, faults)
    for _ in range(TRIES):
        item = await existing(server, call)
        _check(call, item.object, metadata.get("uid") or "")
        try:
            written = await writing.store_changed(server, call, item, _bound(server, item.object, asked))
        except writing.Stale:
            continue
        success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
        return answer.respond(call, Payload(object=success), 201, written.revision)
    raise status.conflict("pods/binding", call.name, status.MODIFIED)


async def create_by_itself(server: ApiServer, call: Call, body: Obj) -> Response:
    """A Binding POSTed to the namespace's bindings: it names the pod itself."""
    name = (body.get("metadata") or {}).get("name") if isinstance(body.get("metadata"), dict) else None
    if not isinstance(name, str) or not name:
        raise status.bad_request("name is required")
    call.kind, call.name, call.subresource = server.registry.kind("Pod"), name, "binding"
    return await create(server, call, body)


def _bound(server: ApiServer, pod: Obj, binding: Obj) -> Obj:
    """The pod on its node, with the Binding's labels and annotations."""
    condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    condition["lastTransitionTime"] = rfc3339(server.clock.now())
    condition["observedGeneration"] = pod["metadata"].get("generation", 1)
    found = pod.get("status") or {}
    kept = [each for each in found.get("conditions") or () if each["type"] != "PodScheduled"]
    metadata = dict(pod["metadata"])
    for field in ("labels", "annotations"):
        if more := binding["metadata"].get(field):
            metadata[field] = {**(metadata.get(field) or {}), **more}
    return {
        **pod,
        "metadata": metadata,
        "spec": {**pod["spec"], "nodeName": binding["target"]["name"]},
        "status": {**found, "conditions": [*kept, condition]},
    }


def _check(call: Call, pod: Obj, uid: str) -> None:
    if uid and uid != pod["metadata"]["uid"]:
        key = call.resource.key(call.namespace, call.name)
        raise status.conflict("pods/binding", call.name, writing.uid_mismatch(key, uid, pod["metadata"]["uid"]))
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
