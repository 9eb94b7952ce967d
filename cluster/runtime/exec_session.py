"""CRI's Exec: a command in a container with its standard streams, as a conversation; what Exec's URL leads to upstream.

A shell without a script is given its lines one by one, `cat` says what it is told; any other command reads nothing. When
the client hangs up the command is ended.
Models: cri-api/pkg/apis/runtime/v1/api.proto Exec; kubelet/pkg/cri/streaming/remotecommand v1.37
Simplified: output is sent when a command ends; a terminal's size is not used.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from cluster.apimachinery.meta import Obj
from cluster.runtime.cri import CriError
from cluster.wire import channels
from cluster.wire.conversation import Conversation, Socket

SHELLS = ("sh", "bash", "ash")
PROMPT, END_OF_INPUT = b"/ # ", b"\x04"
MOST_WAITING = 64

Run = Callable[[list[str]], Awaitable[Obj]]
"""Runs a command to its end: {"stdout", "stderr", "exitCode"}."""


class ExecSession:
    """One command; `stdin` says whether it may read, `tty` whether it has a terminal."""

    def __init__(self, run: Run, command: list[str], *, stdin: bool, tty: bool) -> None:
        self._run = run
        self._command = command
        self._tty = tty
        self._program = command[0].rpartition("/")[2]
        self._reads_lines = stdin and len(command) == 1 and self._program in SHELLS
        self._echoes = stdin and self._program == "cat" and all(each == "-" for each in command[1:])
        self._typed: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)

    def conversation(self) -> Conversation:
        return Conversation(channels.PROTOCOLS, self.converse)

    async def converse(self, socket: Socket) -> None:
        """Until the command ends, or the client hangs up."""
        working = asyncio.get_running_loop().create_task(self._work(socket))
        listening = asyncio.get_running_loop().create_task(self._listen(socket, working))
        try:
            await asyncio.wait([working])
        finally:
            for task in (listening, working):
                task.cancel()
            await asyncio.gather(listening, working, return_exceptions=True)

    async def _listen(self, socket: Socket, working: asyncio.Task[None]) -> None:
        async for message in socket.messages():
            if message[:1] == bytes([channels.STDIN]):
                await self._typed.put(message[1:])
            elif message[:1] == bytes([channels.CLOSE]):
                await self._typed.put(None)
        working.cancel()

    async def _work(self, socket: Socket) -> None:
        try:
            if self._reads_lines:
                code = await self._lines(socket)
            elif self._echoes:
                code = await self._echo(socket)
            else:
                code = await self._once(socket, self._command)
        except CriError as error:
            await socket.send(channels.failed(str(error)))
        else:
            await socket.send(channels.ended(code))

    async def _once(self, socket: Socket, command: list[str]) -> int:
        answer = await self._run(command)
        for channel, name in ((channels.STDOUT, "stdout"), (channels.STDERR, "stderr")):
            if text := answer.get(name):
                sent = text.replace("\n", "\r\n") if self._tty else text
                await socket.send(channels.message(channels.STDOUT if self._tty else channel, sent.encode()))
        return int(answer.get("exitCode") or 0)

    async def _echo(self, socket: Socket) -> int:
        while (said := await self._typed.get()) is not None:
            await socket.send(channels.message(channels.STDOUT, said))
        return 0

    async def _lines(self, socket: Socket) -> int:
        """A shell that is given its lines: each runs as a command of its own, until `exit` or the end."""
        prompt, code = channels.message(channels.STDOUT, PROMPT) if self._tty else b"", 0
        if prompt:
            await socket.send(prompt)
        async for line in self._typed_lines(socket):
            word, _, rest = line.partition(" ")
            if word == "exit":
                return int(rest) if rest.strip().isdigit() else code
            if line:
                code = await self._once(socket, [*self._command, "-c", line])
            if prompt:
                await socket.send(prompt)
        return code

    async def _typed_lines(self, socket: Socket) -> AsyncIterator[str]:
        """The lines of standard input, until it is closed or a terminal sends its end (Ctrl-D); a terminal shows them."""
        rest = b""
        while (said := await self._typed.get()) is not None:
            if self._tty:
                await socket.send(channels.message(channels.STDOUT, said.replace(b"\r", b"\r\n")))
            *lines, rest = (rest + said.replace(b"\r", b"\n")).split(b"\n")
            for line in lines:
                yield line.decode("utf-8", "replace").strip()
            if self._tty and END_OF_INPUT in rest:
                return
        if rest:
            yield rest.decode("utf-8", "replace").strip()
