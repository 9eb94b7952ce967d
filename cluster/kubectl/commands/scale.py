"""`kubectl scale`: another number of replicas, if wished only from the current number on.

Models: kubectl/pkg/cmd/scale/scale.go, kubectl/pkg/scale/scale.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.client.rest import MERGE_PATCH
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

POLL_SECONDS = 1.0
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("replicas", INT, required=True, help="The new number of replicas"),
    Flag("current-replicas", INT, default=-1, help="Only if this is the current number"),
    Flag("resource-version", help="Only if this is the current resource version"),
    Flag("timeout", DURATION, help="How long to wait until it is done; 0 does not wait"),
    Flag("all", BOOL, help="All objects of the type in the namespace"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Label selector"),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("scaled", strategy))
    if flags["replicas"] < 0:
        raise CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if flags["current-replicas"] < -1:
        raise CommandError("The --current-replicas must specify an integer of -1 or greater")
    asked = Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or None,
        every=flags["all"],
    )
    found = await builder.infos(invocation, asked)
    if flags["resource-version"] and len(found.infos) > 1:
        raise CommandError("cannot use --resource-version with multiple resources")
    if not found.infos and not found.errors:
        raise CommandError("no objects passed to scale")
    for info in found.infos:
        if strategy != "client":
            await _scale(invocation, info, strategy)
        invocation.out(show(_with_replicas(info.obj, flags["replicas"])))
    raise_all(found.errors)


def _with_replicas(obj: dict[str, Any], replicas: int) -> dict[str, Any]:
    return {**obj, "spec": {**(obj.get("spec") or {}), "replicas": replicas}}


async def _scale(invocation: Invocation, info: Info, strategy: str) -> None:
    flags = invocation.flags
    query = {"dryRun": "All"} if strategy == "server" else {}
    if flags["current-replicas"] == -1 and not flags["resource-version"]:
        body = Payload(object={"spec": {"replicas": flags["replicas"]}})
        await invocation.request(
            "PATCH", info.path("scale"), query=query, headers={"content-type": MERGE_PATCH}, body=body
        )
    else:
        while not await _scale_from(invocation, info, query):
            await invocation.session.clock.sleep(POLL_SECONDS)
    if flags["timeout"] and strategy == "none":
        await _wait(invocation, info)


async def _scale_from(invocation: Invocation, info: Info, query: dict[str, str]) -> bool:
    """Scale if the precondition holds; False when the object changed meanwhile. Raises CommandError."""
    flags = invocation.flags
    scale = await invocation.object("GET", info.path("scale"))
    _require(
        flags["current-replicas"], (scale.get("spec") or {}).get("replicas") or 0, flags["resource-version"], scale
    )
    changed = Payload(object=_with_replicas(scale, flags["replicas"]))
    try:
        await invocation.request("PUT", info.path("scale"), query=query, body=changed)
    except ApiError as error:
        if error.reason == "Conflict":
            return False
        raise
    return True


def _require(wanted: int, replicas: int, version: str, scale: dict[str, Any]) -> None:
    if wanted not in (-1, replicas):
        raise CommandError(f"Expected replicas to be {wanted}, was {replicas}")
    actual = scale["metadata"].get("resourceVersion", "")
    if version not in ("", actual):
        raise CommandError(f"Expected resource version to be {version}, was {actual}")


async def _wait(invocation: Invocation, info: Info) -> None:
    async def done() -> None:
        while True:
            scale = await invocation.object("GET", info.path("scale"))
            if (scale.get("status") or {}).get("replicas", 0) == (scale.get("spec") or {}).get("replicas", 0):
                return
            await invocation.session.clock.sleep(POLL_SECONDS)

    try:
        await invocation.session.clock.wait_for(done(), invocation.flags["timeout"])
    except TimeoutError:
        raise CommandError("timed out waiting for the condition") from None
    except ApiError as error:
        raise CommandError(f"timed out waiting for {info.name} to be synced: {error}") from error


COMMAND = Command(
    "scale",
    "kubectl scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) "
    "[options]",
    "Set a new size for a deployment, replica set, or replication controller.",
    FLAGS,
    run,
)
