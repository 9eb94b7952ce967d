"""`kubectl rollout undo`: back to an earlier template of a workload.

Models: kubectl/pkg/cmd/rollout/rollout_undo.go, polymorphichelpers/rollback.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.client.rest import JSON_PATCH, STRATEGIC_MERGE_PATCH
from cluster.kubectl import rollouts
from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import rollout_history, rollout_targets
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import ANNOTATION
from cluster.kubectl.printers import formats
from cluster.kubectl.rollouts import HASH, REVISION, revision, same_template
from cluster.wire.message import Payload

Obj = dict[str, Any]
KEPT = (
    ANNOTATION,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations that stay the deployment's own."""
APPLIED = (
    "Warning: resource {0} was previously managed with 'kubectl apply'. Rolling back will not update the {1} annotation, "
    "which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your "
    "previous configuration file instead.\n"
)
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    *rollout_targets.FLAGS,
    Flag("to-revision", INT, help="The revision to go back to; 0 is the one before"),
)


async def run(invocation: Invocation) -> None:
    strategy = formats.dry_run(invocation)
    found = await rollout_targets.found(invocation)
    for info in found.infos:
        if ANNOTATION in (info.obj["metadata"].get("annotations") or {}):
            invocation.err(APPLIED.format(f"{info.resource.plural}/{info.name}", ANNOTATION))
        try:
            operation = await _undo(invocation, info, strategy)
        except (ApiError, CommandError) as error:
            found.errors.append(error)
            continue
        invocation.out(formats.printer(invocation, formats.told(operation, strategy))(info.obj))
    raise_all(found.errors)


async def _undo(invocation: Invocation, info: Info, strategy: str) -> str:
    """Roll back; the word for what was done. Raises CommandError."""
    wanted = invocation.flags["to-revision"]
    if (info.resource.group, info.resource.kind) in (("apps", "DaemonSet"), ("apps", "StatefulSet")):
        return await _undo_revision(invocation, info, strategy)
    if info.resource.kind != "Deployment":
        group = f".{info.resource.group}" if info.resource.group else ""
        raise CommandError(f'no rollbacker has been implemented for "{info.resource.kind}{group}"')
    revisions = await rollout_history.revisions_of(invocation, info)
    chosen = _chosen(info, revisions, wanted)
    if strategy == "client":
        return rollout_history.template_text(chosen)
    if info.obj["spec"].get("paused"):
        raise CommandError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if same_template(info.obj, chosen.obj):
        return f"skipped rollback (current template already matches revision {wanted})"
    patch = [
        {"op": "replace", "path": "/spec/template", "value": _without_hash(chosen.obj["spec"]["template"])},
        {"op": "replace", "path": "/metadata/annotations", "value": _annotations(info.obj, chosen.obj)},
    ]
    query = {"dryRun": "All"} if strategy == "server" else {}
    headers = {"content-type": JSON_PATCH}
    try:
        await invocation.request("PATCH", info.path(), query=query, headers=headers, body=Payload(object=patch))
    except ApiError as error:
        raise CommandError(f"failed restoring revision {wanted}: {error.message}") from error
    return "rolled back"


async def _undo_revision(invocation: Invocation, info: Info, strategy: str) -> str:
    """Of a DaemonSet or StatefulSet, whose revisions are patches of themselves."""
    wanted = invocation.flags["to-revision"]
    known = await rollouts.revisions_of(invocation, info.obj)
    if wanted == 0 and len(known) <= 1:
        raise CommandError("no last revision to roll back to")
    chosen = known[-2] if wanted == 0 else next((each for each in known if revision(each) == wanted), None)
    if chosen is None:
        raise CommandError(f"unable to find specified revision {wanted} in history")
    if strategy == "client":
        found = (await rollout_history.revisions_of(invocation, info))[revision(chosen)]
        return f"will roll back to {rollout_history.template_text(found)}"
    if rollouts.template_of(chosen) == info.obj["spec"]["template"]:
        return f"skipped rollback (current template already matches revision {wanted})"
    query = {"dryRun": "All"} if strategy == "server" else {}
    headers = {"content-type": STRATEGIC_MERGE_PATCH}
    body = Payload(object=chosen["data"])
    try:
        await invocation.request("PATCH", info.path(), query=query, headers=headers, body=body)
    except ApiError as error:
        raise CommandError(f"failed restoring revision {wanted}: {error.message}") from error
    return "rolled back"


def _chosen(info: Info, revisions: dict[int, rollout_history.Revision], wanted: int) -> rollout_history.Revision:
    if wanted:
        if wanted not in revisions:
            raise CommandError(f"unable to find specified revision {wanted} in history")
        return revisions[wanted]
    if len(revisions) < 2:
        raise CommandError(f'no rollout history found for deployment "{info.name}"')
    return revisions[sorted(revisions)[-2]]


def _without_hash(template: Obj) -> Obj:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def _annotations(deployment: Obj, replica_set: Obj) -> dict[str, str]:
    own = deployment["metadata"].get("annotations") or {}
    old = replica_set["metadata"].get("annotations") or {}
    return {key: value for key, value in own.items() if key in KEPT} | {
        key: value for key, value in old.items() if key not in KEPT
    }


COMMAND = Command(
    "undo", "kubectl rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]", "Undo a previous rollout", FLAGS, run
)
