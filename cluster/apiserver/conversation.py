"""Requests that become a conversation: exec, attach and port-forward go on over a WebSocket.

Whoever serves such a request answers with a `Conversation`; the HTTPS door opens the socket and lets it talk.
Models: apimachinery/pkg/util/remotecommand, apiserver/pkg/util/proxy/{websocket,streamtunnel}.go v1.37
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from cluster.wire.message import Payload, Response

NOT_UPGRADED = b"Upgrade request required"


class Socket:
    """One end of a WebSocket: whole binary messages both ways. `protocol` is what was agreed on."""

    def __init__(self, receive: Any, send: Any, protocol: str) -> None:
        self._receive = receive
        self._send = send
        self.protocol = protocol
        self.gone = False

    async def send(self, message: bytes) -> None:
        if not self.gone:
            await self._send({"type": "websocket.send", "bytes": message})

    async def messages(self) -> AsyncIterator[bytes]:
        """What the other end says, until it hangs up."""
        while not self.gone:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self.gone = True
            elif event["type"] == "websocket.receive":
                yield event.get("bytes") or (event.get("text") or "").encode()


class Conversation(Response):
    """The answer to a request that goes on as a conversation in one of `protocols`."""

    __slots__ = ("converse", "protocols")

    def __init__(self, protocols: tuple[str, ...], converse: Callable[[Socket], Awaitable[None]]) -> None:
        super().__init__(400, Payload(raw=NOT_UPGRADED), {"content-type": "text/plain; charset=utf-8"})
        self.protocols = protocols
        self.converse = converse


async def hold(response: Response, offered: list[str], receive: Any, send: Any) -> None:
    """Open the socket and let the conversation go on to its end; a refusal closes it unopened."""
    if not isinstance(response, Conversation):
        await send({"type": "websocket.close", "code": 4000 + response.status})
        return
    agreed = next((protocol for protocol in response.protocols if protocol in offered), None)
    if agreed is None:
        await send({"type": "websocket.close", "code": 4400})
        return
    await send({"type": "websocket.accept", "subprotocol": agreed})
    socket = Socket(receive, send, agreed)
    await response.converse(socket)
    if not socket.gone:
        await send({"type": "websocket.close", "code": 1000})
