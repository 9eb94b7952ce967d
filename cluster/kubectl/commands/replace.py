"""`kubectl replace -f`: put objects in the place of those that are there.

Models: kubectl/pkg/cmd/replace/replace.go, cli-runtime/pkg/resource/helper.go Replace v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, deletion, submission
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all, with_source
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
FIVE_MINUTES = 300.0
FLAGS = (
    *(flag for flag in submission.FLAGS if flag.name != "field-manager"),
    Flag("field-manager", default="kubectl-replace"),
    Flag("filename", ARRAY, short="f", help="A file or folder of objects, or - for standard input"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("force", BOOL, help="Delete and create anew"),
    Flag("grace-period", INT, default=-1, help="Seconds that the old object has to end"),
    Flag("timeout", DURATION, help="How long to wait for its end"),
    Flag("subresource", help="The subresource to replace"),
)


async def run(invocation: Invocation) -> None:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("replaced", strategy))
    submission.directive(invocation)
    _check(invocation, strategy)
    found = await builder.targets(invocation, Query([], filenames=flags["filename"], recursive=flags["recursive"]))
    for info in found.infos:
        try:
            obj = annotated(info.obj) if flags["save-config"] else info.obj
            if flags["force"]:
                obj = await _anew(invocation, info, obj)
            elif strategy != "client":
                obj = await _replace(invocation, info, obj, strategy)
        except ApiError as error:
            found.errors.append(error if flags["force"] else with_source("replacing", info.source, error))
            continue
        invocation.out(show(obj))
    raise_all(found.errors)


def _check(invocation: Invocation, strategy: str) -> None:
    flags = invocation.flags
    if not flags["filename"]:
        raise CommandError("must specify one of -f and -k")
    for name in ("grace-period", "timeout"):
        if name in flags.changed and not flags["force"]:
            raise CommandError(f"--{name} must have --force specified")
    if flags["force"] and strategy != "none":
        raise CommandError("--dry-run can not be used when --force is set")


async def _replace(invocation: Invocation, info: Info, obj: Obj, strategy: str) -> Obj:
    """An object that names no resource version replaces the newest."""
    if not obj["metadata"].get("resourceVersion"):
        live = await invocation.object("GET", info.path())
        version = live["metadata"]["resourceVersion"]
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": version}}
    path = info.path(invocation.flags["subresource"])
    query = submission.query(invocation, strategy)
    answer: Obj = await invocation.object("PUT", path, query=query, body=Payload(object=obj))
    return answer


async def _anew(invocation: Invocation, info: Info, obj: Obj) -> Obj:
    flags = invocation.flags
    grace = max(1, flags["grace-period"]) if flags["grace-period"] >= 0 else -1
    options: Obj = {"propagationPolicy": "Background"} | ({"gracePeriodSeconds": grace} if grace >= 0 else {})
    try:
        await invocation.request("DELETE", info.path(), body=Payload(object=options))
        where = f" from {info.namespace} namespace" if info.resource.namespaced else ""
        if flags["output"] != "name":
            invocation.out(f'{info.resource.printed_kind} "{info.name}" deleted{where}\n')
        await deletion.wait(invocation, info, "", flags["timeout"] or FIVE_MINUTES)
    except ApiError as error:
        if error.code != 404:
            raise
    created: Obj = await submission.post(invocation, info.resource, info.namespace, obj, "none")
    return created


COMMAND = Command(
    "replace", "kubectl replace -f FILENAME [options]", "Replace a resource by file name or stdin.", FLAGS, run
)
