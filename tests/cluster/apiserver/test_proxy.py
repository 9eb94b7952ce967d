"""proxy: a request passed on to pods, to what is behind a Service, and to kubelets."""

from __future__ import annotations

import pytest

from cluster.apimachinery import status
from cluster.wire.message import Payload, Request, Response
from tests.cluster.apiserver.conftest import Home, assert_refused, pod

PLACE = "/api/v1/namespaces/default"
SLICE = {
    "metadata": {"name": "web-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
    "addressType": "IPv4",
    "endpoints": [
        {"addresses": ["10.244.0.9"], "conditions": {"ready": True}, "targetRef": {"kind": "Pod", "name": "web"}}
    ],
    "ports": [{"name": "", "port": 8080}],
}


@pytest.fixture
async def asked(home: Home) -> list[Request]:
    """A pod on a node whose kubelet answers, and remembers what it was asked."""
    await home.client.create("Pod", pod(nodeName="n1"))
    await home.client.create("Node", {"metadata": {"name": "n1"}})
    found: list[Request] = []

    async def kubelet(request: Request) -> Response:
        found.append(request)
        if request.path == "/healthz":
            return Response(200, Payload(raw=b"ok"))
        if request.body.object["port"] == "9":
            return Response(400, Payload(object=status.bad_request("connection refused").status))
        return Response(200, Payload(object={"answer": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello"}))

    home.wire.serve("kubelet.n1", kubelet)
    return found


@pytest.mark.parametrize(("name", "port"), [("web", "80"), ("web:8080", "8080"), ("http:web:81", "81")])
async def test_a_pod_is_asked(name: str, port: str, home: Home, asked: list[Request]) -> None:
    answer = await home.ask("GET", f"{PLACE}/pods/{name}/proxy/deep/path")
    assert (answer.status, answer.body.raw, answer.headers["content-type"]) == (200, b"hello", "text/plain")
    assert asked[-1].path == "/portForward/default/web"
    assert asked[-1].body.object == {"port": port, "head": "GET /deep/path HTTP/1.1"}


async def test_a_service_leads_to_a_ready_pod(home: Home, asked: list[Request]) -> None:
    await home.client.create("Service", {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}, "default")
    path = f"{PLACE}/services/web:80/proxy/"
    assert_refused(await home.ask("GET", path), 503, "ServiceUnavailable", 'no endpoints available for service "web"')
    await home.client.create("EndpointSlice", SLICE)
    assert (await home.ask("POST", path, {})).body.raw == b"hello"
    assert asked[-1].body.object == {"port": "8080", "head": "POST / HTTP/1.1"}


async def test_a_kubelet_is_asked(home: Home, asked: list[Request]) -> None:
    assert (await home.ask("GET", "/api/v1/nodes/n1/proxy/healthz")).body.raw == b"ok"
    assert (await home.ask("GET", "/api/v1/nodes/n2/proxy/healthz")).status == 404
    assert len(asked) == 1


async def test_what_cannot_be_reached_is_unavailable(home: Home, asked: list[Request]) -> None:
    answer = await home.ask("GET", f"{PLACE}/pods/web:9/proxy/")
    assert_refused(answer, 503, "ServiceUnavailable", "error trying to reach service: connection refused")
    assert (await home.ask("GET", f"{PLACE}/pods/nope/proxy/")).status == 404
    assert (await home.ask("GET", f"{PLACE}/pods/web/proxy", token="mallory-token")).status == 403
