"""`kubectl delete`: by name, by selector, all, or what files name; and wait until it is gone.

Models: kubectl/pkg/cmd/delete/{delete,delete_flags}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, deletion
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all, with_source
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

FLAGS = (
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Label selector"),
    Flag("field-selector", help="Field selector"),
    Flag("all", BOOL, help="All objects of the type in the namespace"),
    Flag("all-namespaces", BOOL, short="A", help="Across all namespaces"),
    Flag("cascade", default="background", bare="background", help='"background", "orphan" or "foreground"'),
    Flag("force", BOOL, help="Do not wait for the node's word"),
    Flag("grace-period", INT, default=-1, help="Seconds that the object has to end"),
    Flag("now", BOOL, help="The same as a grace period of one second"),
    Flag("wait", BOOL, default=True, help="Wait until the objects are gone"),
    Flag("timeout", DURATION, help="How long to wait; 0 takes what it needs"),
    Flag("ignore-not-found", BOOL, help="Treat an object that is not there as deleted"),
    Flag("output", short="o", help='"name" prints the names alone'),
    formats.DRY_RUN,
)
POLICIES = {
    "background": "Background",
    "true": "Background",
    "orphan": "Orphan",
    "false": "Orphan",
    "foreground": "Foreground",
}
IMMEDIATE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
    "resource may continue to run on the cluster indefinitely.\n"
)
SCOPE = "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n"


async def run(invocation: Invocation) -> None:
    policy, grace, strategy = _policy(invocation), _grace(invocation), formats.dry_run(invocation)
    found = await builder.targets(invocation, _query(invocation))
    _check(invocation)
    if grace == 0 and invocation.flags["force"]:
        invocation.err(IMMEDIATE)
    infos, errors = await _listed(invocation, found)
    options: dict[str, Any] = {"propagationPolicy": policy}
    if grace >= 0:
        options["gracePeriodSeconds"] = grace
    deleted: list[tuple[Info, str]] = []
    warned = not invocation.access.namespace_given
    for info in infos:
        if not warned and not info.resource.namespaced:
            invocation.err(SCOPE)
            warned = True
        try:
            uid = await _delete(invocation, info, options, strategy)
        except ApiError as error:
            if not (error.code == 404 and invocation.flags["ignore-not-found"]):
                errors.append(with_source("deleting", info.source, error))
            continue
        deleted.append((info, uid))
        invocation.out(_told(invocation, info, grace, strategy))
    raise_all(errors)
    if not deleted and not (infos and invocation.flags["ignore-not-found"]):
        invocation.out("No resources found\n")
    elif invocation.flags["wait"] and strategy == "none":
        for info, uid in deleted:
            await deletion.wait(invocation, info, uid, invocation.flags["timeout"] or deletion.WEEK)


def _query(invocation: Invocation) -> Query:
    flags = invocation.flags
    selecting = flags["all"]
    return Query(
        invocation.arguments,
        filenames=flags["filename"],
        recursive=flags["recursive"],
        selector=flags["selector"] or ("" if selecting else None),
        field_selector=flags["field-selector"] or None,
        all_namespaces=flags["all-namespaces"],
    )


def _check(invocation: Invocation) -> None:
    flags = invocation.flags
    if flags["output"] not in ("", "name"):
        raise CommandError(f"unexpected -o output mode: {flags['output']}. We only support '-o name'")
    for name in ("selector", "field-selector"):
        if flags["all"] and flags[name]:
            raise CommandError(f"cannot set --all and --{name} at the same time")
    if flags["grace-period"] > 0 and flags["force"]:
        raise CommandError("--force and --grace-period greater than 0 cannot be specified together")


def _policy(invocation: Invocation) -> str:
    text = invocation.flags["cascade"]
    if text not in POLICIES:
        raise CommandError(f'invalid cascade value ({text}). Must be "background", "foreground", or "orphan"')
    return POLICIES[text]


def _grace(invocation: Invocation) -> int:
    """The grace period in seconds, -1 for the object's own. Zero without --force means one."""
    flags = invocation.flags
    grace: int = flags["grace-period"]
    if flags["now"]:
        if grace != -1:
            raise CommandError("--now and --grace-period cannot be specified together")
        grace = 1
    if grace == 0 and not flags["force"]:
        return 1
    return 0 if flags["force"] and grace < 0 else grace


async def _listed(invocation: Invocation, found: builder.Targets) -> tuple[list[Info], list[Exception]]:
    """The objects to delete: those named are not looked up first."""
    infos: list[Info] = []
    for info in found.infos:
        if info.name:
            infos.append(info)
            continue
        try:
            infos += await builder.fetch(invocation, info, found.query)
        except ApiError as error:
            found.errors.append(error)
    return infos, found.errors


async def _delete(invocation: Invocation, info: Info, options: dict[str, Any], strategy: str) -> str:
    """Ask for the deletion; the uid of what goes, "" when the answer does not say."""
    if strategy == "client":
        return ""
    if strategy == "server":
        options = {**options, "dryRun": ["All"]}
    answer = await invocation.object("DELETE", info.path(), body=Payload(object=options))
    if answer.get("kind") == "Status":
        return str((answer.get("details") or {}).get("uid") or "")
    return str(answer["metadata"].get("uid") or "")


def _told(invocation: Invocation, info: Info, grace: int, strategy: str) -> str:
    if invocation.flags["output"] == "name":
        return f"{info.printed}\n"
    operation = "force deleted" if grace == 0 else "deleted"
    if info.resource.namespaced:
        operation += f" from {info.namespace} namespace"
    return f'{info.resource.printed_kind} "{info.name}" {formats.told(operation, strategy)}\n'


COMMAND = Command(
    "delete",
    "kubectl delete ([-f FILENAME] | TYPE [(NAME | -l label | --all)]) [options]",
    "Delete resources by file names, stdin, resources and names, or by resources and label selector.",
    FLAGS,
    run,
)
