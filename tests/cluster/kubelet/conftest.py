"""A machine: a kubelet and a simulated runtime on the real wire, before a real API server, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.rest import MERGE_PATCH
from cluster.kubelet.kubelet import Kubelet
from cluster.runtime.simulated import SimulatedRuntime
from cluster.wire import component
from cluster.wire.message import Request, Response
from tests.cluster.apiserver.conftest import Home, config, home  # noqa: F401  # fixtures

NODE = "n1"


class Machine:
    """One node; `client` is its administrator's."""

    def __init__(self, at: Home) -> None:
        self.home = at
        self.wire, self.clock, self.client = at.wire, at.clock, at.client
        self.runtime = SimulatedRuntime(NODE, self.clock)
        self.kubelet = self._build()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def _build(self) -> Kubelet:
        line = self.wire.connect(component.kubelet(NODE), component.runtime(NODE))
        return Kubelet(NODE, self.home.connect("admin-token", component.kubelet(NODE)), self.clock, line)

    async def boot(self) -> None:
        await self.client.create("Node", {"metadata": {"name": NODE}})
        await self.give_network()
        await self.start_runtime()
        await self.start_kubelet()

    async def give_network(self) -> None:
        patch = {"spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24"], "taints": None}}
        await self.client.patch("Node", NODE, patch, content_type=MERGE_PATCH)

    async def start_runtime(self) -> None:
        self.runtime = SimulatedRuntime(NODE, self.clock)
        self._start(self.runtime)
        await self.clock.settle()

    async def start_kubelet(self) -> None:
        self.kubelet = self._build()
        self._start(self.kubelet)
        await self.clock.settle()

    def _start(self, part: Any) -> None:
        self.wire.serve(part.id, part.handle)
        self._tasks[part.id] = asyncio.get_running_loop().create_task(part.run())

    async def stop(self, *ids: str) -> None:
        """Stop components: all, when none is named (a power cut)."""
        for each in ids or tuple(self._tasks):
            self.wire.withdraw(each)
            task = self._tasks.pop(each)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    # --- pods ------------------------------------------------------------------------------------------------------

    async def run(self, name: str = "web", image: str = "nginx", *, metadata: Any = None, **spec: Any) -> None:
        """A pod on this node; `container` holds more of its one container, `containers` replaces it."""
        container = {"name": "c", "image": image, **spec.pop("container", {})}
        body = {"containers": [container], "nodeName": NODE, **spec}
        await self.client.create("Pod", {"metadata": {"name": name, **(metadata or {})}, "spec": body}, "default")
        await self.clock.settle()

    async def pod(self, name: str = "web") -> Obj:
        await self.clock.settle()
        return await self.client.get("Pod", name, "default")

    async def status(self, name: str = "web") -> Obj:
        found: Obj = (await self.pod(name))["status"]
        return found

    async def phase(self, name: str = "web") -> str:
        return str((await self.status(name))["phase"])

    async def container(self, name: str = "web", index: int = 0, kind: str = "containerStatuses") -> Obj:
        found: Obj = (await self.status(name))[kind][index]
        return found

    async def is_ready(self, name: str = "web") -> bool:
        return meta.is_condition_true(await self.pod(name), "Ready")

    async def delete(self, name: str = "web", **options: Any) -> None:
        await self.client.delete("Pod", name, "default", options or None)
        await self.clock.settle()

    async def exists(self, name: str = "web") -> bool:
        await self.clock.settle()
        return any(meta.name_of(each) == name for each in (await self.client.list("Pod", "default")).items)

    async def events(self, reason: str = "") -> list[str]:
        """Messages of events, oldest first."""
        await self.clock.settle()
        items = (await self.client.list("Event", "default")).items
        found = sorted(items, key=lambda each: (each["firstTimestamp"], meta.name_of(each).rpartition(".")[2]))
        return [each["message"] for each in found if reason in ("", each["reason"])]

    async def ask(self, path: str, verb: str = "GET", **query: str) -> Response:
        return await self.wire.call(component.APISERVER, component.kubelet(NODE), Request(verb, path, query))

    async def logs(self, name: str = "web", container: str = "c", **query: str) -> str:
        await self.clock.settle()
        return (await self.ask(f"/containerLogs/default/{name}/{container}", **query)).body.raw.decode()


@pytest.fixture
async def machine(home: Home) -> AsyncIterator[Machine]:  # noqa: F811  # the fixture imported above
    machine = Machine(home)
    await machine.boot()
    yield machine
    await machine.stop()
