"""One cluster that runs: its clock, wire and components, put together.

`init` says how each part of the control plane is built, `join` how a node's are; this module holds them together,
starts and stops them by id, and remembers in the cluster's row what somebody stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Registry
from cluster.client.rest import Client, Credentials
from cluster.clock import Clock
from cluster.controllers.manager import ControllerManager
from cluster.kubeadm import init, join
from cluster.kubeadm.controls import Controls
from cluster.kubeadm.credentials import Identities
from cluster.kubeadm.faults import Faults
from cluster.kubeadm.machine_room import MachineRoom
from cluster.kubeadm.models import Cluster
from cluster.kubeadm.settings import Settings
from cluster.kubeadm.supervisor import ComponentState, Supervisor
from cluster.kubeadm.timekeeper import Timekeeper
from cluster.recorder import query, sink
from cluster.recorder.recorder import Limits, Recorder
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Request
from cluster.wire.transport import Wire

READY_SECONDS = 30.0
HOP_GAP = 1_000
NODE = "node."
"""Before a node's name: the machine as a whole."""
ONCE_SECONDS, ONCE_PAUSE_SECONDS = 5.0, 0.02
STOP_LAST = (component.APISERVER, component.ETCD)


class RunningCluster:
    """A cluster's engine. Everything here runs on one event loop; from threads go through `FLEET.run`."""

    def __init__(self, row: Cluster, settings: Settings, identities: Identities, clock: Clock | None = None) -> None:
        self.row = row
        self.slug = row.slug
        self.settings = settings
        self.started: set[str] = set()
        self.identities = identities
        self.registry = Registry(REGISTRY.kinds)
        self.clock = clock or Clock(seed=row.seed or None)
        self.pace_clock = Clock()
        self.wire = Wire(
            row.slug,
            self.clock,
            pace_clock=self.pace_clock,
            ring_size=settings.ring_size,
            payload_window=settings.payloads,
        )
        self.timekeeper = Timekeeper(self.clock, self.pace_clock, self.wire.control)
        self.controls = Controls(self)
        self.supervisor = Supervisor(self.wire, self.clock)
        self.machine_room = MachineRoom(row)
        self.faults = Faults(self)
        limits = Limits(settings.recorder_rows, settings.recorder_rate)
        self.recorder = Recorder(self.wire, self.pace_clock, limits)
        self.on_shut_down: list[Callable[[], None]] = []
        self._recording: asyncio.Task[None] | None = None
        self._saving = asyncio.Lock()

    # --- life ------------------------------------------------------------------------------------------------------

    async def start_up(self) -> None:
        """Start everything that nobody stopped; returns when the API server is ready, or is stopped."""
        last_hop, last_time = await asyncio.to_thread(self._pick_up)
        self.wire.last_id = last_hop + HOP_GAP
        self.clock.jump(max(0.0, last_time - self.clock.now()))  # it was ahead of real time, and never goes back
        self._recording = asyncio.get_running_loop().create_task(self.recorder.run())
        for component_id, build in init.control_plane(self):
            self.supervisor.add(component_id, build)
            if not self.is_stopped(component_id):
                await self.supervisor.start(component_id)
            if component_id == component.APISERVER:
                if not self._api_is_off():
                    await self.ready()
                self.controls.restore()

    async def shut_down(self) -> None:
        """Stop everything; nothing acknowledged is lost."""
        for tell in list(self.on_shut_down):
            tell()
        self.wire.control.close()
        await self.controls.remember()
        await self.timekeeper.close()
        await self.supervisor.stop_all(last=STOP_LAST)
        await asyncio.to_thread(self.machine_room.save)
        self.machine_room.halt()
        if self._recording is not None:
            self._recording.cancel()
            await asyncio.gather(self._recording, return_exceptions=True)
        self.clock.close()
        self.pace_clock.close()

    async def ready(self) -> None:
        """Wait until /readyz says yes. TimeoutError after half a minute of real time."""
        deadline = self.pace_clock.now() + READY_SECONDS
        while self.pace_clock.now() < deadline:
            if await self.is_ready():
                return
            await self.pace_clock.sleep(0.005)
        raise TimeoutError(f"cluster {self.slug} did not become ready")

    async def is_ready(self) -> bool:
        try:
            response = await self.wire.call("kubeadm", component.APISERVER, Request("GET", "/readyz"))
        except ConnectionLost:
            return False
        return response.status == 200

    @property
    def control_plane_nodes(self) -> tuple[str, ...]:
        """The names of the nodes that the control plane stands on."""
        return component.CONTROL_PLANE_NODES[: self.row.control_planes]

    # --- components ------------------------------------------------------------------------------------------------

    def components(self) -> list[ComponentState]:
        """Every component and every loop of the controller manager."""
        states = self.supervisor.states()
        for name, running, inspect in self._loops():
            states.append(ComponentState(component.loop(name), running, inspect))
        return states

    def component(self, component_id: str) -> ComponentState:
        """KeyError when there is none of that id."""
        for name, running, inspect in self._loops():
            if component.loop(name) == component_id:
                return ComponentState(component_id, running, inspect)
        return self.supervisor.state(component_id)

    def is_stopped(self, component_id: str) -> bool:
        """Somebody stopped it, and it shall stay so; or this process does not run it."""
        return component_id in self.row.stopped or not self.runs(component_id)

    def runs(self, component_id: str) -> bool:
        """Is it among the components that this process runs (`Settings.only`)? A node's parts run with the machines, a
        loop with the controller manager."""
        role = join.ID if component.node_of(component_id) else component_id.partition(".")[0]
        only = self.settings.only
        return only is None or role in STOP_LAST or not {role, component_id}.isdisjoint(only | self.started)

    async def start(self, component_id: str) -> None:
        """Start a component, a loop, or a node (`node.worker-1`). KeyError when there is none of that id."""
        for each in reversed(self._expand(component_id)):
            self.started.add(each)
            await self._remember(each, stopped=False)
            if (loop := _loop_name(each)) is None:
                await self.supervisor.start(each)
            elif (manager := self.manager) is not None:
                await manager.start_loop(loop)

    async def stop(self, component_id: str) -> None:
        """Stop a component, a loop, or a node (a power cut). KeyError when there is none of that id."""
        for each in self._expand(component_id):
            await self._remember(each, stopped=True)
            if (loop := _loop_name(each)) is None:
                await self.supervisor.stop(each)
            elif (manager := self.manager) is not None:
                await manager.stop_loop(loop)
        if component_id.startswith(NODE):
            self.machine_room.power_off(component_id.removeprefix(NODE))

    async def reconcile_once(self, loop: str) -> int | None:
        """Let a loop that is off look at every key once; how many it did, None when it runs anyway. KeyError."""
        manager, clock = self.manager, self.pace_clock
        if manager is None:
            raise KeyError(loop)
        if loop in manager.running:
            return None
        await manager.start_loop(loop)
        started, deadline = manager.running[loop], clock.now() + ONCE_SECONDS
        try:
            while clock.now() < deadline and not started.idle:
                await clock.sleep(ONCE_PAUSE_SECONDS)
            return started.reconciled
        finally:
            await manager.stop_loop(loop)

    @property
    def manager(self) -> ControllerManager | None:
        running = self.supervisor.running.get(component.CONTROLLER_MANAGER)
        return running if isinstance(running, ControllerManager) else None

    @property
    def etcd(self) -> Any:
        """The running etcd, or None while it is stopped."""
        running = self.supervisor.running.get(component.ETCD)
        return running.etcd if isinstance(running, init.EtcdMember) else None

    # --- clients ---------------------------------------------------------------------------------------------------

    def client(self, component_id: str, user: str = "", groups: tuple[str, ...] = ()) -> Client:
        """A client that sends as `component_id`, as that component's own identity or as a person (`user`)."""
        return self.client_with(component_id, self.identities.credentials(component_id, user, groups))

    def client_with(self, component_id: str, credentials: Credentials) -> Client:
        connection = self.wire.connect(component_id, component.APISERVER)
        return Client(connection, self.registry, credentials)

    def kubeconfig(self) -> str:
        """A kubeconfig with this cluster as its current context and the administrator's credentials embedded."""
        return self.identities.kubeconfig(self.settings.https_address)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _expand(self, component_id: str) -> list[str]:
        if component_id.startswith(NODE):
            node_name = component_id.removeprefix(NODE)
            members = join.components_of(node_name)
            if not self.supervisor.knows(members[0]):
                raise KeyError(component_id)
            instances = (component.instance(role, node_name) for role in component.ELECTED)
            return [*members, *filter(self.supervisor.knows, instances)]
        self.component(component_id)
        if component_id in component.ELECTED and not self.supervisor.knows(component_id):
            return [component.instance(component_id, node_name) for node_name in self.control_plane_nodes]
        return [component_id]

    def _loops(self) -> list[tuple[str, bool, dict[str, Any]]]:
        manager = self.manager
        if manager is None:
            return []
        return [(state["name"], state["running"], state) for state in manager.loops()]

    def _api_is_off(self) -> bool:
        return self.is_stopped(component.APISERVER) or self.is_stopped(component.ETCD)

    async def _remember(self, component_id: str, *, stopped: bool) -> None:
        wanted = {*self.row.stopped, component_id} if stopped else {*self.row.stopped} - {component_id}
        await self.keep("stopped", sorted(wanted))

    async def keep(self, field: str, value: Any) -> None:
        """Write down in the cluster's row what somebody set up."""
        setattr(self.row, field, value)
        async with self._saving:
            if self.row.pk is not None:
                await asyncio.to_thread(self.row.save, update_fields=[field])

    def _pick_up(self) -> tuple[int, float]:
        """The last hop that any table names, and the last moment; hops that a killed process left open are cut off."""
        sink.cut_off(self.slug)
        self.machine_room.load()
        last_hop, written = init.last_write(self.slug)
        return max(query.last_hop(self.slug), last_hop), max(query.last_time(self.slug), written)


def _loop_name(component_id: str) -> str | None:
    manager, _, name = component_id.partition(".")
    return (
        name if manager == component.CONTROLLER_MANAGER and name and not component.instance_of(component_id) else None
    )
