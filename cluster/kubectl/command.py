"""What a command is: its name, its flags as a table, and the coroutine that does it.

Models: github.com/spf13/cobra/command.go, kubectl/pkg/cmd/cmd.go v1.37
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster.kubectl.flags import ARRAY, BOOL, INT, Flag

if TYPE_CHECKING:
    from cluster.kubectl.invocation import Invocation

Run = Callable[["Invocation"], Awaitable[None]]

GLOBAL = (
    Flag("as"),
    Flag("as-group", ARRAY),
    Flag("as-uid"),
    Flag("cache-dir"),
    Flag("certificate-authority"),
    Flag("client-certificate"),
    Flag("client-key"),
    Flag("cluster"),
    Flag("context"),
    Flag("disable-compression", BOOL),
    Flag("help", BOOL, short="h"),
    Flag("insecure-skip-tls-verify", BOOL),
    Flag("kubeconfig"),
    Flag("match-server-version", BOOL),
    Flag("namespace", short="n"),
    Flag("request-timeout", default="0"),
    Flag("server", short="s"),
    Flag("tls-server-name"),
    Flag("token"),
    Flag("user"),
    Flag("v", INT, short="v"),
    Flag("warnings-as-errors", BOOL),
)
"""The flags that every command takes. Models: cli-runtime/pkg/genericclioptions/config_flags.go"""


@dataclass(frozen=True, slots=True)
class Command:
    """`usage` is the line that help shows; `parts` names the modules of subcommands, which are imported when used.

    A command of parts alone has no `run`; called without one it shows its help.
    """

    name: str
    usage: str
    short: str
    flags: tuple[Flag, ...] = ()
    run: Run | None = None
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_flags(self) -> tuple[Flag, ...]:
        """Its own and the global ones; of a letter or name that both have, its own counts."""
        names, letters = {flag.name for flag in self.flags}, {flag.short for flag in self.flags if flag.short}
        return (*self.flags, *(flag for flag in GLOBAL if flag.name not in names and flag.short not in letters))

    def part(self, name: str) -> Command | None:
        module = self.parts.get(name)
        return load(module) if module else None


def load(module: str) -> Command:
    """The command that a module of `cluster.kubectl.commands` declares; "create_service:NODEPORT" names which."""
    name, _, attribute = module.partition(":")
    found = importlib.import_module(f"cluster.kubectl.commands.{name}")
    command: Command = getattr(found, attribute or "COMMAND")
    return command
