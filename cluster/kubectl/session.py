"""What outlives one command: which clusters there are, how to reach them, which files may be read, what time it is.

A terminal in the browser and `manage.py kubectl` differ in their session alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.kubectl.kubeconfig import Access
from cluster.kubectl.resources import Resources

Write = Callable[[str], object]
Read = Callable[[], str]


class Keyboard(Protocol):
    """A standard input that is typed while the command runs. Called, it reads all there is, as any `Read`."""

    terminal: bool
    """Is it a person's terminal, so that `-t` can be had?"""
    shown: bool
    """Does the person see already what was typed?"""

    def __call__(self) -> str: ...

    def pieces(self) -> AsyncIterator[str]:
        """What is typed, piece by piece, until its end."""


async def pieces(stdin: Read) -> AsyncIterator[str]:
    """Standard input as it comes; all at once where it is no keyboard."""
    if (keyboard := keyboard_of(stdin)) is None:
        if text := stdin():
            yield text
        return
    async for piece in keyboard.pieces():
        yield piece


def keyboard_of(stdin: Read) -> Keyboard | None:
    return cast("Keyboard", stdin) if hasattr(stdin, "pieces") else None


class Files(Protocol):
    """The files that `-f` and `--from-file` may name."""

    def read_bytes(self, path: str) -> bytes:
        """Raises OSError."""

    def listing(self, path: str) -> list[str] | None:
        """The names in a folder, sorted; None when `path` is no folder."""


class NoFiles:
    """A session without a file system: only "-" can be read."""

    def read_bytes(self, path: str) -> bytes:
        raise FileNotFoundError(path)

    def listing(self, path: str) -> list[str] | None:
        return None


@dataclass(slots=True)
class Session:
    """`connect(access)` gives the client for the context, user and impersonation that a command's flags name."""

    config: dict[str, Any]
    connect: Callable[[Access], Client]
    clock: Clock
    files: Files = field(default_factory=NoFiles)
    known: dict[str, Resources] = field(default_factory=dict)
    """What discovery told, by context."""
    config_file: str = "this session"
    """Where the kubeconfig is kept, as people are told."""
    keep: Callable[[dict[str, Any]], None] | None = None
    """Writes a changed kubeconfig where it is kept; without one a change lasts as long as the session."""

    def save(self, config: dict[str, Any]) -> None:
        """What a `config` command made of the kubeconfig."""
        if self.keep is not None:
            self.keep(config)
        self.config = config
