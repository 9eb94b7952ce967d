"""A conversation with a container: what is typed goes to its standard input, what it writes to stdout and stderr.

Models: client-go/tools/remotecommand/{websocket,v4,v5}.go, kubectl/pkg/cmd/exec/exec.go v1.37
Simplified: a terminal has no size.
"""

from __future__ import annotations

import asyncio
import codecs

import orjson

from cluster.kubectl import session
from cluster.kubectl.errors import Bare, CommandError
from cluster.kubectl.invocation import Invocation
from cluster.wire.conversation import Talk
from cluster.wire.message import ConnectionLost

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
NO_TTY = "Unable to use a TTY - input is not a terminal or the right kind of file\n"


def wants_terminal(invocation: Invocation, *, quiet: bool) -> bool:
    """May `-t` be had? It needs `-i` and a person's terminal. Models: StreamOptions.SetupTTY"""
    if not invocation.flags["stdin"] or not invocation.flags["tty"]:
        return False
    keyboard = session.keyboard_of(invocation.stdin)
    if keyboard is not None and keyboard.terminal:
        return True
    if not quiet:
        invocation.err(NO_TTY)
    return False


async def run(invocation: Invocation, path: str, query: dict[str, str], *, tty: bool) -> None:
    """Talk until the container's command ends. Raises CommandError with its exit code, ApiError for a refusal."""
    reads = bool(invocation.flags["stdin"])
    query = {**query, "stdout": "true", **({"stdin": "true"} if reads else {}), **({"tty": "true"} if tty else {})}
    if not tty:
        query["stderr"] = "true"
    talk = await invocation.converse(path, query, PROTOCOLS)
    ears = _Ears(invocation, tty)
    typing = asyncio.get_running_loop().create_task(_type(invocation, talk, ears)) if reads else None
    try:
        async for message in talk.messages():
            ears.hear(message)
    finally:
        if typing is not None:
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)
        await talk.close()
    ears.judge()


async def _type(invocation: Invocation, talk: Talk, ears: _Ears) -> None:
    async for piece in session.pieces(invocation.stdin):
        ears.expect(piece)
        await talk.send(bytes([STDIN]) + piece.encode())
    await talk.send(bytes([CLOSE, STDIN]))


class _Ears:
    """Writes what is heard on the channels, and keeps how it ended."""

    def __init__(self, invocation: Invocation, tty: bool) -> None:
        self._writers = {STDOUT: invocation.out, STDERR: invocation.err}
        self._decoders = {channel: codecs.getincrementaldecoder("utf-8")("replace") for channel in self._writers}
        keyboard = session.keyboard_of(invocation.stdin)
        self._tty = tty
        self._swallows = tty and keyboard is not None and keyboard.shown
        self._echo = ""
        self._end: bytes | None = None

    def expect(self, typed: str) -> None:
        """The far end of a terminal repeats what was typed; whoever sees it already is spared that."""
        if self._swallows:
            self._echo += typed

    def hear(self, message: bytes) -> None:
        channel, data = message[0], message[1:]
        if channel == ERROR:
            self._end = data
        elif channel in self._writers:
            text = self._decoders[channel].decode(data)
            if text := self._without_echo(text.replace("\r\n", "\n") if self._tty else text):
                self._writers[channel](text)

    def _without_echo(self, text: str) -> str:
        same = 0
        while same < min(len(text), len(self._echo)) and text[same] == self._echo[same]:
            same += 1
        self._echo = self._echo[same:]
        return text[same:]

    def judge(self) -> None:
        """Raises CommandError when the command did not end well, ConnectionLost when nobody said how it ended."""
        if self._end is None:
            raise ConnectionLost("the conversation ended without a status")
        status = orjson.loads(self._end)
        if status.get("status") == "Success":
            return
        if status.get("reason") == "NonZeroExitCode":
            causes = (status.get("details") or {}).get("causes") or ()
            code = next((int(each["message"]) for each in causes if each.get("reason") == "ExitCode"), 1)
            raise Bare(status["message"], code)
        raise CommandError(status.get("message", ""))
