"""Requests that become a conversation: whole binary messages both ways, over a WebSocket or within this process.

Whoever serves such a request answers with a `Conversation`; `hold` of the HTTPS door, or `talk` here, lets it go on.
Who asked for it holds a `Talk`.

Models: apimachinery/pkg/util/remotecommand, client-go/tools/remotecommand/websocket.go v1.37
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

from cluster.wire.hop import current_hop
from cluster.wire.message import ConnectionLost, Payload, Response

NOT_UPGRADED = b"Upgrade request required"


class Socket:
    """The server's end of a conversation. `protocol` is what was agreed on."""

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
        super().__init__(101)
        self.protocols = protocols
        self.converse = converse

    def refused(self) -> Response:
        """The answer to who did not ask to change the protocol, or for none that is spoken here."""
        return Response(400, Payload(raw=NOT_UPGRADED), {"content-type": "text/plain; charset=utf-8"})


class Talk(Protocol):
    """The client's end of a conversation."""

    async def send(self, message: bytes) -> None:
        """Say something; nothing happens when the other end has hung up."""

    def messages(self) -> AsyncIterator[bytes]:
        """What the server says, until it hangs up. ConnectionLost when it breaks off."""

    async def close(self) -> None:
        """Hang up."""


class LocalTalk:
    """A conversation with a server in this process."""

    def __init__(self, conversation: Conversation, protocol: str, hop: int) -> None:
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._task = asyncio.get_running_loop().create_task(self._converse(conversation, protocol, hop))

    async def _converse(self, conversation: Conversation, protocol: str, hop: int) -> None:
        current_hop.set(hop)

        async def hear(message: dict[str, Any]) -> None:
            await self._heard.put(message["bytes"])

        try:
            await conversation.converse(Socket(self._said.get, hear, protocol))
        except asyncio.CancelledError:
            raise  # the client hung up: nobody listens
        except Exception:
            await self._heard.put(None)
            raise
        await self._heard.put(None)

    async def send(self, message: bytes) -> None:
        self._said.put_nowait({"type": "websocket.receive", "bytes": message})

    async def messages(self) -> AsyncIterator[bytes]:
        while (message := await self._heard.get()) is not None:
            yield message
        try:
            await self._task
        except Exception as error:
            raise ConnectionLost(str(error)) from error

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def talk(response: Response, offered: tuple[str, ...], hop: int) -> Talk | None:
    """The conversation that a response opens in one of the offered protocols; None when it opens none."""
    if not isinstance(response, Conversation):
        return None
    agreed = next((protocol for protocol in response.protocols if protocol in offered), None)
    return None if agreed is None else LocalTalk(response, agreed, hop)
