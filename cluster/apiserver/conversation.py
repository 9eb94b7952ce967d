"""The HTTPS door's part of a conversation: it opens the WebSocket and lets server and client talk to the end.

Models: apiserver/pkg/util/proxy/{websocket,streamtunnel}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.wire.conversation import Conversation, Socket
from cluster.wire.message import Response


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
