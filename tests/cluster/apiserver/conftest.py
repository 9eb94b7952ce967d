"""An API server over a real etcd and the real wire, with virtual time; no other component runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.registry import Registry
from cluster.apiserver.config import UPSTREAM, Config
from cluster.apiserver.server import ApiServer
from cluster.client.rest import Client, Credentials
from cluster.clock import VirtualClock
from cluster.etcd.server import Etcd
from cluster.kubeadm import pki
from cluster.wire import component
from cluster.wire.message import NOTHING, Payload, Request, Response
from cluster.wire.stream import Stream
from cluster.wire.transport import Wire

TOKENS = {
    "admin-token": ("admin", ("system:masters",)),
    "mallory-token": ("mallory", ()),
}


class Home:
    """One API server, its etcd, and clients of it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.clock = VirtualClock()
        self.wire = Wire("test", self.clock)
        self.etcd = Etcd("test", self.clock)
        self.registry = Registry(REGISTRY.kinds)
        self.server = ApiServer(config, self.clock, self.wire, self.registry)
        self.client = self.connect("admin-token")
        self._running: asyncio.Task[None] | None = None

    def connect(self, token: str, source: str = "kubectl") -> Client:
        credentials = Credentials(token=token, user_agent="kubectl/v1.37.2")
        return Client(self.wire.connect(source, component.APISERVER), self.registry, credentials)

    async def start(self) -> None:
        await self.etcd.open()
        self.wire.serve(component.ETCD, self.etcd.handle)
        self.start_server()
        await self.server.loaded()

    def start_server(self) -> None:
        self.wire.serve(component.APISERVER, self.server.handle)
        self._running = asyncio.get_running_loop().create_task(self.server.run())

    async def stop_server(self) -> None:
        self.wire.withdraw(component.APISERVER)
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def restart_server(self) -> None:
        """The API server built anew over the same etcd."""
        await self.stop_server()
        self.registry = Registry(REGISTRY.kinds)
        self.server = ApiServer(self.config, self.clock, self.wire, self.registry)
        self.start_server()
        await self.server.loaded()

    async def stop(self) -> None:
        await self.stop_server()
        self.wire.withdraw(component.ETCD)
        await self.etcd.close()
        self.clock.close()

    async def revision(self) -> int:
        """etcd's newest revision."""
        return (await self.etcd.handle(Request("Status", "/health"))).revision

    async def stored(self, key: str) -> Any:
        """The KeyValue that etcd has at a key, None when there is none."""
        answer = await self.etcd.handle(Request("Range", key, body=Payload(object={"key": key})))
        return next(iter(answer.body.object["kvs"]), None)

    async def ask(
        self,
        verb: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        token: str = "admin-token",
    ) -> Response:
        """Any request, as it would come from a socket; `path` may carry a query."""
        path, _, text = path.partition("?")
        query = dict(part.partition("=")[::2] for part in text.split("&")) if text else {}
        found = {"authorization": f"Bearer {token}", **(headers or {})}
        payload = Payload(raw=raw) if raw is not None else Payload(object=body) if body is not None else NOTHING
        return await self.wire.call("kubectl", component.APISERVER, Request(verb, path, query, found, payload))


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder: Path = tmp_path_factory.mktemp("pki")
    authority = pki.authority(folder, "client-ca")
    return Config(authority.certificate_pem, pki.token_key(folder), tokens=TOKENS, admission_mode=UPSTREAM)


@pytest.fixture
async def home(transactional_db: None, config: Config) -> AsyncIterator[Home]:
    home = Home(config)
    await home.start()
    await home.client.create("ServiceAccount", {"metadata": {"name": "default", "namespace": "default"}})
    yield home
    await home.stop()


def pod(name: str = "web", namespace: str = "default", **spec: Any) -> Obj:
    containers = [{"name": "main", "image": "nginx"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": containers, **spec},
    }


def config_map(name: str = "settings", namespace: str = "default", **data: str) -> Obj:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def deployment() -> Obj:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod()["spec"]}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def assert_refused(response: Response, code: int, reason: str, message: str) -> None:
    """The one assertion for errors: a whole Status, message exact."""
    status = response.body.object
    assert status["kind"] == "Status"
    assert (response.status, status["code"], status["reason"], status["message"]) == (code, code, reason, message)


async def refused(awaitable: Any) -> ApiError:
    """The ApiError that a client's call ends in."""
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value


def delivered(stream: Stream) -> list[Any]:
    """The events that a stream has brought so far; never waits. Asked once a stream."""
    found: list[Any] = []
    stream.consume(lambda deliveries: found.extend(event for event, _ in deliveries))
    return found


def told(stream: Stream) -> list[tuple[str, str]]:
    """(event type, object name) of what a watch delivered so far."""
    return [(event.type, event.object["metadata"].get("name", "")) for event in delivered(stream)]
