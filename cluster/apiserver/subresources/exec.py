"""exec and attach: a command in a container, or what its own process writes, over channels of a WebSocket.

The kubelet runs the command and answers when it is done; a shell without a command is given its lines one by one.
Models: pkg/registry/core/pod/rest/subresources.go ExecREST, AttachREST; kubelet/pkg/cri/streaming/remotecommand v1.37
Simplified: a command reads no standard input unless it is a shell; there is no terminal to resize.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver.call import Call
from cluster.wire import component
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import REPEATED, ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
SHELLS = ("sh", "bash", "ash")
PROMPT, END_OF_INPUT = b"/ # ", b"\x04"
LISTED = ("containers", "initContainers", "ephemeralContainers")


async def get(server: ApiServer, call: Call, pod: Obj) -> Response:
    """A conversation with a command. ApiError 400 for a container that is not there, or that does not run."""
    command = [part for part in call.query.get("command", "").split(REPEATED) if part]
    if not command:
        raise status.bad_request("you must specify at least 1 command for the container")
    target = _target(call, pod)
    shell = command if len(command) == 1 and _name(command) in SHELLS and call.asks("stdin") else None
    if shell is not None:
        return Conversation(PROTOCOLS, partial(_lines, server, target, call, shell))
    answer = await _ran(server, target, command)
    return Conversation(PROTOCOLS, partial(_told, call, answer))


async def attach(server: ApiServer, call: Call, pod: Obj) -> Response:
    """A conversation with what a container writes from now on."""
    node, path = _target(call, pod)
    query = {"follow": "true", "tailLines": "0"}
    log = await _asked(server, node, Request("GET", path.replace("/exec/", "/containerLogs/", 1), query))
    return Conversation(PROTOCOLS, partial(_followed, log))


def _name(command: list[str]) -> str:
    return command[0].rpartition("/")[2]


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


async def _ran(server: ApiServer, target: tuple[str, str], command: list[str]) -> Obj:
    node, path = target
    answer = await _asked(server, node, Request("POST", path, body=Payload(object={"command": command})))
    found: Obj = answer.body.object
    return found


# --- what is said ---------------------------------------------------------------------------------------------------


async def _told(call: Call, answer: Obj, socket: Socket) -> None:
    await _outputs(call, answer, socket)
    await _end(socket, answer.get("exitCode") or 0)


async def _outputs(call: Call, answer: Obj, socket: Socket) -> None:
    for channel, name in ((STDOUT, "stdout"), (STDERR, "stderr")):
        if text := answer.get(name):
            tty = call.asks("tty")
            sent = text.replace("\n", "\r\n") if tty else text
            await socket.send(bytes([STDOUT if tty else channel]) + sent.encode())


async def _lines(server: ApiServer, target: tuple[str, str], call: Call, shell: list[str], socket: Socket) -> None:
    """A shell that is given its lines: each runs as a command of its own, until `exit` or the end."""
    tty, code = call.asks("tty"), 0
    prompt = bytes([STDOUT]) + PROMPT if tty else b""
    if prompt:
        await socket.send(prompt)
    async for line in _typed(socket, tty):
        if line == "exit":
            break
        if line:
            answer = await _ran(server, target, [*shell, "-c", line])
            code = answer.get("exitCode") or 0
            await _outputs(call, answer, socket)
        if prompt:
            await socket.send(prompt)
    await _end(socket, code)


async def _typed(socket: Socket, tty: bool) -> AsyncIterator[str]:
    """The lines of standard input, until it is closed or a terminal sends its end (Ctrl-D); a terminal shows them."""
    rest = b""
    async for message in socket.messages():
        if not message or message[0] == CLOSE:
            return
        if message[0] != STDIN:
            continue
        if tty:
            await socket.send(bytes([STDOUT]) + message[1:].replace(b"\r", b"\r\n"))
        *lines, rest = (rest + message[1:].replace(b"\r", b"\n")).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").strip()
        if tty and END_OF_INPUT in rest:
            return


async def _followed(log: Response, socket: Socket) -> None:
    if log.stream is None:
        await socket.send(bytes([STDOUT]) + log.body.raw)
    else:
        async for deliveries in log.stream:
            await socket.send(bytes([STDOUT]) + b"".join([event.line for event, _ in deliveries]))
    await _end(socket, 0)


async def _end(socket: Socket, code: int) -> None:
    """The Status on the channel of errors: how it ended."""
    told: dict[str, Any] = {"metadata": {}, "status": "Success"}
    if code:
        causes = [{"reason": "ExitCode", "message": str(code)}]
        message = f"command terminated with exit code {code}"
        told = {
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": "NonZeroExitCode",
            "details": {"causes": causes},
        }
    await socket.send(bytes([ERROR]) + orjson.dumps(told))
