"""A kubectl without a server: answers are given, requests are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from cluster.apimachinery.status import ApiError, not_found
from cluster.apis.registry import Registry
from cluster.client.rest import Client, Credentials
from cluster.clock import VirtualClock
from cluster.kubectl import main
from cluster.kubectl.session import Keyboard, Read, Session
from cluster.wire.conversation import Talk, talk
from cluster.wire.message import Payload, Request, Response

CONFIG = {
    "current-context": "demo",
    "clusters": [{"name": "demo", "cluster": {"server": "https://127.0.0.1:1/clusters/demo"}}],
    "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "me"}}],
    "users": [{"name": "me", "user": {}}],
}
PODS = {
    "resource": "pods",
    "responseKind": {"group": "", "version": "v1", "kind": "Pod"},
    "scope": "Namespaced",
    "singularResource": "pod",
    "shortNames": ["po"],
    "categories": ["all"],
    "verbs": ["get", "list", "watch"],
}
NODES = {
    **PODS,
    "resource": "nodes",
    "responseKind": {"group": "", "version": "v1", "kind": "Node"},
    "scope": "Cluster",
    "singularResource": "node",
    "shortNames": ["no"],
    "categories": [],
}
DEPLOYMENTS = {
    **PODS,
    "resource": "deployments",
    "responseKind": {"group": "apps", "version": "v1", "kind": "Deployment"},
    "singularResource": "deployment",
    "shortNames": ["deploy"],
    "subresources": [{"subresource": "scale"}],
}


def discovery(name: str, *resources: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"metadata": {"name": name}, "versions": [{"version": "v1", "resources": list(resources)}]}]}


@dataclass
class Answers:
    """A connection that answers by path, 404 where nothing is set; a callable is asked with the request."""

    by_path: dict[str, Any] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)

    async def send(self, request: Request) -> Response:
        self.sent.append(request)
        found = self.by_path.get(request.path)
        if callable(found):
            found = found(request)
        if found is None:
            found = not_found("things", request.path.rpartition("/")[2])
        if isinstance(found, ApiError):
            return Response(found.code, Payload(object=found.status))
        return Response(200, Payload(object=found))

    async def converse(self, request: Request, protocols: tuple[str, ...]) -> Talk | Response:
        found = self.by_path.get(request.path)
        if isinstance(found, Response):
            self.sent.append(request)
            return talk(found, protocols, 0) or found
        return await self.send(request)

    async def note(self, name: str, path: str, body: Any) -> None:
        raise AssertionError("kubectl decides nothing")


class Files:
    """Files that are given by name; a folder is what other names begin with."""

    def __init__(self) -> None:
        self.by_name: dict[str, bytes] = {}

    def read_bytes(self, path: str) -> bytes:
        if path not in self.by_name:
            raise FileNotFoundError(path)
        return self.by_name[path]

    def listing(self, path: str) -> list[str] | None:
        inside = {
            name.removeprefix(f"{path}/").partition("/")[0] for name in self.by_name if name.startswith(f"{path}/")
        }
        return sorted(inside) or None


class Kubectl:
    """Call it with arguments; (exit code, stdout, stderr)."""

    def __init__(self) -> None:
        self.answers = Answers(
            {"/api": discovery("", PODS, NODES), "/apis": discovery("apps", DEPLOYMENTS)},
        )
        self.files = Files()
        client = Client(self.answers, Registry(()), Credentials())
        self.session = Session(CONFIG, lambda access: client, VirtualClock(), self.files)

    async def __call__(self, *arguments: str, stdin: str | Keyboard = "") -> tuple[int, str, str]:
        out: list[str] = []
        err: list[str] = []
        read: Read = (lambda: stdin) if isinstance(stdin, str) else stdin
        code = await main.run(arguments, read, out.append, err.append, self.session)
        return code, "".join(out), "".join(err)

    def requests(self) -> list[str]:
        """What was asked after discovery: "GET /api/v1/…"."""
        return [f"{each.verb} {each.path}" for each in self.answers.sent if each.path not in ("/api", "/apis")]


@pytest.fixture
def kubectl() -> Kubectl:
    return Kubectl()
