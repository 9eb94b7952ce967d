"""SPDY as old clients speak it: streams become channels, and channels streams."""

from __future__ import annotations

from typing import Any

from cluster.apiserver import spdy, spdy_socket
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import Response

V4 = "v4.channel.k8s.io"
HEADERS = [(b"X-Stream-Protocol-Version", b"v9.channel.k8s.io, " + V4.encode())]


class Client:
    """The other end: says the given bytes, then hangs up."""

    def __init__(self, *said: bytes) -> None:
        self.said = list(said)
        self.told: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        return {"type": "spdy.receive", "bytes": self.said.pop(0)} if self.said else {"type": "spdy.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.told.append(message)

    def frames(self) -> list[spdy.Frame]:
        session = spdy.Session()
        return [frame for each in self.told if each["type"] == "spdy.send" for frame in session.frames(each["bytes"])]


async def hold(client: Client, response: Response, headers: Any = HEADERS, **query: str) -> bool:
    return await spdy_socket.hold(response, {"headers": headers}, query, client.receive, client.send)


async def echo(socket: Socket) -> None:
    async for message in socket.messages():
        if message[0] == spdy_socket.CLOSE:
            break
        await socket.send(b"\x01" + message[1:])
    await socket.send(b"\x03done")


async def test_each_channel_is_a_stream() -> None:
    session = spdy.Session()
    opening = b"".join(
        session.opening(number, {"streamtype": name}) for number, name in ((1, "error"), (3, "stdin"), (5, "stdout"))
    )
    said = opening + session.data(3, b"he") + session.data(3, b"llo", last=True)
    client = Client(said[:20], said[20:-3], said[-3:])
    answer = Conversation(spdy_socket.COMMAND_PROTOCOLS, echo)
    assert await hold(client, answer, stdin="true", stdout="true")
    assert client.told[0] == {"type": "spdy.accept", "protocol": V4}
    assert client.told[-1] == {"type": "spdy.close"}
    data = [(frame.stream, frame.data) for frame in client.frames() if frame.type == 0 and frame.data]
    assert data == [(5, b"he"), (5, b"llo"), (1, b"done")]
    assert {frame.stream for frame in client.frames() if frame.type == 0 and frame.is_last} == {1, 5}


async def test_it_waits_for_the_streams_that_were_announced() -> None:
    session = spdy.Session()
    begun = []

    async def converse(socket: Socket) -> None:
        begun.append(len(client.said))

    parts = [
        session.opening(number, {"streamtype": name}) for number, name in ((1, "error"), (3, "stdout"), (5, "resize"))
    ]
    client = Client(*parts)
    await hold(client, Conversation(spdy_socket.COMMAND_PROTOCOLS, converse), stdout="true", stderr="true", tty="true")
    assert begun == [0]


async def test_a_ping_is_answered_and_nonsense_ends_it() -> None:
    session = spdy.Session()
    client = Client(session.opening(1, {"streamtype": "error"}), session.ping(7), b"\xff" * 40)
    await hold(client, Conversation(spdy_socket.COMMAND_PROTOCOLS, echo))
    assert [frame.stream for frame in client.frames() if frame.type == spdy.PING] == [7]


async def test_what_does_not_come_to_it_is_answered_otherwise() -> None:
    client = Client()
    assert not await hold(client, Response(404))
    assert not await hold(
        client, Conversation(spdy_socket.COMMAND_PROTOCOLS, echo), [(b"x-stream-protocol-version", b"v1")]
    )
    assert client.told == []
