"""`kubectl patch`: change fields by a strategic merge, JSON merge or JSON patch.

Models: kubectl/pkg/cmd/patch/patch.go v1.37
Simplified: no --local.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.patch import json as json_patch
from cluster.apimachinery.patch import merge as merge_patch
from cluster.apimachinery.patch import strategic as strategic_patch
from cluster.apimachinery.status import ApiError
from cluster.client.rest import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH
from cluster.kubectl import builder, manifests
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands.apply_patch import type_of
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

TYPES = {"json": JSON_PATCH, "merge": MERGE_PATCH, "strategic": STRATEGIC_MERGE_PATCH}
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("patch", short="p", help="The patch, as JSON or YAML"),
    Flag("patch-file", help="A file with the patch"),
    Flag("type", default="strategic", help='"json", "merge" or "strategic"'),
    Flag("subresource", help="The subresource to patch"),
    Flag("field-manager", default="kubectl-patch"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
)


async def run(invocation: Invocation) -> None:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    patch = _patch(invocation)
    asked = Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        subresource=flags["subresource"],
    )
    found = await builder.infos(invocation, asked)
    for info in found.infos:
        try:
            obj = await _patched(invocation, info, patch, strategy)
        except ApiError as error:
            found.errors.append(error)
            continue
        operation = "patched" if obj != info.obj else "patched (no change)"
        invocation.out(formats.printer(invocation, formats.told(operation, strategy))(obj))
    raise_all(found.errors)
    if not found.infos:
        raise CommandError("no objects passed to patch")


def _patch(invocation: Invocation) -> Payload:
    """Raises CommandError."""
    flags = invocation.flags
    if flags["patch"] and flags["patch-file"]:
        raise CommandError("cannot specify --patch and --patch-file together")
    if not flags["patch"] and not flags["patch-file"]:
        raise CommandError("must specify --patch or --patch-file containing the contents of the patch")
    if flags["type"].lower() not in TYPES:
        raise CommandError(f'--type must be one of [{" ".join(sorted(TYPES))}], not "{flags["type"]}"')
    text = flags["patch"]
    if flags["patch-file"]:
        try:
            text = invocation.session.files.read_bytes(flags["patch-file"]).decode()
        except OSError as error:
            raise CommandError(
                f"unable to read patch file: open {flags['patch-file']}: no such file or directory"
            ) from error
    if text.lstrip().startswith("{") and formats.dry_run(invocation) != "client":
        return Payload(raw=text.encode())  # what begins as JSON is for the server to read
    try:
        documents = manifests.parse(text)
    except ValueError as error:
        told = str(error).removeprefix("error converting YAML to JSON: ")
        raise CommandError(f'unable to parse "{flags["patch"]}": {told}') from error
    return Payload(object=documents[0] if documents else None)


async def _patched(invocation: Invocation, info: Info, patch: Payload, strategy: str) -> dict[str, Any]:
    flags = invocation.flags
    kind = flags["type"].lower()
    if strategy == "client":
        return _locally(info, kind, patch.object)
    query = {"fieldManager": flags["field-manager"]} | ({"dryRun": "All"} if strategy == "server" else {})
    answer: dict[str, Any] = await invocation.object(
        "PATCH",
        info.path(flags["subresource"]),
        query=query,
        headers={"content-type": TYPES[kind]},
        body=patch,
    )
    return answer


def _locally(info: Info, kind: str, patch: Any) -> dict[str, Any]:
    try:
        if kind == "json":
            found: dict[str, Any] = json_patch.apply(info.obj, patch)
            return found
        type = type_of(info) if kind == "strategic" else None
        if kind == "strategic" and type is None:
            told = f"{info.resource.api_version}, Kind={info.resource.kind}"
            raise CommandError(f"strategic merge patch is not supported for {told} locally, try --type merge")
        return strategic_patch.apply(info.obj, patch, type) if type else merge_patch.apply(info.obj, patch)
    except ValueError as error:
        raise CommandError(str(error)) from error


COMMAND = Command(
    "patch",
    "kubectl patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    "Update fields of a resource.",
    FLAGS,
    run,
)
