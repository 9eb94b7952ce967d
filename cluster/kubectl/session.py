"""What a command works with: the client, the namespace, where its words go; and how it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.kubectl.resources import Resources

Write = Callable[[str], object]


class CommandError(Exception):
    """The command refuses or fails; the message goes to stderr as it is, and the exit code is `code`."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def read_file(name: str) -> str:
    """The text of a file, or of standard input for "-". Raises CommandError as kubectl words it."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text()
    except OSError as error:
        raise CommandError(f'error: the path "{name}" does not exist') from error


@dataclass(slots=True)
class Session:
    """One invocation of kubectl."""

    client: Client
    clock: Clock
    namespace: str = "default"
    out: Write = sys.stdout.write
    err: Write = sys.stderr.write
    read: Callable[[str], str] = read_file
    resources: Resources = field(default_factory=Resources)
