"""APIServices: local ones by themselves, others reached over real HTTPS with who asks in headers."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from cluster.apimachinery.meta import Obj
from cluster.kubeadm import pki
from tests.cluster.apiserver.conftest import Home
from tests.cluster.apiserver.test_custom_resources import define, definition

SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
FISH = "/apis/fish.example.com/v1/namespaces/default/flunders"
RESOURCES = [
    {"name": "flunders", "singularName": "flunder", "namespaced": True, "kind": "Flunder", "verbs": ["get", "list"], "shortNames": ["fl"]},
    {"name": "flunders/status", "singularName": "", "namespaced": True, "kind": "Flunder", "verbs": ["get"]},
]  # fmt: skip
AGGREGATED = {"accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}


class Behind:
    """An API server behind ours: remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.port, self.ca, self.closes = 0, "", asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        if request.path == "/apis/fish.example.com/v1":
            return web.json_response(
                {"kind": "APIResourceList", "groupVersion": "fish.example.com/v1", "resources": RESOURCES}
            )
        if request.query.get("watch"):
            response = web.StreamResponse(headers={"content-type": "application/json"})
            await response.prepare(request)
            await response.write(
                orjson.dumps({"type": "ADDED", "object": {"kind": "Flunder", "metadata": {"name": "f"}}}) + b"\n"
            )
            await self.closes.wait()
            return response
        return web.json_response(
            {"kind": "Flunder", "metadata": {"name": "f"}}, status=201 if request.method == "POST" else 200
        )


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[Behind]:
    found, authority = Behind(), pki.authority(tmp_path, "ca")
    certificate, key = authority.issue("fish", hosts=("fish.default.svc",))
    (tmp_path / "pair.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    found.port = runner.addresses[0][1]
    found.ca = base64.b64encode(authority.certificate_pem).decode()
    yield found
    found.closes.set()
    await runner.cleanup()


async def register(home: Home, behind: Behind, **service: Any) -> None:
    spec = {"type": "ExternalName", "externalName": "localhost"}
    await home.client.create("Service", {"metadata": {"name": "fish", "namespace": "default"}, "spec": spec})
    where = {"name": "fish", "namespace": "default", "port": behind.port, **service}
    wanted = {"group": "fish.example.com", "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 10}
    body = {"metadata": {"name": "v1.fish.example.com"}, "spec": {**wanted, "service": where, "caBundle": behind.ca}}
    assert (await home.ask("POST", SERVICES, body)).status == 201


async def condition(home: Home, status: str) -> Obj:
    """The condition, once it has a status."""
    for _ in range(200):
        conditions = ((await home.client.get("APIService", "v1.fish.example.com")).get("status") or {}).get(
            "conditions"
        )
        if conditions and conditions[0]["status"] == status:
            return dict(conditions[0])
        await asyncio.to_thread(lambda: None)
        await home.clock.settle()
    raise AssertionError(conditions)


async def test_what_this_server_serves_has_apiservices(home: Home) -> None:
    found = {each["metadata"]["name"]: each for each in (await home.client.list("APIService")).items}
    assert {"v1.", "v1.apps", "v2.autoscaling", "v1.rbac.authorization.k8s.io"} <= set(found)
    assert found["v1.apps"]["spec"] == {
        "group": "apps",
        "version": "v1",
        "groupPriorityMinimum": 17800,
        "versionPriority": 15,
    }
    assert found["v1."]["status"]["conditions"][0]["reason"] == "Local"


async def test_a_definition_s_group_has_one_as_long_as_it_is_served(home: Home) -> None:
    await define(home, definition())
    await home.clock.settle()
    made = await home.client.get("APIService", "v1.example.com")
    assert made["metadata"]["labels"] == {"kube-aggregator.kubernetes.io/automanaged": "true"}
    await home.client.delete("CustomResourceDefinition", "widgets.example.com")
    await home.clock.settle()
    assert (await home.ask("GET", f"{SERVICES}/v1.example.com")).status == 404


async def test_requests_are_passed_on_with_who_asks(home: Home, behind: Behind) -> None:
    await register(home, behind)
    assert (await condition(home, "True"))["reason"] == "Passed"
    headers = {
        "impersonate-user": "bob",
        "impersonate-group": "a, b",
        "impersonate-extra-k%2fx": "v",
        "x-remote-user": "root",
    }
    refused = await home.ask("POST", f"{FISH}?dryRun=All", {"kind": "Flunder"}, headers=headers)
    assert refused.status == 403
    assert 'cannot create resource "flunders" in API group "fish.example.com"' in refused.body.object["message"]
    headers["impersonate-group"] = "system:masters, b"
    made = await home.ask("POST", f"{FISH}?dryRun=All", {"kind": "Flunder"}, headers=headers)
    assert (made.status, made.body.object["metadata"]) == (201, {"name": "f"})
    asked = behind.asked[-1]
    assert (asked.path, asked.query["dryRun"], behind.bodies[-1]) == (FISH, "All", b'{"kind":"Flunder"}')
    assert asked.headers.getall("X-Remote-User") == ["bob"]
    assert asked.headers.getall("X-Remote-Group") == ["system:masters", "b", "system:authenticated"]
    assert asked.headers.getall("X-Remote-Extra-k%2Fx") == ["v"]
    assert "authorization" not in asked.headers
    told = await home.client.get("ConfigMap", "extension-apiserver-authentication", "kube-system")
    assert told["data"]["requestheader-client-ca-file"].startswith("-----BEGIN CERTIFICATE-----")


async def test_it_is_discovered(home: Home, behind: Behind) -> None:
    await register(home, behind)
    await condition(home, "True")
    await home.clock.settle()
    assert "fish.example.com" in [each["name"] for each in (await home.ask("GET", "/apis")).body.object["groups"]]
    items = (await home.ask("GET", "/apis", headers=AGGREGATED)).body.object["items"]
    (group,) = [each for each in items if each["metadata"]["name"] == "fish.example.com"]
    (resource,) = group["versions"][0]["resources"]
    assert (resource["resource"], resource["scope"], resource["shortNames"]) == ("flunders", "Namespaced", ["fl"])
    assert resource["subresources"][0]["subresource"] == "status"
    assert (await home.ask("GET", "/apis/fish.example.com/v1")).body.object["resources"] == RESOURCES


async def test_a_watch_is_passed_on(home: Home, behind: Behind) -> None:
    await register(home, behind)
    await condition(home, "True")
    watch = await home.ask("GET", f"{FISH}?watch=true")
    assert watch.stream is not None
    ((event, _),) = await anext(aiter(watch.stream))
    assert (event.type, event.object["metadata"]["name"]) == ("ADDED", "f")
    watch.stream.close()
    await home.clock.settle()


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ({"name": "none"}, "ServiceNotFound"),
        ({"name": "kubernetes"}, "ServicePortError"),
        ({"port": 1}, "FailedDiscoveryCheck"),
    ],
)
async def test_one_that_is_not_there_is_unavailable(service: Obj, reason: str, home: Home, behind: Behind) -> None:
    await register(home, behind, **service)
    assert (await condition(home, "False"))["reason"] == reason
    answer = await home.ask("GET", FISH)
    assert (answer.status, answer.body.object["reason"]) == (503, "ServiceUnavailable")
    assert (await home.ask("GET", "/api/v1/namespaces")).status == 200


async def test_nobody_takes_what_this_server_serves(home: Home, behind: Behind) -> None:
    await register(home, behind)
    await condition(home, "True")
    path = f"{SERVICES}/v1.apps"
    stolen = (await home.ask("GET", path)).body.object
    service = {"name": "fish", "namespace": "default", "port": behind.port}
    changed = {**stolen, "spec": {**stolen["spec"], "service": service, "insecureSkipTLSVerify": True}}
    await home.ask("PUT", path, changed)
    await home.clock.settle()
    before = len(behind.asked)
    assert (await home.ask("GET", "/apis/apps/v1/deployments")).body.object["kind"] == "DeploymentList"
    assert "/apis/apps/v1/deployments" not in [each.path for each in behind.asked[before:]]
