"""The workloads that a rollout command is about, and the flags that name them."""

from __future__ import annotations

from cluster.kubectl import builder
from cluster.kubectl.builder import Query, Targets
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation

FLAGS = (
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Label selector"),
)


async def found(invocation: Invocation) -> Targets:
    """Raises CommandError when nothing is named."""
    flags = invocation.flags
    if not invocation.arguments and not flags["filename"]:
        raise CommandError("required resource not specified")
    asked = Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        every=True,
    )
    targets = await builder.infos(invocation, asked)
    if asked.filenames:
        for info in targets.infos:
            info.obj = await invocation.object("GET", info.path())
    return targets
