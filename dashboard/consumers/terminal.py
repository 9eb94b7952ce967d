"""The terminal's WebSocket: what is typed comes in, what programs write goes out, as it is written.

In: {"run": text} · {"input": what is typed while it runs} · {"stop": true} · {"complete": text before the cursor} ·
{"taken": letters shown}.
Out: {"out": text} · {"err": text} · {"reads": does it read what is typed} · {"done": exit code} ·
{"offer": [words], "part": what they replace}.
One line runs at a time; a page that wants two opens two. What is written is collected for a moment; a program that
writes more than the page takes is stopped, so nothing grows without bound.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from cluster.kubeadm.fleet import FLEET

PAUSE_SECONDS = 0.03
MOST_TYPED, MOST_WAITING = 512 * 1024, 4 * 1024 * 1024
STOPPED = 130

logger = logging.getLogger(__name__)


class Flooded(Exception):
    """More was written than the page can take."""


class TerminalConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """One terminal of one signed-in person."""

    async def connect(self) -> None:
        cluster, user = FLEET.get(self.scope["url_route"]["kwargs"]["slug"]), self.scope["user"]
        if cluster is None or not user.is_authenticated:
            await self.close(4403)
            return
        await self.accept()
        # kubectl is not needed before, and a start should not take long
        from dashboard.terminal.identity import session_of
        from dashboard.terminal.keyboard import Keyboard
        from dashboard.terminal.shell import Shell

        self._cluster = cluster
        self._keyboard = Keyboard(lambda reads: self._written.append(("reads", "yes" if reads else "")))
        self._shell = Shell(session_of(cluster, user.get_username()), self._keyboard)
        self._written: list[tuple[str, str]] = []
        self._waiting = 0  # letters written that the page has not shown yet
        self._running: asyncio.Task[None] | None = None
        self._end = self._stop
        cluster.on_shut_down.append(self._end)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "_shell"):
            self._stop()
            self._cluster.on_shut_down.remove(self._end)

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        asked = _read(text_data)
        if isinstance(taken := asked.get("taken"), int):
            self._waiting = max(0, self._waiting - taken)
        elif "stop" in asked:
            self._stop()
        elif isinstance(typed := asked.get("run"), str):
            await self._begin(typed)
        elif isinstance(typed := asked.get("input"), str):
            if self._runs and not self._keyboard.type(typed):
                await self._tell({"err": "more was typed than the command reads\n"})
        elif isinstance(typed := asked.get("complete"), str):
            from dashboard.terminal import completing

            part, offered = await completing.offer(typed, self._shell.session)
            await self._tell({"offer": offered, "part": part})

    @property
    def _runs(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _begin(self, typed: str) -> None:
        if self._runs:
            await self._tell({"err": "a command is running: Ctrl-C stops it\n"})
            return
        self._keyboard.forget()
        self._running = asyncio.get_running_loop().create_task(self._run(typed))

    async def _run(self, typed: str) -> None:
        telling = asyncio.get_running_loop().create_task(self._tell_what_is_written())
        code = 1
        try:
            code = await self._shell.run(
                typed, lambda text: self._write("out", text), lambda text: self._write("err", text)
            )
        except asyncio.CancelledError:
            code = STOPPED
        except Flooded:
            self._written.append(("err", "\nstopped: it writes more than the page can show\n"))
        except Exception as error:
            logger.exception("a command of the terminal failed")
            self._written.append(("err", f"error: {type(error).__name__}: {error}\n"))
        finally:
            telling.cancel()
        await self._flush()
        await self._tell({"done": code})

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _write(self, stream: str, text: str) -> None:
        self._waiting += len(text)
        if self._waiting > MOST_WAITING:
            raise Flooded
        self._written.append((stream, text))

    async def _tell_what_is_written(self) -> None:
        while True:
            await self._cluster.pace_clock.sleep(PAUSE_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        written, self._written = self._written, []
        joined: list[list[str]] = []
        for stream, text in written:
            if joined and joined[-1][0] == stream != "reads":
                joined[-1][1] += text
            else:
                joined.append([stream, text])
        for stream, text in joined:
            await self._tell({stream: bool(text) if stream == "reads" else text})

    async def _tell(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message))


def _read(text: Any) -> dict[str, Any]:
    """What the page asks; nothing when it cannot be read."""
    if not isinstance(text, str) or len(text) > MOST_TYPED:
        return {}
    try:
        asked = json.loads(text)
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
