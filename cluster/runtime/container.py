"""A simulated sandbox and container: state, log, files, figures. What it does, its image's behaviour says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cluster.apimachinery.meta import Obj
from cluster.clock import Clock, Timer, rfc3339_micro
from cluster.runtime.cri import CREATED, EXITED, RUNNING, SANDBOX_NOT_READY, SANDBOX_READY, LogChunk
from cluster.runtime.script import Behaviour, Line
from cluster.wire.hop import current_hop
from cluster.wire.stream import Stream

if TYPE_CHECKING:
    from cluster.runtime.program import Program

LOG_LINES = 2_000
MEMORY_BYTES, CPU_NANO_CORES = 12 * 1024 * 1024, 1_000_000


@dataclass(slots=True)
class Sandbox:
    """A pod's sandbox."""

    id: str
    metadata: Obj
    ip: str
    ready: bool = True

    def shown(self) -> Obj:
        state = SANDBOX_READY if self.ready else SANDBOX_NOT_READY
        return {"id": self.id, "metadata": self.metadata, "ip": self.ip, "state": state}


@dataclass(slots=True)
class Container:
    """A container in a sandbox; times are cluster seconds."""

    id: str
    sandbox: str
    name: str
    attempt: int
    image: str
    behaviour: Behaviour
    created: float
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    state: str = CREATED
    started: float = 0.0
    finished: float = 0.0
    exit_code: int = 0
    reason: str = ""
    env: dict[str, str] = field(default_factory=dict)
    mounts: tuple[Obj, ...] = ()
    folder: str = ""
    output: list[Line] | None = None
    """What a command line that a shell runs has written."""
    program: Program | None = None
    timer: Timer | None = None
    followers: set[asyncio.Event] | None = None
    on_end: Callable[[Container, int, str], None] | None = None

    def age(self, now: float) -> float:
        """How long it has run, or ran."""
        return (self.finished if self.state == EXITED else now) - self.started

    def is_healthy(self, now: float) -> bool:
        return self.behaviour.healthy_after <= self.age(now) < self.behaviour.healthy_until

    def rest(self) -> None:
        """Nobody waits for its end any more; it goes on."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.on_end = None

    def halt(self) -> None:
        """Its processes are gone, and nobody is told."""
        self.rest()
        if self.program is not None:
            self.program.stop()
            self.program = None

    def wrote(self, now: float, lines: list[str]) -> None:
        output = self.output = self.output if self.output is not None else []
        output += [(now, line) for line in lines]
        if len(output) > 2 * LOG_LINES:
            del output[:-LOG_LINES]
        for follower in self.followers or ():
            follower.set()

    def ran(self, clock: Clock, exit_code: int) -> None:
        """Its command line came to its end; the runtime is told when there is one."""
        if self.on_end is not None:
            self.on_end(self, exit_code, "Completed" if exit_code == 0 else "Error")
        else:
            self.end(clock.now(), exit_code, "Completed" if exit_code == 0 else "Error")

    def end(self, now: float, exit_code: int, reason: str) -> None:
        self.finished, self.exit_code, self.reason, self.state = now, exit_code, reason, EXITED
        for follower in self.followers or ():
            follower.set()

    def log(self, now: float, asked: Obj, after: float = -1.0) -> list[Line]:
        """Its lines as CRI's log options ask: `tail`, `since` (cluster seconds); newer than `after`."""
        if self.state == CREATED:
            return []
        written = self.output or [(self.started + at, text) for at, text in self.behaviour.written(self.age(now))]
        lines = [each for each in written[-LOG_LINES:] if each[0] > after]
        if (since := asked.get("since")) is not None:
            lines = [each for each in lines if each[0] >= since]
        if (tail := asked.get("tail")) is not None:
            lines = lines[-tail:] if tail else []
        return lines

    def shown(self) -> Obj:
        return {
            "id": self.id,
            "podSandboxId": self.sandbox,
            "metadata": {"name": self.name, "attempt": self.attempt},
            "image": self.image,
            "state": self.state,
            "startedAt": self.started,
            "finishedAt": self.finished,
            "exitCode": self.exit_code,
            "reason": self.reason,
        }

    def stats(self, now: float) -> dict[str, Any]:
        """CRI's ContainerStats, in outline: a simulated process uses a little, always."""
        at = int(now * 1e9)
        spent = int(self.age(now) * CPU_NANO_CORES) if self.state == RUNNING else 0
        return {
            "attributes": {"id": self.id, "metadata": {"name": self.name, "attempt": self.attempt}},
            "cpu": {
                "timestamp": at,
                "usageCoreNanoSeconds": {"value": spent},
                "usageNanoCores": {"value": CPU_NANO_CORES},
            },
            "memory": {"timestamp": at, "workingSetBytes": {"value": MEMORY_BYTES}},
        }


def shown_lines(lines: list[Line], asked: Obj) -> list[str]:
    """With `timestamps`, each line begins with its moment."""
    return [f"{rfc3339_micro(at)} {text}" if asked.get("timestamps") else text for at, text in lines]


def follow(container: Container, clock: Clock, asked: Obj) -> Stream:
    """The log so far, then each line when it is written, until the container has ended or the reader goes."""
    wake = asyncio.Event()
    followers = container.followers = container.followers or set()
    followers.add(wake)
    stream = Stream(on_close=wake.set)
    task = asyncio.get_running_loop().create_task(_tell(container, clock, asked, stream, wake))
    task.add_done_callback(lambda _: followers.discard(wake))
    return stream


async def _tell(container: Container, clock: Clock, asked: Obj, stream: Stream, wake: asyncio.Event) -> None:
    after = -1.0
    while not stream.closed:
        lines = container.log(clock.now(), asked, after)
        if lines:
            text = "".join(f"{line}\n" for line in shown_lines(lines, asked))
            stream.push([LogChunk(text, current_hop.get())])
            after = lines[-1][0]
        elif asked.get("tail") == 0:
            after = clock.now()
        asked = {**asked, "tail": None}
        if container.state == EXITED:
            stream.close()
            return
        later = container.behaviour.next_line(container.age(clock.now()))
        timer = clock.call_at(container.started + later, wake.set) if later is not None else None
        await wake.wait()
        wake.clear()
        if timer is not None:
            timer.cancel()
