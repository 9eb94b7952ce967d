"""`kubectl describe`: everything about one or more objects, for people.

A name that no object has is tried as the beginning of names.

Models: kubectl/pkg/cmd/describe/describe.go v1.37
"""

from __future__ import annotations

import importlib

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.describe import MODULES
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, INT, Flag
from cluster.kubectl.invocation import Invocation

FLAGS = (
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Label selector"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("show-events", BOOL, default=True, help="Show the objects' events"),
    Flag("chunk-size", INT, default=500),
)
NO_TYPE = 'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if not invocation.arguments and not flags["filename"]:
        raise CommandError(NO_TYPE)
    asked = Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        all_namespaces=flags["all-namespaces"],
        every=True,
    )
    found = await builder.infos(invocation, asked)
    if asked.filenames:
        for info in found.infos:
            info.obj = await invocation.object("GET", info.path())
    if (found.errors or len(found.infos) > 1) and "show-events" not in flags.changed:
        flags.values["show-events"] = False
    if len(invocation.arguments) == 2 and _only_not_found(found.errors):
        await _by_prefix(invocation, asked, found.errors)
        return
    for at, info in enumerate(found.infos):
        invocation.out(("\n\n" if at else "") + await _described(invocation, info))
    if not found.infos and not found.errors:
        place = "" if asked.all_namespaces else f" in {invocation.namespace} namespace."
        invocation.err(f"No resources found{place}\n")
    raise_all(found.errors)


def _only_not_found(errors: list[Exception]) -> bool:
    return bool(errors) and all(isinstance(error, ApiError) and error.code == 404 for error in errors)


async def _by_prefix(invocation: Invocation, asked: Query, errors: list[Exception]) -> None:
    kind, prefix = invocation.arguments
    asked.arguments = [kind]
    similar = [info for info in (await builder.infos(invocation, asked)).infos if info.name.startswith(prefix)]
    if not similar:
        raise_all(errors)
    for info in similar:
        invocation.out(await _described(invocation, info) + "\n")


async def _described(invocation: Invocation, info: Info) -> str:
    name = MODULES.get((info.resource.group, info.resource.kind), "generic")
    module = importlib.import_module(f"cluster.kubectl.describe.{name}")
    text: str = await module.describe(invocation, info.obj)
    return text


COMMAND = Command(
    "describe",
    "kubectl describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    "Show details of a specific resource or group of resources.",
    FLAGS,
    run,
)
