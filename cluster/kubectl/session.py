"""What outlives one command: which clusters there are, how to reach them, which files may be read, what time it is.

A terminal in the browser and `manage.py kubectl` differ in their session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.kubectl.kubeconfig import Access
from cluster.kubectl.resources import Resources

Write = Callable[[str], object]
Read = Callable[[], str]


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
