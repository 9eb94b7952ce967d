"""A conversation over SPDY/3.1, as clients had it before WebSockets: each channel of exec and attach is a stream.

The client opens the streams (error, stdin, stdout, stderr, resize), then the server talks; what it serves sees the channels
of a WebSocket. Port-forward's streams are carried as they are: `subresources.port_forward` reads the frames itself.
Models: kubelet/pkg/cri/streaming/remotecommand/httpstream.go v1.37
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from cluster.apiserver import spdy
from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import Response

CHANNELS = {"stdin": 0, "stdout": 1, "stderr": 2, "error": 3, "resize": 4}
CLOSE = 255
COMMAND_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
FORWARD_PROTOCOLS = {"SPDY/3.1+portforward.k8s.io": "portforward.k8s.io"}
"""What a protocol of a WebSocket is called over SPDY."""
VERSION_HEADER = "x-stream-protocol-version"
TRUE = ("true", "1")


class SpdySocket(Socket):
    """The server's end: messages are a channel's number and its bytes."""

    def __init__(self, receive: Any, send: Any, protocol: str, wanted: frozenset[str]) -> None:
        super().__init__(receive, send, protocol)
        self._session = spdy.Session()
        self._wanted = wanted
        self._streams: dict[int, int] = {}
        self._waiting: list[bytes] = []

    async def opened(self) -> None:
        """Return when the client has opened every stream that it announced, or hung up."""
        while not self.gone and not self._is_complete():
            self._waiting += await self._next()

    async def messages(self) -> AsyncIterator[bytes]:
        while self._waiting or not self.gone:
            waiting, self._waiting = self._waiting or await self._next(), []
            for message in waiting:
                yield message

    async def send(self, message: bytes) -> None:
        stream = next((stream for stream, channel in self._streams.items() if channel == message[0]), 0)
        if stream and not self.gone:
            await self._raw(self._session.data(stream, message[1:]))

    async def end(self) -> None:
        """No more comes on any stream."""
        for stream, channel in self._streams.items():
            if channel not in (CHANNELS["stdin"], CHANNELS["resize"]) and not self.gone:
                await self._raw(self._session.data(stream, b"", last=True))

    def _is_complete(self) -> bool:
        return {CHANNELS[name] for name in self._wanted} <= set(self._streams.values())

    async def _raw(self, data: bytes) -> None:
        await self._send({"type": "spdy.send", "bytes": data})

    async def _next(self) -> list[bytes]:
        """What the next bytes say. They are none when the client hangs up, or speaks something else."""
        event = await self._receive()
        if event["type"] != "spdy.receive":
            self.gone = True
            return []
        found = []
        try:
            for frame in self._session.frames(event["bytes"]):
                found += await self._take(frame)
        except spdy.SpdyError:
            self.gone = True
        return found

    async def _take(self, frame: spdy.Frame) -> list[bytes]:
        if frame.type == spdy.SYN_STREAM:
            self._streams[frame.stream] = CHANNELS.get((frame.headers or {}).get("streamtype", ""), CLOSE)
            await self._raw(self._session.reply(frame.stream))
        elif frame.type == spdy.PING:
            await self._raw(self._session.ping(frame.stream))
        elif frame.type == spdy.GOAWAY:
            self.gone = True
        channel = self._streams.get(frame.stream, CLOSE)
        if frame.type not in (0, spdy.SYN_STREAM) or channel == CLOSE:
            return []
        said = [bytes([channel]) + frame.data] if frame.data else []
        return [*said, bytes([CLOSE, channel])] if frame.is_last else said


class ForwardSocket(Socket):
    """Frames as they come, for who reads them itself."""

    async def send(self, message: bytes) -> None:
        if not self.gone:
            await self._send({"type": "spdy.send", "bytes": message})

    async def messages(self) -> AsyncIterator[bytes]:
        while not self.gone:
            event = await self._receive()
            if event["type"] != "spdy.receive":
                self.gone = True
            else:
                yield event["bytes"]


async def hold(response: Response, scope: Mapping[str, Any], query: Mapping[str, str], receive: Any, send: Any) -> bool:
    """Change the protocol and let the conversation go on to its end; False when it does not come to that: the response
    is then the answer."""
    if not isinstance(response, Conversation):
        return False
    offered = [each.strip() for name, value in scope["headers"] if name.decode("latin-1").lower() == VERSION_HEADER
               for each in value.decode("latin-1").split(",")]  # fmt: skip
    names = {FORWARD_PROTOCOLS.get(each, each): each for each in response.protocols}
    agreed = next((each for each in names if each in offered), None)
    if agreed is None:
        return False
    await send({"type": "spdy.accept", "protocol": agreed})
    if names[agreed] in FORWARD_PROTOCOLS:
        await response.converse(ForwardSocket(receive, send, agreed))
    else:
        socket = SpdySocket(receive, send, agreed, _announced(query))
        await socket.opened()
        await response.converse(socket)
        await socket.end()
    await send({"type": "spdy.close"})
    return True


def _announced(query: Mapping[str, str]) -> frozenset[str]:
    """The streams that the client opens. Models: remotecommand.NewOptions, createStreams"""
    tty = query.get("tty", "").lower() in TRUE
    named = {name for name in ("stdin", "stdout", "stderr") if query.get(name, "").lower() in TRUE}
    return frozenset({"error", *(named - {"stderr"} if tty else named), *(("resize",) if tty else ())})
