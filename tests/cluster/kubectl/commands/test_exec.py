"""exec: what is typed goes to the container, what it writes comes back, its exit code is kubectl's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
import pytest

from cluster.apimachinery.status import bad_request
from cluster.kubectl.commands.streaming import PROTOCOLS
from cluster.wire.conversation import Conversation, Socket
from tests.cluster.kubectl.conftest import Kubectl

POD = "/api/v1/namespaces/default/pods/web"
TWO = {"containers": [{"name": "app"}, {"name": "side"}]}


def succeeded(code: int = 0) -> bytes:
    if not code:
        return b"\3" + orjson.dumps({"status": "Success"})
    causes = [{"reason": "ExitCode", "message": str(code)}]
    told = f"command terminated with exit code {code}"
    return b"\3" + orjson.dumps({"reason": "NonZeroExitCode", "message": told, "details": {"causes": causes}})


async def echo(socket: Socket) -> None:
    """Repeats each line as a terminal does, then shouts it."""
    async for message in socket.messages():
        if message[0] == 255:
            break
        await socket.send(b"\1" + message[1:].replace(b"\n", b"\r\n") + message[1:].upper())
    await socket.send(succeeded())


async def fail(socket: Socket) -> None:
    await socket.send(b"\1out\n")
    await socket.send(b"\2oh\n")
    await socket.send(succeeded(3))


class Keys:
    terminal = True

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown

    def __call__(self) -> str:
        return ""

    async def pieces(self) -> AsyncIterator[str]:
        yield "ls\n"


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    metadata = {"name": "web", "namespace": "default"}
    kubectl.answers.by_path[POD] = {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": TWO}
    return kubectl


async def test_output_errors_and_exit_code_come_back(web: Kubectl) -> None:
    web.answers.by_path[f"{POD}/exec"] = Conversation(PROTOCOLS, fail)
    assert await web("exec", "web", "-c", "side", "--", "sh", "-c", "x") == (
        3,
        "out\n",
        "oh\ncommand terminated with exit code 3\n",
    )
    asked = web.answers.sent[-1].query
    assert (asked["command"], asked["container"], "stdin" in asked) == ("sh\0-c\0x", "side", False)


async def test_the_first_container_is_the_default_and_it_is_said(web: Kubectl) -> None:
    web.answers.by_path[f"{POD}/exec"] = Conversation(PROTOCOLS, fail)
    assert (await web("exec", "web", "--", "x"))[2].startswith('Defaulted container "app" out of: app, side\n')


@pytest.mark.parametrize(("shown", "out"), [(False, "ls\nLS\n"), (True, "LS\n")])
async def test_a_terminal_s_echo_is_seen_once(web: Kubectl, shown: bool, out: str) -> None:
    web.answers.by_path[f"{POD}/exec"] = Conversation(PROTOCOLS, echo)
    assert await web("exec", "-itq", "web", "--", "sh", stdin=Keys(shown=shown)) == (0, out, "")
    assert web.answers.sent[-1].query["tty"] == "true"


async def test_without_a_terminal_there_is_no_tty(web: Kubectl) -> None:
    web.answers.by_path[f"{POD}/exec"] = Conversation(PROTOCOLS, echo)
    told = await web("exec", "-it", "web", "-c", "app", "--", "sh", stdin="ls\n")
    assert told == (
        0,
        "ls\r\nLS\n",
        "Unable to use a TTY - input is not a terminal or the right kind of file\n",
    )


async def test_a_refusal_is_told(web: Kubectl) -> None:
    web.answers.by_path[f"{POD}/exec"] = bad_request("pod web does not have a host assigned")
    assert await web("exec", "web", "-q", "--", "x") == (
        1,
        "",
        "Error from server (BadRequest): pod web does not have a host assigned\n",
    )
