"""portforward: connections to a pod's ports, each a pair of SPDY streams inside one WebSocket.

Of each pair one stream carries the data and one tells an error. The pod's kubelet is asked what the port says.
Models: kubelet/pkg/cri/streaming/portforward/httpstream.go, apiserver/pkg/util/proxy/streamtunnel.go v1.37
Simplified: what listens in a simulated container answers whole HTTP requests, one a connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cluster.apimachinery import status
from cluster.apimachinery.meta import Obj
from cluster.apiserver import spdy
from cluster.apiserver.call import Call
from cluster.wire import component
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import ConnectionLost, Payload, Request, Response

if TYPE_CHECKING:
    from cluster.apiserver.server import ApiServer

PROTOCOLS = ("SPDY/3.1+portforward.k8s.io",)
ERROR, DATA = "error", "data"
END_OF_HEAD = b"\r\n\r\n"
LONGEST_HEAD_BYTES = 64 * 1024


@dataclass(slots=True)
class Pair:
    """The two streams of one connection; `sent` is what the client said so far."""

    port: str
    error: int = 0
    data: int = 0
    sent: bytes = b""
    is_over: bool = False


async def get(server: ApiServer, call: Call, pod: Obj) -> Response:
    """A conversation that carries connections to a pod. ApiError 400 for a pod without a node."""
    node = pod["spec"].get("nodeName")
    if not node:
        raise status.bad_request(f"pod {call.name} does not have a host assigned")
    ports = Ports(server, node, f"/portForward/{call.namespace}/{call.name}")
    return Conversation(PROTOCOLS, partial(_carry, ports))


class Ports:
    """The ports of one pod: what its kubelet says of them."""

    def __init__(self, server: ApiServer, node: str, path: str) -> None:
        self._server = server
        self._node = node
        self._path = path

    async def ask(self, body: Obj) -> Obj:
        """{"answer"} or {"error"}."""
        request = Request("POST", self._path, body=Payload(object=body))
        try:
            response = await self._server.wire.connect(component.APISERVER, component.kubelet(self._node)).send(request)
        except ConnectionLost:
            return {"error": f"error dialing backend: dial tcp: {self._node}:10250: connect: connection refused"}
        found: Obj = response.body.object
        return {"error": found.get("message", "")} if response.status >= 400 else found


async def _carry(ports: Ports, socket: Socket) -> None:
    session, pairs, streams = spdy.Session(), dict[str, Pair](), dict[int, Pair]()
    try:
        async for message in socket.messages():
            for frame in session.frames(message):
                if frame.type == spdy.GOAWAY:
                    return
                if frame.type == spdy.PING:
                    await socket.send(session.ping(frame.stream))
                elif frame.type == spdy.SYN_STREAM:
                    pair = _opened(frame, pairs, streams)
                    await socket.send(session.reply(frame.stream))
                    if pair.error and pair.data:
                        await _connected(ports, session, pair, socket)
                elif frame.type == 0 and (known := streams.get(frame.stream)) and frame.stream == known.data:
                    await _said(ports, session, known, frame.data, socket)
                    if known.is_over:
                        del streams[known.data]
    except spdy.SpdyError:
        return


def _opened(frame: spdy.Frame, pairs: dict[str, Pair], streams: dict[int, Pair]) -> Pair:
    """The pair that a new stream belongs to."""
    headers = frame.headers or {}
    pair = pairs.setdefault(headers.get("requestid", ""), Pair(headers.get("port", "")))
    if headers.get("streamtype") == ERROR:
        pair.error = frame.stream
    else:
        pair.data = frame.stream
    streams[frame.stream] = pair
    return pair


async def _connected(ports: Ports, session: spdy.Session, pair: Pair, socket: Socket) -> None:
    """See whether something listens; what does not is told on the stream of errors."""
    told = await ports.ask({"port": pair.port})
    if "error" in told:
        await _end(session, pair, socket, error=told["error"])


async def _said(ports: Ports, session: spdy.Session, pair: Pair, data: bytes, socket: Socket) -> None:
    """Answer a request that is whole."""
    pair.sent += data
    if pair.is_over or (END_OF_HEAD not in pair.sent and len(pair.sent) < LONGEST_HEAD_BYTES):
        return
    head = pair.sent.partition(END_OF_HEAD)[0].decode("latin-1")
    told = await ports.ask({"port": pair.port, "head": head})
    if "error" in told:
        await _end(session, pair, socket, error=told["error"])
    else:
        await _end(session, pair, socket, answer=told["answer"].encode())


async def _end(session: spdy.Session, pair: Pair, socket: Socket, *, answer: bytes = b"", error: str = "") -> None:
    pair.is_over = True
    await socket.send(session.data(pair.data, answer, last=True))
    await socket.send(session.data(pair.error, error.encode(), last=True))
