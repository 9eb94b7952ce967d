"""What is typed in the page while a program runs: kubectl reads it as standard input.

A Ctrl-D ends it. What is typed before a program reads waits for it; a new line begins with nothing typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

END = "\x04"
MOST_WAITING = 1000


class Keyboard:
    """`on_reading(reads)` is told when a program begins and ends to read."""

    terminal = True
    shown = False

    def __init__(self, on_reading: Callable[[bool], None]) -> None:
        self._on_reading = on_reading
        self._typed: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def __call__(self) -> str:
        return ""

    def type(self, text: str) -> bool:
        """False when more waits already than a program will read."""
        try:
            self._typed.put_nowait(text)
        except asyncio.QueueFull:
            return False
        return True

    def forget(self) -> None:
        """What was typed for the program that ended is nothing to the next."""
        self._typed = asyncio.Queue(MOST_WAITING)

    async def pieces(self) -> AsyncIterator[str]:
        self._on_reading(True)
        try:
            while True:
                text, end, _ = (await self._typed.get()).partition(END)
                if text:
                    yield text
                if end:
                    return
        finally:
            self._on_reading(False)
