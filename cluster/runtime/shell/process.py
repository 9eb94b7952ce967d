"""One running command of a container: its streams, environment, folder; and the world that it finds around it.

Time passes by the clock only. A command that goes on and on without waiting is made to use the processor: after some
hundred steps a tenth of a second passes.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cluster.clock import Clock
    from cluster.runtime.files import Files

STEPS_A_SLICE, SLICE_SECONDS = 200, 0.1
LONGEST_PIPE = 256 * 1024


class BrokenPipe(Exception):
    """Nobody reads any more."""


class Exit(Exception):
    """The process ends."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code & 0xFF


class Writer(Protocol):
    def write(self, text: str) -> None: ...


class Null:
    """/dev/null, and the empty input."""

    def write(self, text: str) -> None:
        pass

    async def line(self) -> str | None:
        return None


class Pipe:
    """A pipe between two commands, a command's input, or what is kept of its output."""

    __slots__ = ("_buffer", "_changed", "closed", "unread")

    def __init__(self, text: str = "", *, closed: bool = False) -> None:
        self._buffer = text
        self._changed: asyncio.Event | None = None
        self.closed = closed
        self.unread = False
        """Its reader has gone."""

    def write(self, text: str) -> None:
        if self.unread:
            raise BrokenPipe
        if len(self._buffer) < LONGEST_PIPE:
            self._buffer += text
        self._tell()

    def close(self) -> None:
        self.closed = True
        self._tell()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed.set()

    async def _wait(self) -> None:
        self._changed = asyncio.Event()
        await self._changed.wait()
        self._changed = None

    async def line(self) -> str | None:
        """The next line with its end; None when there is none any more."""
        while "\n" not in self._buffer and not self.closed:
            await self._wait()
        if not self._buffer:
            return None
        head, end, self._buffer = self._buffer.partition("\n")
        return head + end

    def taken(self) -> str:
        """What is there now."""
        found, self._buffer = self._buffer, ""
        return found


class FileWriter:
    """Appends to a file of the container."""

    __slots__ = ("_process", "path")

    def __init__(self, process: Process, path: str) -> None:
        self._process, self.path = process, path

    def write(self, text: str) -> None:
        self._process.world.files.write(self.path, text, self._process.world.clock.now(), append=True)


class Script(Protocol):
    """A shell, as programs see it."""

    code: int
    options: set[str]

    async def run(self, text: str) -> int: ...

    async def source(self, text: str) -> int: ...


@dataclass(slots=True)
class World:
    """What all processes of one container share."""

    clock: Clock
    files: Files
    hostname: str
    address: str
    shell: Callable[[Process, list[str]], Script]
    """Makes a shell of a process; programs reach it by this, as /bin/sh."""
    resolv_conf: str = ""
    started: float = 0.0
    main: str = ""
    has_any_program: bool = True
    """An image of which nobody knows what is in it: an unknown program runs for ever."""
    processes: dict[int, Process] = field(default_factory=dict)
    next_pid: int = 1
    cpu_seconds: float = 0.0
    steps: int = 0


class Process:
    """A command that runs; a shell makes more of them."""

    __slots__ = ("cwd", "env", "err", "name", "on_shell", "pid", "stdin", "stdout", "task", "trap", "tty", "world")

    def __init__(self, world: World, env: dict[str, str], stdin: Any, stdout: Writer, err: Writer) -> None:
        self.world, self.env, self.stdin, self.stdout, self.err = world, env, stdin, stdout, err
        self.cwd = "/"
        self.pid = 0
        self.name = ""
        self.task: asyncio.Task[Any] | None = None
        self.trap: dict[str, str] = {}
        self.tty = False
        self.on_shell: Callable[[Any], None] | None = None

    def child(self, **streams: Any) -> Process:
        """Another with the same surroundings; changes of its variables stay its own."""
        found = Process(
            self.world,
            dict(self.env),
            streams.get("stdin", self.stdin),
            streams.get("stdout", self.stdout),
            streams.get("err", self.err),
        )
        found.cwd, found.name, found.pid = self.cwd, self.name, self.pid
        return found

    def path(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.cwd, name))

    def say(self, text: str) -> None:
        self.stdout.write(text + "\n")

    def complain(self, text: str) -> None:
        self.err.write(text + "\n")

    @property
    def now(self) -> float:
        return self.world.clock.now()

    async def sleep(self, seconds: float) -> None:
        self.world.steps = 0
        await self.world.clock.sleep(seconds)

    async def step(self) -> None:
        """One more command was run."""
        world = self.world
        world.steps += 1
        if world.steps >= STEPS_A_SLICE:
            world.steps = 0
            world.cpu_seconds += SLICE_SECONDS
            await world.clock.sleep(SLICE_SECONDS)

    async def text(self, names: list[str], program: str) -> tuple[str, int]:
        """All of the named files, of the input when none is named; 1 when one could not be read."""
        if not names:
            return await self.rest(), 0
        found, code = [], 0
        for name in names:
            if name == "-":
                found.append(await self.rest())
                continue
            try:
                found.append(self.open(name))
            except FileFault as error:
                self.complain(f"{program}: {error}")
                code = 1
        return "".join(found), code

    async def rest(self) -> str:
        found = []
        while (line := await self.stdin.line()) is not None:
            found.append(line)
        return "".join(found)

    def open(self, name: str) -> str:
        """FileFault in busybox's words."""
        from cluster.runtime.files import FileError

        try:
            return special(self, name) or self.world.files.read(self.path(name))
        except FileError as error:
            said = str(error)
            raise FileFault(
                f"read error: {said}" if said == "Is a directory" else f"can't open '{name}': {said}"
            ) from error


class FileFault(Exception):
    """What busybox says of a file that it cannot use."""


def special(process: Process, name: str) -> str:
    """Files that the machine makes: /proc, /etc/hostname, …; "" for others."""
    path, world = process.path(name), process.world
    if path == "/etc/hostname":
        return world.hostname + "\n"
    if path == "/etc/resolv.conf":
        return world.resolv_conf
    if path == "/etc/hosts" and world.files.find(path) is None:
        return f"# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n{world.address}\t{world.hostname}\n"
    if path == "/proc/1/cmdline":
        return world.main.replace(" ", "\0") + "\0"
    if path == "/proc/uptime":
        return f"{process.now - world.started:.2f} 0.00\n"
    return ""
