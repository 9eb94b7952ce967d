"""A container's command line that a shell runs: its world made, its process started, commands run beside it.

Imported when the first such container starts, so that clusters without one never load the shell.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cluster.runtime import images
from cluster.runtime.files import Files, Mount, Volume
from cluster.runtime.shell import programs
from cluster.runtime.shell.interpreter import Shell
from cluster.runtime.shell.process import BrokenPipe, Exit, Pipe, Process, World, Writer

if TYPE_CHECKING:
    from cluster.clock import Clock
    from cluster.runtime.container import Container, Sandbox

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TERMINATED = 143


class Log:
    """Standard output as the container's log keeps it: whole lines and their moments."""

    def __init__(self, container: Container, clock: Clock) -> None:
        self._container, self._clock, self._rest = container, clock, ""

    def write(self, text: str) -> None:
        *lines, self._rest = (self._rest + text).split("\n")
        if lines:
            self._container.wrote(self._clock.now(), lines)

    def flush(self) -> None:
        if self._rest:
            self.write("\n")


class Program:
    """One container's processes."""

    def __init__(self, container: Container, sandbox: Sandbox, clock: Clock, volumes: Callable[[str], Volume]) -> None:
        self.container, self.clock = container, clock
        mounts = tuple(
            Mount(each["containerPath"].rstrip("/") or "/", volumes(each["hostPath"]), each.get("subPath", ""), bool(each.get("readonly")))
            for each in container.mounts
        )  # fmt: skip
        main = " ".join((*container.command, *container.args)) or container.image
        self.world = World(
            clock,
            Files(images.files(container.image), mounts),
            sandbox.metadata.get("name", ""),
            sandbox.ip,
            Shell,
            started=clock.now(),
            main=main,
            has_any_program=not images.is_shell(container.image),
        )
        self.main = self.process(Pipe(closed=True), Log(container, clock), Log(container, clock))
        self.main.pid, self.main.name = 1, main
        self.shell: Shell | None = None
        self._ended: Callable[[int], None] = lambda code: None
        self.world.processes[1] = self.main

    def _keep_shell(self, shell: Shell) -> None:
        """The shell that is process 1 is the one that signals reach."""
        if self.shell is None:
            self.shell = shell

    def process(self, stdin: Any, stdout: Writer, err: Writer) -> Process:
        env = {"PATH": PATH, "HOSTNAME": self.world.hostname, "HOME": "/root", **self.container.env}
        found = Process(self.world, env, stdin, stdout, err)
        if self.container.folder:
            found.cwd = self.container.folder
        return found

    def start(self, ended: Callable[[int], None]) -> None:
        """Run the container's command; `ended` is told its exit code, unless it was ended from outside."""

        self._ended = ended
        self.main.on_shell = self._keep_shell

        async def run() -> None:
            code = await self._to_end(self.main, list(self.container.behaviour.script))
            for stream in (self.main.stdout, self.main.err):
                if isinstance(stream, Log):
                    stream.flush()
            ended(code)

        self.main.task = asyncio.get_running_loop().create_task(run())

    def traps(self) -> bool:
        """Has its shell a trap for SIGTERM?"""
        return self.shell is not None and "TERM" in self.shell.process.trap

    def terminate(self) -> None:
        """SIGTERM: the trap runs in place of what the shell does."""
        shell, task = self.shell, self.main.task
        if shell is None or task is None:
            return
        task.cancel()
        action = shell.process.trap["TERM"]

        async def run() -> None:
            try:
                await shell.run(action)
            finally:
                self._ended(shell.code)

        self.main.task = asyncio.get_running_loop().create_task(run())

    def stop(self) -> None:
        """Every process is gone."""
        for process in list(self.world.processes.values()):
            if process.task is not None:
                process.task.cancel()

    def has(self, name: str) -> bool:
        """Is there such a program in its image, or such a file?"""
        path = posixpath.normpath(posixpath.join(self.container.folder or "/", name))
        return programs.is_there(name) or ("/" in name and self.world.files.find(path) is not None)

    async def run(self, command: list[str], stdin: Any, stdout: Writer, err: Writer, *, tty: bool = False) -> int:
        """A command beside it (exec), to its end."""
        process = self.process(stdin, stdout, err)
        process.tty = tty
        self.world.next_pid += 1
        process.pid, process.name = self.world.next_pid, " ".join(command)
        self.world.processes[process.pid] = process
        try:
            return await self._to_end(process, command)
        finally:
            self.world.processes.pop(process.pid, None)

    async def _to_end(self, process: Process, command: list[str]) -> int:
        try:
            return await programs.run(process, command)
        except Exit as end:
            return end.code
        except BrokenPipe:
            return 141
        except RecursionError:
            process.complain("sh: out of memory")
            return 2
