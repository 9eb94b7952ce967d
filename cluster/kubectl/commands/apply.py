"""`kubectl apply`: make objects say what manifests say, by a three-way patch or on the server's side.

Models: kubectl/pkg/cmd/apply/apply.go v1.37
Simplified: no --prune; the fields of client-side apply are not moved to the server-side manager.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels
from cluster.apimachinery.status import ApiError
from cluster.client.rest import APPLY_PATCH
from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands import apply_patch
from cluster.kubectl.errors import CommandError, raise_all, with_source
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import ANNOTATION, annotated
from cluster.kubectl.printers import formats, name
from cluster.wire.message import Payload

CLIENT_SIDE, SERVER_SIDE = "kubectl-client-side-apply", "kubectl"
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("validate", default="strict", bare="strict", help='"strict", "warn" or "ignore" unknown fields'),
    Flag("field-manager", default="", help="Who owns the fields"),
    Flag("filename", ARRAY, short="f", help="A file or folder of objects, or - for standard input"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Only objects with these labels"),
    Flag("server-side", BOOL, help="Let the server merge"),
    Flag("force-conflicts", BOOL, help="Take fields over from other managers"),
    Flag("overwrite", BOOL, default=True),
    Flag("force", BOOL, help="Delete and create again what cannot be patched"),
)
MISSING = (
    "Warning: resource {0} is missing the {1} annotation which is required by kubectl apply. kubectl apply should only be "
    "used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing "
    "annotation will be patched automatically.\n"
)
DELETING = "Warning: Detected changes to resource {0} which is currently being deleted.\n"
CONFLICT = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    if invocation.arguments:
        raise invocation.usage_error(f"Unexpected args: [{' '.join(invocation.arguments)}]")
    if not flags["filename"]:
        raise CommandError("must specify one of -f and -k")
    strategy = _strategy(invocation)
    submission.directive(invocation)
    show = formats.printer(invocation) if flags["output"] not in ("", "name") else None
    found = await builder.targets(invocation, Query([], filenames=flags["filename"], recursive=flags["recursive"]))
    wanted = labels.parse(flags["selector"])
    infos = [info for info in found.infos if wanted.matches(info.obj["metadata"].get("labels") or {})]
    if not infos and not found.errors:
        raise CommandError("no objects passed to apply")
    objects = []
    for info in infos:
        try:
            obj, operation = await _apply(invocation, info, strategy)
        except (ApiError, CommandError) as error:
            found.errors.append(error)
            continue
        objects.append(obj)
        if show is None:
            invocation.out(name.line(obj, formats.told(operation, strategy), short=flags["output"] == "name"))
    raise_all(found.errors)
    if show is not None and objects:
        listed = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {}}
        invocation.out(show(objects[0] if len(objects) == 1 else listed))


def _strategy(invocation: Invocation) -> str:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    server_side = flags["server-side"]
    if flags["force-conflicts"] and not server_side:
        raise CommandError("--force-conflicts only works with --server-side")
    if strategy == "client" and server_side:
        raise CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if flags["force"] and server_side:
        raise CommandError("--force cannot be used with --server-side")
    if "field-manager" not in flags.changed:
        flags.values["field-manager"] = SERVER_SIDE if server_side else CLIENT_SIDE
    return strategy


async def _apply(invocation: Invocation, info: Info, strategy: str) -> tuple[dict[str, Any], str]:
    """The object as it is now, and the word for what was done."""
    generated = info.obj["metadata"].get("generateName")
    if not info.name and generated:
        raise CommandError(f"from {generated}: cannot use generate name with apply")
    if invocation.flags["server-side"]:
        return await _server_side(invocation, info, strategy), "serverside-applied"
    manifest = annotated(info.obj)
    try:
        live = await invocation.object("GET", info.path())
    except ApiError as error:
        if error.code != 404:
            raise
        return await _create(invocation, info, manifest, strategy), "created"
    if ANNOTATION not in (live["metadata"].get("annotations") or {}):
        invocation.err(MISSING.format(f"{info.resource.plural}/{info.name}", ANNOTATION))
    obj, patch = await apply_patch.patch(invocation, info, manifest, live, strategy)
    _warn_if_deleting(invocation, obj)
    return obj, "configured" if patch else "unchanged"


async def _create(invocation: Invocation, info: Info, manifest: dict[str, Any], strategy: str) -> dict[str, Any]:
    manifest = apply_patch.without_nulls(manifest)
    if strategy == "client":
        return manifest
    try:
        created: dict[str, Any] = await submission.post(invocation, info.resource, info.namespace, manifest, strategy)
    except ApiError as error:
        raise with_source("creating", info.source, error) from error
    return created


async def _server_side(invocation: Invocation, info: Info, strategy: str) -> dict[str, Any]:
    query = submission.query(invocation, strategy)
    query["force"] = str(invocation.flags["force-conflicts"]).lower()
    headers, body = {"content-type": APPLY_PATCH}, Payload(object=info.obj)
    try:
        obj: dict[str, Any] = await invocation.object("PATCH", info.path(), query=query, headers=headers, body=body)
    except ApiError as error:
        if error.reason == "Conflict":
            raise CommandError(error.message + CONFLICT) from error
        raise
    _warn_if_deleting(invocation, obj)
    return obj


def _warn_if_deleting(invocation: Invocation, obj: dict[str, Any]) -> None:
    if obj["metadata"].get("deletionTimestamp"):
        invocation.err(DELETING.format(obj["metadata"]["name"]))


COMMAND = Command(
    "apply",
    "kubectl apply (-f FILENAME) [options]",
    "Apply a configuration to a resource by file name or stdin.",
    FLAGS,
    run,
)
