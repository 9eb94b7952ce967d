"""exec and attach: what is said over the channels of the socket, and who may."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.apiserver import conversation
from cluster.apiserver.views import request_of
from cluster.wire.conversation import Conversation
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
        ran.append(request.body.object["command"])
        failed = ran[-1][-1] == "fail"
        said = {"stdout": "" if failed else "out\n", "stderr": "bad\n" if failed else "", "exitCode": 3 * failed}
        return Response(200, Payload(object=said))

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
    assert orjson.loads(caller.heard(3)) == {"metadata": {}, "status": "Success"}
    assert caller.sent[-1] == {"type": "websocket.close", "code": 1000}
    assert commands == [["echo", "hi"]]


async def test_an_exit_code_is_told_as_a_status(home: Home, commands: list[list[str]]) -> None:
    _, caller = await talk(home, "command=fail")
    told = orjson.loads(caller.heard(3))
    assert (told["reason"], told["message"]) == ("NonZeroExitCode", "command terminated with exit code 3")
    assert told["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
    assert caller.heard(2) == b"bad\n"


async def test_a_shell_is_given_its_lines(home: Home, commands: list[list[str]]) -> None:
    _, caller = await talk(home, "command=sh&stdin=true", b"\0ls\nec", b"\0ho a\nexit\nnever\n")
    assert commands == [["sh", "-c", "ls"], ["sh", "-c", "echo a"]]
    assert caller.heard(1) == b"out\nout\n"


async def test_a_terminal_shows_what_is_typed_and_a_prompt(home: Home, commands: list[list[str]]) -> None:
    _, caller = await talk(home, "command=sh&stdin=true&tty=true", b"\0ls\r", b"\0\x04")
    assert caller.heard(1) == b"/ # ls\r\nout\r\n/ # \x04"


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
    assert (answer.status, answer.body.raw) == (400, b"Upgrade request required")


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
