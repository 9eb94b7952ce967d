"""portforward: pairs of streams in a socket, and what a kubelet says of a pod's ports."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import status
from cluster.apiserver import conversation, spdy
from cluster.apiserver.subresources.port_forward import PROTOCOLS
from cluster.wire.message import Payload, Request, Response
from tests.cluster.apiserver.conftest import Home, pod

PATH = "/api/v1/namespaces/default/pods/web/portforward"


async def kubelet(request: Request) -> Response:
    assert request.path == "/portForward/default/web"
    body = request.body.object
    if body["port"] != "80":
        return Response(400, Payload(object=status.bad_request("connection refused").status))
    return Response(200, Payload(object={"answer": f"said {body['head']}" if "head" in body else ""}))


async def forwarded(home: Home, port: str, *said: bytes) -> dict[int, bytes]:
    """stream → what came over it, of one connection on the streams 1 (errors) and 3."""
    client = spdy.Session()
    shared = {"port": port, "requestid": "0"}
    opening = client.opening(1, {"streamtype": "error", **shared}, spdy.FIN) + client.opening(
        3, {"streamtype": "data", **shared}
    )
    events = [
        {"type": "websocket.receive", "bytes": each} for each in (opening, *(client.data(3, each) for each in said))
    ]
    heard: dict[int, bytes] = {}

    async def receive() -> dict[str, Any]:
        return events.pop(0) if events else {"type": "websocket.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        for frame in client.frames(message["bytes"]) if message["type"] == "websocket.send" else ():
            if frame.type == 0:
                heard[frame.stream] = heard.get(frame.stream, b"") + frame.data

    answer = await home.ask("GET", PATH)
    await conversation.hold(answer, list(PROTOCOLS), receive, send)
    return heard


async def test_a_request_in_pieces_is_answered(home: Home) -> None:
    await home.client.create("Pod", pod(nodeName="n1"))
    home.wire.serve("kubelet.n1", kubelet)
    assert await forwarded(home, "80", b"GET / HTTP/1.1\r\n", b"\r\n") == {1: b"", 3: b"said GET / HTTP/1.1"}


async def test_a_port_where_nobody_listens_is_told_on_the_stream_of_errors(home: Home) -> None:
    await home.client.create("Pod", pod(nodeName="n1"))
    home.wire.serve("kubelet.n1", kubelet)
    assert await forwarded(home, "81") == {1: b"connection refused", 3: b""}
    home.wire.withdraw("kubelet.n1")
    assert b"error dialing backend" in (await forwarded(home, "80"))[1]


async def test_a_pod_without_a_node_has_no_ports(home: Home) -> None:
    await home.client.create("Pod", pod())
    assert (await home.ask("GET", PATH)).status == 400


async def test_noise_ends_the_conversation(home: Home) -> None:
    await home.client.create("Pod", pod(nodeName="n1"))
    sent: list[dict[str, Any]] = []
    events = [{"type": "websocket.receive", "bytes": b"\xff" * 64}]

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await conversation.hold(await home.ask("GET", PATH), list(PROTOCOLS), receive, send)
    assert sent[-1] == {"type": "websocket.close", "code": 1000}
