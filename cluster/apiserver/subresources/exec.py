"""exec and attach: a conversation with a command in a container, or with what its own process writes.

The conversation is the runtime's; kubelet and API server pass it on.
Models: pkg/registry/core/pod/rest/subresources.go ExecREST, AttachREST v1.37
Simplified: nothing can be said to a container's own process.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.call import Call
from cluster.wire import channels, component
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import REPEATED, ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

LISTED = ("containers", "initContainers", "ephemeralContainers")


async def get(server: ApiServer, call: Call, pod: Obj) -> Response:
    """A conversation with a command. ApiError 400 for a container that is not there, or that does not run."""
    command = [part for part in call.query.get("command", "").split(REPEATED) if part]
    if not command:
        raise status.bad_request("you must specify at least 1 command for the container")
    node, path = _target(call, pod)
    query: dict[str, str] = {name: "true" for name in ("stdin", "tty") if name in call.query and call.asks(name)}
    return await _asked(server, node, Request("POST", path, query, body=Payload(object={"command": command})))


async def attach(server: ApiServer, call: Call, pod: Obj) -> Response:
    """A conversation with what a container writes from now on."""
    node, path = _target(call, pod)
    query = {"follow": "true", "tailLines": "0"}
    log = await _asked(server, node, Request("GET", path.replace("/exec/", "/containerLogs/", 1), query))
    return Conversation(channels.PROTOCOLS, partial(_followed, log))


def _target(call: Call, pod: Obj) -> tuple[str, str]:
    """The node, and the kubelet's path of the container. ApiError 400."""
    spec, name = pod["spec"], call.name
    known = [each["name"] for key in LISTED for each in spec.get(key) or ()]
    container = call.query.get("container") or spec["containers"][0]["name"]
    if container not in known:
        raise status.bad_request(f"container {container} is not valid for pod {name}")
    if not spec.get("nodeName"):
        raise status.bad_request(f"pod {name} does not have a host assigned")
    return spec["nodeName"], f"/exec/{call.namespace}/{name}/{container}"


async def _asked(server: ApiServer, node: str, request: Request) -> Response:
    """The kubelet's answer. ApiError with what it refuses, or 500 when it is not there."""
    try:
        answer = await server.wire.connect(component.APISERVER, component.kubelet(node)).send(request)
    except ConnectionLost as error:
        text = f"error dialing backend: dial tcp: {node}:10250: connect: connection refused"
        raise status.failure(500, "InternalError", text) from error
    if answer.status >= 400:
        raise status.ApiError(answer.body.object)
    return answer


async def _followed(log: Response, socket: Socket) -> None:
    if log.stream is None:
        await socket.send(channels.message(channels.STDOUT, log.body.raw))
    else:
        async for deliveries in log.stream:
            said = b"".join([event.line for event, _ in deliveries])
            await socket.send(channels.message(channels.STDOUT, said))
    await socket.send(channels.ended(0))
