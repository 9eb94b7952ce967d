"""Commands in containers: the command line that a container runs, exec's, a shell that somebody talks with.

`Commands` is the runtime's part that knows processes; the shell is imported when the first one starts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.clock import Clock
from cluster.runtime.container import Container, Sandbox
from cluster.runtime.cri import RUNNING, CriError
from cluster.runtime.machine import Machine

if TYPE_CHECKING:
    from cluster.runtime.program import Program

SHELLS = ("sh", "bash", "ash")
NO_EXECUTABLE = (
    "failed to exec in container: failed to create exec: OCI runtime exec failed: exec failed: unable to start container"
    ' process: exec: "{}": executable file not found in $PATH'
)


class Commands:
    """Starts programs and runs commands on one machine."""

    def __init__(self, machine: Machine, clock: Clock) -> None:
        self.machine, self.clock = machine, clock

    def program(self, container: Container) -> Program:
        from cluster.runtime.program import Program

        if container.program is None:
            sandbox = self.machine.sandboxes.get(container.sandbox) or Sandbox(container.sandbox, {}, "")
            container.program = Program(container, sandbox, self.clock, self.machine.volume)
        return container.program

    def start(self, container: Container, on_end: Callable[[Container, int, str], None]) -> None:
        """Run its command line, once; `on_end` is told while it is not taken away."""
        container.on_end = on_end
        if container.program is None:
            container.output = container.output or []
            self.program(container).start(lambda code: container.ran(self.clock, code))

    async def run(self, container: Container, command: list[str], limit_seconds: float = 0.0) -> Obj:
        """A command to its end: {"stdout", "stderr", "exitCode"}; CriError when nobody brings it, or when it takes too
        long (`limit_seconds`, 0: no limit)."""
        from cluster.runtime.shell.process import Pipe

        _check(container)
        program = self.program(container)
        if not program.has(command[0]):
            raise CriError("Unknown", NO_EXECUTABLE.format(command[0]))
        stdout, err = Pipe(), Pipe()
        running = program.run(command, Pipe(closed=True), stdout, err)
        task = asyncio.get_running_loop().create_task(running)
        timer = self.clock.call_later(limit_seconds, task.cancel) if limit_seconds else None
        try:
            code = await task
        except asyncio.CancelledError:
            if timer is None or not task.cancelled() or self.clock.now() < timer.when:
                raise
            raise CriError("DeadlineExceeded", f"command {command!r} timed out") from None
        finally:
            task.cancel()
            if timer is not None:
                timer.cancel()
        return {"stdout": stdout.taken(), "stderr": err.taken(), "exitCode": code}

    def conversing(self, container: Container, command: list[str]) -> Callable[[list[str]], Awaitable[Obj]]:
        """What runs the commands of one exec: a shell without a script keeps its variables and folder from line to line."""
        _check(container)
        if len(command) != 1 or command[0].rpartition("/")[2] not in SHELLS:
            return lambda words: self.run(container, words)
        return Talk(self.program(container)).line


class Talk:
    """A shell that is given its lines one by one."""

    def __init__(self, program: Program) -> None:
        from cluster.runtime.shell.interpreter import Shell
        from cluster.runtime.shell.process import Pipe

        self.stdout, self.err = Pipe(), Pipe()
        self.shell = Shell(program.process(Pipe(closed=True), self.stdout, self.err))

    async def line(self, words: list[str]) -> Obj:
        """[sh, -c, line]: the line, in the shell that was there before."""
        from cluster.runtime.shell.process import Exit

        try:
            code = await self.shell.source(words[-1])
        except Exit as end:
            code = end.code
        return {"stdout": self.stdout.taken(), "stderr": self.err.taken(), "exitCode": code}


def _check(container: Container) -> None:
    if container.state != RUNNING:
        raise CriError("FailedPrecondition", f"container {container.id} is not running")
