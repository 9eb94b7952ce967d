"""log: asks the pod's kubelet over the wire. Models: pkg/registry/core/pod/strategy.go LogLocation v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import numbers
from cluster.apiserver.call import Call
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

PARAMETERS = ("follow", "previous", "sinceSeconds", "sinceTime", "timestamps", "tailLines", "limitBytes")


async def get(server: ApiServer, call: Call, pod: Obj) -> Response:
    """The text of a container's log, or a stream of it; nothing (204) before the pod has a node. ApiError 400 for a container that is not there."""
    name, spec = call.name, pod["spec"]
    container = call.query.get("container") or ""
    known = [
        each["name"] for key in ("containers", "initContainers", "ephemeralContainers") for each in spec.get(key) or ()
    ]
    if not container:
        if len(spec["containers"]) > 1 or spec.get("initContainers"):
            choices = " ".join(each["name"] for each in spec["containers"])
            raise status.bad_request(f"a container name must be specified for pod {name}, choose one of: [{choices}]")
        container = spec["containers"][0]["name"]
    elif container not in known:
        raise status.bad_request(f"container {container} is not valid for pod {name}")
    query = {key: call.query[key] for key in PARAMETERS if key in call.query}
    for key in ("tailLines", "sinceSeconds", "limitBytes"):
        if key in query:
            numbers.integer(query[key])
    node_name = spec.get("nodeName")
    if not node_name:
        return Response(204)
    request = Request("GET", f"/containerLogs/{call.namespace}/{name}/{container}", query)
    try:
        return await server.wire.connect(component.APISERVER, component.kubelet(node_name)).send(request)
    except ConnectionLost as error:
        raise status.failure(
            500,
            "InternalError",
            f'Get "https://{node_name}:10250{request.path}": dial tcp: connect: connection refused',
        ) from error
