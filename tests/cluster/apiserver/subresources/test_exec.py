"""exec and attach: what is said over the channels of the socket, and who may."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apiserver import conversation
from cluster.apiserver.views import request_of
from cluster.wire import channels
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import REPEATED, Payload, Request, Response
from tests.cluster.apiserver.conftest import Home, pod

PATH = "/api/v1/namespaces/default/pods/web/exec"
V5 = "v5.channel.k8s.io"


class Caller:
    """The other end of a WebSocket, as ASGI has it."""

    def __init__(self, *typed: bytes) -> None:
        self.events: list[dict[str, Any]] = [{"type": "websocket.receive", "bytes": each} for each in typed]
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        return self.events.pop(0) if self.events else {"type": "websocket.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def heard(self, channel: int) -> bytes:
        return b"".join(each["bytes"][1:] for each in self.sent if each.get("bytes", b"\0")[0] == channel)


@pytest.fixture
async def commands(home: Home) -> list[list[str]]:
    """A pod on a node whose kubelet runs what it is told, and remembers it."""
    await home.client.create("Pod", pod(nodeName="n1"))
    ran: list[list[str]] = []

    async def kubelet(request: Request) -> Response:
        ran.append([*request.body.object["command"], *request.query])

        async def converse(socket: Socket) -> None:
            await socket.send(channels.message(channels.STDOUT, b"out\n"))
            async for said in socket.messages():
                await socket.send(channels.message(channels.STDOUT, said[1:]))
            await socket.send(channels.ended(0))

        return Conversation(channels.PROTOCOLS, converse)

    home.wire.serve("kubelet.n1", kubelet)
    return ran


async def talk(home: Home, query: str, *typed: bytes, token: str = "admin-token") -> tuple[Response, Caller]:
    answer = await home.ask("GET", f"{PATH}?{query}", token=token)
    caller = Caller(*typed)
    await conversation.hold(answer, ["v4.channel.k8s.io", V5], caller.receive, caller.send)
    return answer, caller


async def test_a_command_s_output_comes_over_its_channels(home: Home, commands: list[list[str]]) -> None:
    answer, caller = await talk(home, f"command=echo{REPEATED}hi&stdout=true")
    assert isinstance(answer, Conversation)
    assert caller.sent[0] == {"type": "websocket.accept", "subprotocol": V5}
    assert (caller.heard(1), caller.heard(2)) == (b"out\n", b"")
    assert commands == [["echo", "hi"]]


async def test_what_is_typed_goes_to_the_kubelet(home: Home, commands: list[list[str]]) -> None:
    _, caller = await talk(home, "command=cat&stdin=true&tty=true", b"\0one", b"\0two")
    assert commands == [["cat", "stdin", "tty"]]
    assert caller.heard(1) == b"out\nonetwo"


async def test_what_is_refused_never_becomes_a_conversation(home: Home, commands: list[list[str]]) -> None:
    for query in ("stdout=true", "command=ls&container=nope"):
        answer, caller = await talk(home, query)
        assert answer.status == 400
        assert caller.sent == [{"type": "websocket.close", "code": 4400}]
    home.wire.withdraw("kubelet.n1")
    assert (await talk(home, "command=ls"))[0].status == 500
    assert commands == []


async def test_a_conversation_needs_the_right_to_create_it(home: Home, commands: list[list[str]]) -> None:
    rules = [{"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get"]}]
    await home.client.create("Role", {"metadata": {"name": "r", "namespace": "default"}, "rules": rules})
    subject = {"kind": "User", "name": "mallory", "apiGroup": "rbac.authorization.k8s.io"}
    reference = {"kind": "Role", "name": "r", "apiGroup": "rbac.authorization.k8s.io"}
    binding = {"metadata": {"name": "b", "namespace": "default"}, "roleRef": reference, "subjects": [subject]}
    await home.client.create("RoleBinding", binding)
    answer, _ = await talk(home, "command=ls", token="mallory-token")
    assert answer.status == 403
    assert 'cannot create resource "pods/exec"' in answer.body.object["message"]


async def test_without_a_socket_it_is_refused(home: Home, commands: list[list[str]]) -> None:
    answer = await home.ask("POST", f"{PATH}?command=ls")
    assert isinstance(answer, Conversation)
    assert (answer.refused().status, answer.refused().body.raw) == (400, b"Upgrade request required")


async def test_an_attachment_follows_what_a_container_writes(home: Home) -> None:
    await home.client.create("Pod", pod(nodeName="n1"))

    async def kubelet(request: Request) -> Response:
        assert (request.path, request.query["follow"]) == ("/containerLogs/default/web/main", "true")
        return Response(200, Payload(raw=b"line\n"))

    home.wire.serve("kubelet.n1", kubelet)
    answer = await home.ask("GET", PATH.replace("/exec", "/attach"))
    caller = Caller()
    await conversation.hold(answer, [V5], caller.receive, caller.send)
    assert caller.heard(1) == b"line\n"


def test_a_parameter_that_comes_twice_keeps_both_values() -> None:
    scope = {"query_string": b"command=echo&command=a+b&stdout=true", "headers": []}
    assert request_of(scope, "/", b"", None).query == {"command": f"echo{REPEATED}a b", "stdout": "true"}
