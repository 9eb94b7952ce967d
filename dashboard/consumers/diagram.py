"""The diagram's WebSocket: one viewer of one cluster's broadcaster. A viewer that cannot keep up is cut off."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from cluster.kubeadm.fleet import FLEET
from dashboard.consumers.broadcaster import broadcaster_of

MOST_WAITING = 200


class DiagramConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Sends frames as they come."""

    async def connect(self) -> None:
        cluster = FLEET.get(self.scope["url_route"]["kwargs"]["slug"])
        if cluster is None or not self.scope["user"].is_authenticated:
            await self.close(4403)
            return
        await self.accept()
        self._frames: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._broadcaster = broadcaster_of(cluster)
        self._sender = asyncio.get_running_loop().create_task(self._send_frames())
        self._broadcaster.join(self._frame)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "_sender"):
            self._broadcaster.leave(self._frame)
            self._sender.cancel()

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        """Viewers only listen."""

    def _frame(self, frame: str) -> None:
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self._broadcaster.leave(self._frame)
            self._sender.cancel()

    async def _send_frames(self) -> None:
        while True:
            await self.send(text_data=await self._frames.get())
