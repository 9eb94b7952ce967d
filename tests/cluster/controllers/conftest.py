"""Control loops before a real API server, in virtual time; what kubelets would say, the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apiserver.authn import tokens
from cluster.client.rest import MERGE_PATCH, Client
from cluster.clock import rfc3339
from cluster.controllers.manager import ControllerManager
from cluster.wire import component
from tests.cluster.apiserver.conftest import Home, config, home  # noqa: F401  # fixtures


class Office:
    """A controller manager of which only the wanted loops run."""

    def __init__(self, at: Home) -> None:
        self.home = at
        self.client, self.clock, self.wire = at.client, at.clock, at.wire
        self.manager = ControllerManager(self._connect, self.clock, root_ca="CA", sign_token=self._sign_token)
        self._running: asyncio.Task[None] | None = None

    def _sign_token(self, account: Obj, secret: Obj) -> str:
        return tokens.sign(self.home.config.service_account_key, tokens.claims_of_secret(account, secret))

    def _connect(self, loop: str) -> Client:
        return self.home.connect("admin-token", component.loop(loop) if loop else component.CONTROLLER_MANAGER)

    async def start(self, *names: str) -> None:
        for name in names:
            await self.manager.start_loop(name)
        self.manager.informers.start()
        await self.clock.settle()

    async def stop(self) -> None:
        for state in self.manager.loops():
            await self.manager.stop_loop(state["name"])
        await self.manager.informers.close()

    # --- objects ---------------------------------------------------------------------------------------------------

    async def make(self, kind: str, name: str, namespace: str = "default", **fields: Any) -> Obj:
        metadata = {"name": name, **fields.pop("metadata", {})}
        place = namespace if self.client.registry.kind(kind).namespaced else ""
        made = await self.client.create(kind, {"metadata": metadata, **fields}, place)
        await self.clock.settle()
        return made

    async def get(self, kind: str, name: str, namespace: str = "default") -> Obj:
        await self.clock.settle()
        place = namespace if self.client.registry.kind(kind).namespaced else ""
        return await self.client.get(kind, name, place)

    async def list(self, kind: str, namespace: str = "default") -> list[Obj]:
        await self.clock.settle()
        place = namespace if self.client.registry.kind(kind).namespaced else ""
        return (await self.client.list(kind, place)).items

    async def names(self, kind: str, namespace: str = "default") -> list[str]:
        return sorted(meta.name_of(each) for each in await self.list(kind, namespace))

    async def change(self, kind: str, name: str, patch: Any, namespace: str = "default", **options: Any) -> None:
        place = namespace if self.client.registry.kind(kind).namespaced else ""
        await self.client.patch(kind, name, patch, place, content_type=MERGE_PATCH, **options)
        await self.clock.settle()

    async def delete(self, kind: str, name: str, namespace: str = "default", **options: Any) -> None:
        place = namespace if self.client.registry.kind(kind).namespaced else ""
        await self.client.delete(kind, name, place, options or None)
        await self.clock.settle()

    async def events(self, reason: str, namespace: str = "default") -> list[str]:
        found = [each for each in await self.list("Event", namespace) if each["reason"] == reason]
        return [each["message"] for each in sorted(found, key=lambda each: meta.name_of(each).rpartition(".")[2])]

    # --- what kubelets say -----------------------------------------------------------------------------------------

    async def pod(self, name: str, *, on: str = "", labels: Any = None, **spec: Any) -> Obj:
        body = {"containers": [{"name": "c", "image": "nginx"}], **({"nodeName": on} if on else {}), **spec}
        return await self.make("Pod", name, metadata={"labels": labels or {}}, spec=body)

    async def runs(self, name: str, ip: str = "10.0.0.1", *, ready: bool = True, phase: str = "Running") -> None:
        """Its kubelet says that a pod runs."""
        condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": rfc3339(self.clock.now())}
        status = {"phase": phase, "podIP": ip, "podIPs": [{"ip": ip}], "conditions": [condition]}
        await self.change("Pod", name, {"status": status}, subresource="status")

    async def all_run(self) -> None:
        """Until nothing changes any more, every pod runs and every pod that is deleted goes."""
        for _ in range(50):
            before = await self.home.revision()
            for pod in await self.list("Pod"):
                name = meta.name_of(pod)
                if meta.is_being_deleted(pod):
                    await self.delete("Pod", name, gracePeriodSeconds=0)
                elif not meta.is_condition_true(pod, "Ready"):
                    await self.runs(name)
            if before == await self.home.revision():
                return
        raise TimeoutError("it does not come to rest")

    async def node(self, name: str, *, ready: str = "True", **spec: Any) -> Obj:
        await self.make("Node", name, spec=spec)
        now = rfc3339(self.clock.now())
        conditions = [
            {"type": kind, "status": ready if kind == "Ready" else "False", "lastHeartbeatTime": now,
             "lastTransitionTime": now, "reason": "Kubelet", "message": "says so"}
            for kind in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
        ]  # fmt: skip
        await self.change("Node", name, {"status": {"conditions": conditions}}, subresource="status")
        return await self.get("Node", name)

    async def taints(self, name: str) -> list[tuple[str, str]]:
        found = (await self.get("Node", name))["spec"].get("taints") or []
        return sorted((each["key"].rpartition("/")[2], each["effect"]) for each in found)


@pytest.fixture
async def office(home: Home) -> AsyncIterator[Office]:  # noqa: F811  # the fixture imported above
    office = Office(home)
    yield office
    await office.stop()
