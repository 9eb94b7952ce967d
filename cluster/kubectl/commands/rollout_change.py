"""`kubectl rollout restart`, `pause` and `resume`: a small change of the workload each.

Models: kubectl/pkg/cmd/rollout/rollout_{restart,pause,resume}.go, polymorphichelpers/object{restarter,pauser,resumer}.go v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.clock import rfc3339
from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import rollout_targets
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
Patch = Callable[[Info, str], Obj]
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
RESTARTABLE = ("Deployment", "DaemonSet", "StatefulSet")


def _restart(info: Info, now: str) -> Obj:
    if info.resource.kind not in RESTARTABLE:
        raise CommandError("restarting is not supported")
    if info.obj["spec"].get("paused"):
        raise CommandError("can't restart paused deployment (run rollout resume first)")
    return {"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: now}}}}}


def _pause(info: Info, now: str) -> Obj:
    if info.resource.kind != "Deployment":
        raise CommandError("pausing is not supported")
    if info.obj["spec"].get("paused"):
        raise CommandError("is already paused")
    return {"spec": {"paused": True}}


def _resume(info: Info, now: str) -> Obj:
    if info.resource.kind != "Deployment":
        raise CommandError("resuming is not supported")
    if not info.obj["spec"].get("paused"):
        raise CommandError("is not paused")
    return {"spec": {"paused": None}}


def _changing(patch_of: Patch, operation: str) -> Callable[[Invocation], Awaitable[None]]:
    async def run(invocation: Invocation) -> None:
        show = formats.printer(invocation, operation)
        found = await rollout_targets.found(invocation)
        for info in found.infos:
            try:
                patch = patch_of(info, rfc3339(invocation.now))
            except CommandError as error:
                found.errors.append(CommandError(f'error: {info.resource.qualified} "{info.name}" {error}'))
                continue
            try:
                invocation.out(show(await _send(invocation, info, patch)))
            except ApiError as error:
                found.errors.append(CommandError(f"failed to patch: {error.message}"))
        raise_all(found.errors)
        if not found.infos:
            invocation.err(f"No resources found in {invocation.namespace} namespace.\n")

    return run


async def _send(invocation: Invocation, info: Info, patch: Obj) -> Obj:
    query, headers = {"fieldManager": "kubectl-rollout"}, {"content-type": STRATEGIC_MERGE_PATCH}
    answer: Obj = await invocation.object(
        "PATCH", info.path(), query=query, headers=headers, body=Payload(object=patch)
    )
    return answer


def _command(name: str, short: str, patch_of: Patch, operation: str) -> Command:
    flags = (*formats.OUTPUT, *rollout_targets.FLAGS, Flag("field-manager", default="kubectl-rollout"))
    return Command(name, f"kubectl rollout {name} RESOURCE [options]", short, flags, _changing(patch_of, operation))


RESTART = _command("restart", "Restart a resource", _restart, "restarted")
PAUSE = _command("pause", "Mark the provided resource as paused", _pause, "paused")
RESUME = _command("resume", "Resume a paused resource", _resume, "resumed")
