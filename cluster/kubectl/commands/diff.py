"""`kubectl diff`: what applying manifests would change, told as `diff -u -N` tells it; exit code 1 when it would.

The changed objects come from the server, by a dry run. What goes wrong exits with 2.

Models: kubectl/pkg/cmd/diff/diff.go v1.37
Simplified: no --prune, and no program of one's own (KUBECTL_EXTERNAL_DIFF); difflib finds the lines.
"""

from __future__ import annotations

import difflib
from typing import Any

from cluster.apimachinery import labels
from cluster.apimachinery.status import ApiError
from cluster.client.rest import APPLY_PATCH
from cluster.clock import rfc3339
from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands import apply_patch
from cluster.kubectl.errors import CommandError, Several, raise_all
from cluster.kubectl.errors import text as worded
from cluster.kubectl.flags import ARRAY, BOOL, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import json, yaml
from cluster.wire.message import ConnectionLost, Payload

Obj = dict[str, Any]
DIFFERENT, TROUBLE = 1, 2
CLIENT_SIDE, SERVER_SIDE = "kubectl-client-side-apply", "kubectl"
MASK, BEFORE, AFTER = "***", "*** (before)", "*** (after)"
FLAGS = (
    Flag("filename", ARRAY, short="f", help="A file or folder of objects, or - for standard input"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Only objects with these labels"),
    Flag("server-side", BOOL, help="Let the server merge"),
    Flag("force-conflicts", BOOL, help="Take fields over from other managers"),
    Flag("field-manager", default=CLIENT_SIDE, help="Who owns the fields"),
    Flag("show-managed-fields", BOOL, help="Compare the managedFields too"),
    Flag("show-secrets", BOOL, help="Do not mask what Secrets hold"),
    Flag("concurrency", INT, default=1),
    Flag("force", BOOL),
)


async def run(invocation: Invocation) -> None:
    try:
        different = await _run(invocation)
    except (ApiError, CommandError, ConnectionLost, Several) as error:
        invocation.err(worded(error))
        raise CommandError("", TROUBLE) from error
    if different:
        raise CommandError("", DIFFERENT)


async def _run(invocation: Invocation) -> bool:
    """Print what differs; whether anything does."""
    flags = invocation.flags
    if invocation.arguments:
        raise invocation.usage_error(f"Unexpected args: [{' '.join(invocation.arguments)}]")
    if not flags["filename"]:
        raise CommandError("must specify one of -f and -k")
    if flags["force-conflicts"] and not flags["server-side"]:
        raise CommandError("--force-conflicts only works with --server-side")
    if "field-manager" not in flags.changed and flags["server-side"]:
        flags.values["field-manager"] = SERVER_SIDE
    found = await builder.targets(invocation, Query([], filenames=flags["filename"], recursive=flags["recursive"]))
    raise_all(found.errors)
    wanted = labels.parse(flags["selector"])
    texts: dict[str, tuple[str, str]] = {}
    for info in found.infos:
        if wanted.matches(info.obj["metadata"].get("labels") or {}):
            texts[file_name(info)] = await _both(invocation, info)
    told = [_compared(invocation, name, *texts[name]) for name in sorted(texts)]
    invocation.out("".join(told))
    return any(told)


def file_name(info: Info) -> str:
    resource = info.resource
    group = f"{resource.group}." if resource.group else ""
    return f"{group}{resource.version}.{resource.kind}.{info.namespace}.{info.name}"


async def _both(invocation: Invocation, info: Info) -> tuple[str, str]:
    """The object as it is and as it would be, as YAML; "" for one that is not there."""
    flags = invocation.flags
    try:
        live = await invocation.object("GET", info.path())
    except ApiError as error:
        if error.code != 404:
            raise
        live = None
    merged = await _merged(invocation, info, live)
    if not flags["show-managed-fields"]:
        live, merged = live and json.without_managed_fields(live), json.without_managed_fields(merged)
    if not flags["show-secrets"] and (merged.get("apiVersion"), merged.get("kind")) == ("v1", "Secret"):
        live, merged = masked(live, merged)
    return yaml.document(live) if live else "", yaml.document(merged)


async def _merged(invocation: Invocation, info: Info, live: Obj | None) -> Obj:
    query = {"dryRun": "All", "fieldManager": invocation.flags["field-manager"]}
    if invocation.flags["server-side"]:
        query["force"] = str(invocation.flags["force-conflicts"]).lower()
        headers, body = {"content-type": APPLY_PATCH}, Payload(object=info.obj)
        answer: Obj = await invocation.object("PATCH", info.path(), query=query, headers=headers, body=body)
        return answer
    if live is None:
        created: Obj = await submission.post(
            invocation, info.resource, info.namespace, apply_patch.without_nulls(info.obj), "server"
        )
        return created
    patched, _ = await apply_patch.patch(invocation, info, info.obj, live, "server")
    return patched


def masked(live: Obj | None, merged: Obj) -> tuple[Obj | None, Obj]:
    """Both without what a Secret holds; that a value changes can be seen. Models: Masker"""
    old, new = (live or {}).get("data") or {}, merged.get("data") or {}
    changed = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    shown_old = {key: BEFORE if key in changed else MASK for key in old}
    shown_new = {key: AFTER if key in changed else MASK for key in new}
    return (
        {**live, "data": shown_old} if live and old else live,
        {**merged, "data": shown_new} if new else merged,
    )


def _compared(invocation: Invocation, name: str, live: str, merged: str) -> str:
    if live == merged:
        return ""
    number = invocation.session.clock.random.randrange(10**8, 10**10)
    day, _, time = rfc3339(invocation.now).removesuffix("Z").partition("T")
    stamp = f"{day} {time}.000000000 +0000"
    old, new = f"/tmp/LIVE-{number}/{name}", f"/tmp/MERGED-{number + 1}/{name}"
    lines = difflib.unified_diff(live.splitlines(), merged.splitlines(), old, new, stamp, stamp, lineterm="")
    return f"diff -u -N {old} {new}\n" + "".join(f"{line}\n" for line in lines)


COMMAND = Command(
    "diff",
    "kubectl diff -f FILENAME [options]",
    "Diff the live version against a would-be applied version.",
    FLAGS,
    run,
)
