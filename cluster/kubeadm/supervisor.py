"""Starts, stops and restarts the components of one cluster, as an init system does on a machine.

A component is built anew at each start. One that ends with an error is logged and started again after a second of
cluster time. Stopping means: it leaves the wire at once, and its `run` is cancelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cluster.clock import Clock, whose
from cluster.wire.inspection import STATUSZ, Pages
from cluster.wire.message import Request, Response
from cluster.wire.transport import Wire

RESTART_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Component(Protocol):
    """What runs: see docs/rooms.md. One that serves also has `async handle(request) -> Response`, one that lets itself
    be looked into `zpages() -> Pages`."""

    id: str

    async def run(self) -> None: ...

    def inspect(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ComponentState:
    """One component as the pages show it. `running` is False when somebody stopped it or its node is off."""

    id: str
    running: bool
    inspect: dict[str, Any]


class Supervisor:
    """The components of one cluster by id."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire = wire
        self.clock = clock
        self.running: dict[str, Component] = {}
        self._builders: dict[str, Callable[[], Component]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._roles: set[str] = set()

    def add(self, component_id: str, build: Callable[[], Component]) -> None:
        """Make `component_id` known; `build()` makes a fresh one at every start."""
        self._builders[component_id] = build

    def add_role(self, role: str) -> None:
        """Make known a component that other components `present` and `withdraw`: whichever instance of it leads."""
        self._roles.add(role)

    def knows(self, component_id: str) -> bool:
        return component_id in self._builders

    def is_running(self, component_id: str) -> bool:
        return component_id in self._tasks

    async def start(self, component_id: str) -> None:
        """Start a component; nothing happens when it runs. KeyError when it is not known."""
        build = self._builders[component_id]
        if component_id not in self._tasks:
            component = self.present(component_id, build)
            task = asyncio.get_running_loop().create_task(self._keep_running(component_id, component))
            task.set_name(f"{self.wire.cluster}/{component_id}")
            self._tasks[component_id] = task

    async def stop(self, component_id: str) -> None:
        """Stop a component and wait until it has; nothing happens when it does not run. KeyError when not known."""
        if component_id not in self._builders:
            raise KeyError(component_id)
        task = self._tasks.pop(component_id, None)
        if task is None:
            return
        self._leave_wire(component_id)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.running.pop(component_id, None)

    async def remove(self, component_id: str) -> None:
        """Stop a component and forget it."""
        await self.stop(component_id)
        del self._builders[component_id]

    async def stop_all(self, *, last: tuple[str, ...] = ()) -> None:
        """Stop everything, those in `last` after the others and in that order."""
        await asyncio.gather(*(self.stop(each) for each in list(self._tasks) if each not in last))
        for component_id in last:
            if component_id in self._tasks:
                await self.stop(component_id)

    def states(self) -> list[ComponentState]:
        return [self.state(component_id) for component_id in (*sorted(self._roles), *self._builders)]

    def state(self, component_id: str) -> ComponentState:
        """KeyError when the component is not known."""
        if component_id in self._roles:
            leading = self.running.get(component_id)
            return ComponentState(component_id, leading is not None, leading.inspect() if leading else {})
        if component_id not in self._builders:
            raise KeyError(component_id)
        component = self.running.get(component_id)
        return ComponentState(component_id, component_id in self._tasks, component.inspect() if component else {})

    def present(self, component_id: str, build: Callable[[], Component]) -> Component:
        """A fresh component, on the wire under its id and open to inspection; whoever asked runs it."""
        component = build()
        self.running[component_id] = component
        handle: Callable[[Request], Awaitable[Response]] | None = getattr(component, "handle", None)
        if handle is not None:
            self.wire.serve(component_id, handle)
        zpages: Callable[[], Pages] | None = getattr(component, "zpages", None)
        more = zpages() if zpages is not None else {}
        self.wire.inspections.open(component_id, {STATUSZ: lambda asked: component.inspect(), **more})
        return component

    def withdraw(self, component_id: str) -> None:
        """Take off the wire what was presented."""
        self._leave_wire(component_id)
        self.running.pop(component_id, None)

    def _leave_wire(self, component_id: str) -> None:
        self.wire.withdraw(component_id)
        self.wire.inspections.close(component_id)

    async def _keep_running(self, component_id: str, component: Component) -> None:
        whose.set(component_id)
        while True:
            try:
                await component.run()
                logger.error("%s ended by itself; starting it again", component_id)
            except Exception:
                logger.exception("%s failed; starting it again", component_id)
            self._leave_wire(component_id)
            await self.clock.sleep(RESTART_SECONDS)
            component = self.present(component_id, self._builders[component_id])
