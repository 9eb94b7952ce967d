"""The diagram's WebSocket: one viewer of one cluster's broadcaster.

The page answers each frame with its number. While too many are unanswered the viewer is told nothing more; once it
has caught up it is told what it missed. So a slow viewer costs neither the cluster nor the other viewers anything.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from cluster.kubeadm.fleet import FLEET
from dashboard.consumers.broadcaster import KINDS, Frame, Seen, broadcaster_of

MOST_UNANSWERED = 6


class DiagramConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Sends frames as they come, as long as the page keeps up."""

    async def connect(self) -> None:
        cluster = FLEET.get(self.scope["url_route"]["kwargs"]["slug"])
        if cluster is None or not self.scope["user"].is_authenticated:
            await self.close(4403)
            return
        await self.accept()
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._unanswered = 0
        self._behind = False
        self._seen = seen_of(self.scope.get("query_string", b"").decode())
        self._broadcaster = broadcaster_of(cluster)
        self._sender = asyncio.get_running_loop().create_task(self._send_frames())
        self._broadcaster.join(self, self._seen)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "_sender"):
            self._broadcaster.leave(self)
            self._sender.cancel()

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        """ "<frame>": the page has drawn it; with what it has seen by then, `<frame> <query>`, when asked to catch up."""
        number, _, query = (text_data or "").partition(" ")
        if not number.isdigit() or len(number) > 15:
            return
        self._unanswered = max(0, self._unanswered - 1)
        if self._behind and self._unanswered == 0:
            self._behind = False
            self.tell(self._broadcaster.catch_up(seen_of(query)))

    def tell(self, frame: Frame) -> None:
        if self._unanswered >= MOST_UNANSWERED:
            self._behind = True
        if not self._behind:
            self._unanswered += 1
            self._frames.put_nowait(frame)

    def end(self) -> None:
        self._frames.put_nowait(None)

    async def _send_frames(self) -> None:
        while (frame := await self._frames.get()) is not None:
            await self.send(text_data=frame.text)
        await self.close(4404)


def seen_of(query: str) -> Seen | None:
    """What a page says it saw: `epoch=…&Pod=12&Node=9`; None when it says nothing that can be used."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    numbers = {kind: given.get(kind, "") for kind in KINDS}
    if not given.get("epoch") or not all(text.isdigit() and len(text) <= 15 for text in numbers.values()):
        return None
    return Seen(given["epoch"], {kind: int(text) for kind, text in numbers.items()})
