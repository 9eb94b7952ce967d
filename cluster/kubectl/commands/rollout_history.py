"""`kubectl rollout history`: the revisions of a workload, or the template of one of them.

Models: kubectl/pkg/cmd/rollout/rollout_history.go, polymorphichelpers/history.go v1.37
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import rollouts
from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import rollout_targets
from cluster.kubectl.describe import pod_template
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.kubectl.rollouts import CHANGE_CAUSE, replica_sets_of, revision

Obj = dict[str, Any]
FLAGS = (*formats.OUTPUT, *rollout_targets.FLAGS, Flag("revision", INT, help="The template of this revision"))


@dataclass(frozen=True, slots=True)
class Revision:
    """What a workload once was: the object that keeps it, the pod template, why it was changed."""

    obj: Obj
    template: Obj
    cause: str


async def run(invocation: Invocation) -> None:
    wanted = invocation.flags["revision"]
    if wanted < 0:
        raise CommandError(f"revision must be a positive integer: {wanted}")
    found = await rollout_targets.found(invocation)
    for info in found.infos:
        try:
            await _show(invocation, info, wanted)
        except (ApiError, CommandError) as error:
            found.errors.append(error)
    raise_all(found.errors)


async def _show(invocation: Invocation, info: Info, wanted: int) -> None:
    revisions = await revisions_of(invocation, info)
    if wanted and wanted not in revisions:
        raise CommandError("unable to find the specified revision")
    if invocation.flags["output"]:
        show = formats.printer(invocation)
        for number in [wanted] if wanted else sorted(revisions):
            invocation.out(show(revisions[number].obj))
        return
    text = template_text(revisions[wanted]) if wanted else _overview(revisions)
    told = f"with revision #{wanted}" if wanted else ""
    invocation.out(formats.printer(invocation, f"{told}\n{text}")(info.obj))


async def revisions_of(invocation: Invocation, info: Info) -> dict[int, Revision]:
    """The workload's past by number. Raises CommandError for a kind that keeps none."""
    kind, group = info.resource.kind, info.resource.group
    if kind == "Deployment":
        return {revision(each): _of_replica_set(each) for each in await replica_sets_of(invocation, info.obj)}
    if (group, kind) in (("apps", "DaemonSet"), ("apps", "StatefulSet")):
        found = await rollouts.revisions_of(invocation, info.obj)
        return {revision(each): _of_controller_revision(info.obj, each) for each in found}
    raise CommandError(f'no history viewer has been implemented for "{kind}{f".{group}" if group else ""}"')


def _of_replica_set(replica_set: Obj) -> Revision:
    template, cause = replica_set["spec"]["template"], _cause(replica_set)
    if cause:
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: cause}
        template = {**template, "metadata": {**metadata, "annotations": annotations}}
    return Revision({"apiVersion": "apps/v1", "kind": "ReplicaSet", **replica_set}, template, cause)


def _of_controller_revision(obj: Obj, kept: Obj) -> Revision:
    """What the workload was; its template does not tell the cause, as upstream has it."""
    template = rollouts.template_of(kept)
    return Revision({**obj, "spec": {**obj["spec"], "template": template}}, template, _cause(kept))


def _cause(obj: Obj) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(CHANGE_CAUSE) or "")


def template_text(found: Revision) -> str:
    """The template as describe shows it, its tabs left as they are, as upstream prints it."""
    writer = Writer()
    pod_template.write(writer, found.template)
    return writer.raw()


def _overview(revisions: dict[int, Revision]) -> str:
    if not revisions:
        return "No rollout history found."
    writer = Writer()
    writer.row("REVISION", "CHANGE-CAUSE", level=0)
    for number in sorted(revisions):
        writer.row(number, revisions[number].cause or "<none>", level=0)
    return writer.text()


COMMAND = Command(
    "history",
    "kubectl rollout history (TYPE NAME | TYPE/NAME) [flags] [options]",
    "View rollout history",
    FLAGS,
    run,
)
