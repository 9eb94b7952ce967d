"""A command's conversation: its input, its outputs, its end; and a client that hangs up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.clock import VirtualClock
from cluster.runtime.cri import CriError
from cluster.runtime.exec_session import ExecSession
from cluster.wire import channels
from cluster.wire.conversation import Talk, talk

CLOSED = bytes([channels.CLOSE, channels.STDIN])


class Commands:
    """Runs nothing: remembers, and answers as told."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.running: asyncio.Future[None] | None = None
        self.cancelled = False

    async def run(self, words: list[str]) -> Obj:
        self.ran.append(words)
        if words[-1] == "gone":
            raise CriError("NotFound", "the container is gone")
        if words[-1] == "for-ever":
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                self.cancelled = True
        failed = words[-1] == "fail"
        return {"stdout": "" if failed else "out\n", "stderr": "bad\n" if failed else "", "exitCode": 3 * failed}


def begin(commands: Commands, *words: str, stdin: bool = False, tty: bool = False) -> Talk:
    found = talk(ExecSession(commands.run, list(words), stdin=stdin, tty=tty).conversation(), channels.PROTOCOLS, 0)
    assert found is not None
    return found


async def heard(conversation: Talk, *typed: bytes) -> list[bytes]:
    for each in typed:
        await conversation.send(each)
    return [message async for message in conversation.messages()]


@pytest.fixture
def commands() -> Commands:
    return Commands()


async def test_outputs_come_over_their_channels_then_the_exit_code(commands: Commands) -> None:
    assert await heard(begin(commands, "ls")) == [b"\x01out\n", channels.ended(0)]
    assert await heard(begin(commands, "fail")) == [b"\x02bad\n", channels.ended(3)]
    assert b'"message":"command terminated with exit code 3"' in channels.ended(3)
    assert await heard(begin(commands, "gone")) == [channels.failed("the container is gone")]


async def test_cat_says_what_it_is_told_as_it_comes(commands: Commands) -> None:
    conversation = begin(commands, "cat", stdin=True)
    messages = conversation.messages()
    for said in (b"one", b"two\n", b"\xff\x00"):
        await conversation.send(b"\0" + said)
        assert await anext(messages) == b"\x01" + said
    await conversation.send(CLOSED)
    assert [each async for each in messages] == [channels.ended(0)]
    assert commands.ran == []


async def test_a_shell_is_given_its_lines(commands: Commands) -> None:
    said = await heard(begin(commands, "sh", stdin=True), b"\0ls\nec", b"\0ho a\nfail", CLOSED)
    assert commands.ran == [["sh", "-c", "ls"], ["sh", "-c", "echo a"], ["sh", "-c", "fail"]]
    assert said == [b"\x01out\n", b"\x01out\n", b"\x02bad\n", channels.ended(3)]
    assert await heard(begin(commands, "sh", stdin=True), b"\0exit 4\nnever\n") == [channels.ended(4)]


async def test_a_terminal_shows_what_is_typed_and_a_prompt(commands: Commands) -> None:
    size = bytes([channels.RESIZE]) + b'{"Width":80,"Height":24}'
    said = await heard(begin(commands, "sh", stdin=True, tty=True), size, b"\0ls\r", b"\0\x04")
    assert b"".join(each[1:] for each in said[:-1]) == b"/ # ls\r\nout\r\n/ # \x04"


async def test_a_client_that_hangs_up_ends_the_command(commands: Commands) -> None:
    clock = VirtualClock()

    class Gone:
        async def receive(self) -> dict[str, Any]:
            return {"type": "websocket.disconnect"}

        async def send(self, message: dict[str, Any]) -> None:
            raise AssertionError("nobody listens")

    from cluster.wire.conversation import Socket

    client = Gone()
    await ExecSession(commands.run, ["for-ever"], stdin=False, tty=False).converse(
        Socket(client.receive, client.send, "")
    )
    await clock.settle()
    assert commands.cancelled
