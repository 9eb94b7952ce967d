"""A client's connection: requests become exchanges, answers become bytes, the rest becomes daphne's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cluster.clock import VirtualClock
from cluster.wire.message import ConnectionLost
from kubelearn.http_line import Line, LineFactory

GET = b"GET /clusters/demo/version HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /clusters/demo/api HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%b"


class Transport:
    """The TLS transport's part that a line uses."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = ""
        self.wrappedProtocol: Any = None

    def write_now(self, data: bytes) -> None:
        self.written += data

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.producer = producer

    def unregisterProducer(self) -> None:
        self.producer = None

    def loseConnection(self) -> None:
        self.closed = "gently"

    def abortConnection(self) -> None:
        self.closed = "abruptly"

    def getPeerCertificate(self) -> None:
        return None


class Daphne:
    """What takes over a connection."""

    def __init__(self) -> None:
        self.received = b""

    def buildProtocol(self, address: Any) -> Daphne:
        return self

    def makeConnection(self, transport: Any) -> None:
        self.transport = transport

    def dataReceived(self, data: bytes) -> None:
        self.received += data

    def connectionLost(self, reason: Any) -> None:
        self.lost = True


class Peer:
    """One connection, and the application behind it."""

    def __init__(self, application: Any) -> None:
        self.daphne = Daphne()
        self.requests: list[tuple[dict[str, Any], bytes]] = []
        self.application = application

        async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
            self.requests.append((scope, (await receive())["body"]))
            await application(scope, receive, send)

        factory = LineFactory(serve, lambda: self.daphne, lambda code, message: b"{%d}" % code, 1000)
        self.line: Line = factory.buildProtocol(SimpleNamespace(host="127.0.0.1", port=1))
        self.transport = Transport()
        self.line.makeConnection(self.transport)

    async def send(self, *pieces: bytes) -> bytes:
        """Send, and return what comes back."""
        before = len(self.transport.written)
        for piece in pieces:
            self.line.dataReceived(piece)
        await VirtualClock().settle()
        return self.transport.written[before:]


def answering(*bodies: bytes, status: int = 200, headers: Any = ()) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for body in bodies[:-1]:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": bodies[-1]})

    return application


def split(answer: bytes) -> tuple[bytes, list[bytes], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return first, [line for line in lines if not line.startswith(b"date: ")], body


async def test_an_answer_in_one_piece_has_its_length() -> None:
    peer = Peer(answering(b"hello", headers=[(b"content-type", b"text/plain")]))
    first, lines, body = split(await peer.send(GET))
    assert first == b"HTTP/1.1 200 OK"
    assert lines == [b"content-type: text/plain", b"content-length: 5"]
    assert body == b"hello"
    assert peer.requests[0][0]["path"] == "/clusters/demo/version"
    assert not peer.transport.closed


async def test_an_answer_in_pieces_is_chunked() -> None:
    peer = Peer(answering(b"", b"hello", b"you", b""))
    _, lines, body = split(await peer.send(GET))
    assert lines == [b"transfer-encoding: chunked"]
    assert body == b"5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n"


async def test_a_length_that_is_told_is_kept_in_pieces() -> None:
    peer = Peer(answering(b"hel", b"lo", headers=[(b"content-length", b"5")]))
    _, lines, body = split(await peer.send(GET))
    assert (lines, body) == ([b"content-length: 5"], b"hello")


async def test_head_and_empty_answers_have_no_body() -> None:
    _, _, body = split(await Peer(answering(b"")).send(GET.replace(b"GET", b"HEAD")))
    assert body == b""
    _, lines, body = split(await Peer(answering(b"", status=304)).send(GET))
    assert (lines, body) == ([], b"")


async def test_a_request_may_come_in_any_pieces() -> None:
    peer = Peer(answering(b"ok"))
    message = POST % (5, b"hello")
    await peer.send(*(message[at : at + 1] for at in range(len(message))))
    assert [body for _, body in peer.requests] == [b"hello"]


async def test_requests_one_after_the_other_are_answered_in_order() -> None:
    peer = Peer(answering(b"ok"))
    await peer.send(POST % (1, b"a") + POST % (1, b"b"))
    await peer.send(POST % (1, b"c"))
    assert [body for _, body in peer.requests] == [b"a", b"b", b"c"]
    assert peer.transport.written.count(b"HTTP/1.1 200 OK") == 3


async def test_a_connection_is_closed_when_the_client_asks() -> None:
    peer = Peer(answering(b"ok"))
    answer = await peer.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert b"connection: close\r\n" in answer
    assert (peer.transport.closed, peer.transport.producer) == ("gently", None)


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
        b"GET /clusters/demo/version HTTP/1.0\r\n\r\n",
        POST % (1001, b""),
        b"\r\n\r\n",
        b"x" * 17_000,
    ],
)
async def test_what_is_unusual_goes_to_daphne_with_the_connection(message: bytes) -> None:
    peer = Peer(answering(b"ok"))
    await peer.send(GET)
    assert await peer.send(message) == b""
    await peer.send(GET)
    assert peer.daphne.received == message + GET
    assert peer.transport.wrappedProtocol is peer.daphne
    assert len(peer.requests) == 1


async def test_a_stopped_server_hangs_up_without_an_answer() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise ConnectionLost("stopped")

    peer = Peer(application)
    assert await peer.send(GET) == b""
    assert peer.transport.closed == "abruptly"


async def test_an_application_that_fails_is_a_500_status() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("broken")

    first, _, body = split(await Peer(application).send(GET))
    assert (first, body) == (b"HTTP/1.1 500 Internal Server Error", b"{500}")


async def test_the_application_waits_for_a_slow_reader() -> None:
    peer = Peer(answering(b"one", b"two", b"three"))
    peer.line.pauseProducing()
    assert b"two" not in await peer.send(GET)
    peer.line.resumeProducing()
    assert b"three" in await peer.send()


async def test_a_client_that_goes_is_told_to_the_application() -> None:
    told = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        told.append((await receive())["type"])

    peer = Peer(application)
    await peer.send(GET)
    assert told == []
    peer.line.connectionLost()
    await peer.send()
    assert told == ["http.disconnect"]


async def test_no_header_can_end_the_head() -> None:
    answer = await Peer(answering(b"ok", headers=[(b"warning", b'299 - "a\r\nx: y"')])).send(GET)
    assert b"\r\nx: y" not in answer


async def test_a_flood_behind_an_open_request_is_cut() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    peer = Peer(application)
    await peer.send(GET)
    await peer.send(b"x" * 1001)
    assert peer.transport.closed == "abruptly"


async def test_a_body_that_has_begun_can_be_written_at_once() -> None:
    pushed = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        push = scope["extensions"]["kubelearn.push"]
        pushed.append(push(b"line\n"))
        peer.line.pauseProducing()
        pushed.append(push(b"more\n"))
        await receive()

    peer = Peer(application)
    _, _, body = split(await peer.send(GET))
    assert (body, pushed) == (b"5\r\nline\n\r\n5\r\nmore\n\r\n", [True, False])
