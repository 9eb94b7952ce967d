"""`kubectl rollout history`: the revisions of a deployment, or the template of one of them.

Models: kubectl/pkg/cmd/rollout/rollout_history.go, polymorphichelpers/history.go v1.37
Simplified: deployments only.
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
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
            invocation.out(show({"apiVersion": "apps/v1", "kind": "ReplicaSet", **revisions[number]}))
        return
    text = template_text(revisions[wanted]) if wanted else _overview(revisions)
    told = f"with revision #{wanted}" if wanted else ""
    invocation.out(formats.printer(invocation, f"{told}\n{text}")(info.obj))


async def revisions_of(invocation: Invocation, info: Info) -> dict[int, Obj]:
    """The deployment's ReplicaSets by revision. Raises CommandError for another kind."""
    if info.resource.kind != "Deployment":
        group = f".{info.resource.group}" if info.resource.group else ""
        raise CommandError(f'no history viewer has been implemented for "{info.resource.kind}{group}"')
    return {revision(each): each for each in await replica_sets_of(invocation, info.obj)}


def template_text(replica_set: Obj) -> str:
    """The template as describe shows it, its tabs left as they are, as upstream prints it."""
    template = replica_set["spec"]["template"]
    cause = (replica_set["metadata"].get("annotations") or {}).get(CHANGE_CAUSE)
    if cause:
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: cause}
        template = {**template, "metadata": {**metadata, "annotations": annotations}}
    writer = Writer()
    pod_template.write(writer, template)
    return writer.raw()


def _overview(revisions: dict[int, Obj]) -> str:
    if not revisions:
        return "No rollout history found."
    writer = Writer()
    writer.row("REVISION", "CHANGE-CAUSE", level=0)
    for number in sorted(revisions):
        cause = (revisions[number]["metadata"].get("annotations") or {}).get(CHANGE_CAUSE)
        writer.row(number, cause or "<none>", level=0)
    return writer.text()


COMMAND = Command(
    "history",
    "kubectl rollout history (TYPE NAME | TYPE/NAME) [flags] [options]",
    "View rollout history",
    FLAGS,
    run,
)
