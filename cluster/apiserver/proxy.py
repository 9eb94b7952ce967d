"""proxy: a request passed on to a pod's port, to one behind a Service, or to a node's kubelet.

Models: pkg/registry/core/{pod,service,node}/rest, apiserver/pkg/util/proxy v1.37
Simplified: what listens in a simulated container answers HTTP by naming itself; bodies are not passed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.call import Call
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

SERVICE_LABEL = "kubernetes.io/service-name"
SCHEMES = ("http", "https")


async def serve(server: ApiServer, call: Call) -> Response:
    """What the target answers. ApiError 404, 400, 503."""
    await server.cache.caught_up()
    if call.resource.kind == "Node":
        return await _node(server, call)
    name, port = _named(call.name)
    if call.resource.kind == "Service":
        pod_name, port = _behind(server, call, name, port)
    else:
        pod_name = name
    pod = server.reader.get("Pod", pod_name, call.namespace)
    if pod is None:
        raise status.not_found("pods", pod_name)
    if not pod["spec"].get("nodeName"):
        raise status.bad_request(f"pod {pod_name} does not have a host assigned")
    body = {"port": port or _first_port(pod), "head": f"{call.request.verb} {call.tail} HTTP/1.1"}
    path = f"/portForward/{call.namespace}/{pod_name}"
    answer = await _sent(server, pod["spec"]["nodeName"], Request("POST", path, body=Payload(object=body)))
    if answer.status >= 400:
        raise _unavailable(f"error trying to reach service: {answer.body.object.get('message', '')}")
    return _read(answer.body.object["answer"])


def _named(text: str) -> tuple[str, str]:
    """(name, port) of "web", "web:80" or "http:web:80". ApiError 400."""
    parts = text.split(":")
    if len(parts) == 3 and parts[0] in ("", *SCHEMES):
        return parts[1], parts[2]
    if len(parts) <= 2:
        return parts[0], parts[1] if len(parts) == 2 else ""
    raise status.bad_request(f'invalid pod request "{text}"')


def _behind(server: ApiServer, call: Call, name: str, wanted: str) -> tuple[str, str]:
    """The pod and its port that answer for a Service's port, the only one when none is named. ApiError 404, 503."""
    service = server.reader.get("Service", name, call.namespace)
    if service is None:
        raise status.not_found("services", name)
    ports = service["spec"].get("ports") or []
    chosen = [each for each in ports if wanted in (str(each.get("port")), each.get("name"))] if wanted else ports
    if not chosen or (not wanted and len(ports) > 1):
        raise _unavailable(f'no service port "{wanted}" found for service "{name}"')
    port_name = chosen[0].get("name") or ""
    for found in server.reader.list("EndpointSlice", call.namespace):
        if (found["metadata"].get("labels") or {}).get(SERVICE_LABEL) != name:
            continue
        numbers = [each["port"] for each in found.get("ports") or () if (each.get("name") or "") == port_name]
        for endpoint in found.get("endpoints") or () if numbers else ():
            target = endpoint.get("targetRef") or {}
            if (endpoint.get("conditions") or {}).get("ready") and target.get("kind") == "Pod":
                return target["name"], str(numbers[0])
    raise _unavailable(f'no endpoints available for service "{name}"')


def _first_port(pod: Obj) -> str:
    ports = [port["containerPort"] for each in pod["spec"]["containers"] for port in each.get("ports") or ()]
    return str(ports[0]) if ports else "80"


async def _node(server: ApiServer, call: Call) -> Response:
    name = _named(call.name)[0]
    if server.reader.get("Node", name) is None:
        raise status.not_found("nodes", name)
    return await _sent(server, name, Request(call.request.verb, call.tail, dict(call.query)))


async def _sent(server: ApiServer, node: str, request: Request) -> Response:
    try:
        return await server.wire.connect(component.APISERVER, component.kubelet(node)).send(request)
    except ConnectionLost as error:
        text = f"error trying to reach service: dial tcp: {node}:10250: connect: connection refused"
        raise _unavailable(text) from error


def _unavailable(text: str) -> status.ApiError:
    return status.failure(503, "ServiceUnavailable", text)


def _read(answer: str) -> Response:
    """The HTTP answer of what listens."""
    head, _, body = answer.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    kept = {name: value for name, value in headers.items() if name not in ("content-length", "connection")}
    return Response(int(first.split(" ")[1]), Payload(raw=body.encode()), kept)
