"""`kubectl rollout status`: how far a rollout is, until it is done.

Models: kubectl/pkg/cmd/rollout/rollout_status.go, polymorphichelpers/rollout_status.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import following
from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import rollout_targets
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.rollouts import revision

Obj = dict[str, Any]
Status = tuple[str, bool]
FLAGS = (
    *rollout_targets.FLAGS,
    Flag("watch", BOOL, short="w", default=True, help="Wait until the rollout is done"),
    Flag("revision", INT, help="Only for this revision"),
    Flag("timeout", DURATION, help="How long to wait; 0 takes what it needs"),
)


async def run(invocation: Invocation) -> None:
    if invocation.flags["revision"] < 0:
        raise CommandError(f"revision must be a positive integer: {invocation.flags['revision']}")
    found = await rollout_targets.found(invocation)
    for info in found.infos:
        if info.resource.kind not in VIEWERS:
            raise CommandError(f"no status viewer has been implemented for {info.resource.kind}")
        limit = invocation.flags["timeout"]
        try:
            done = _watch(invocation, info)
            await (invocation.session.clock.wait_for(done, limit) if limit else done)
        except TimeoutError:
            raise CommandError("timed out waiting for the condition") from None
    raise_all(found.errors)
    if not found.infos:
        invocation.err(f"No resources found in {invocation.namespace} namespace.\n")


async def _watch(invocation: Invocation, info: Info) -> None:
    obj = info.obj
    while not _tell(invocation, info, obj):
        async with following.changes(invocation, info, obj) as changes:
            async for type, changed in changes:
                if type == "DELETED":
                    raise CommandError("object has been deleted")
                if type == "MODIFIED" and _tell(invocation, info, changed):
                    return
        obj = await invocation.object("GET", info.path())


def _tell(invocation: Invocation, info: Info, obj: Obj) -> bool:
    """Print the status; whether to stop."""
    text, done = VIEWERS[info.resource.kind](obj, invocation.flags["revision"])
    invocation.out(text)
    return done or not invocation.flags["watch"]


def deployment(obj: Obj, wanted: int) -> Status:
    """(sentence, done). Raises CommandError when it will not be done."""
    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    name, replicas = metadata["name"], spec.get("replicas")
    if wanted > 0 and wanted != revision(obj):
        raise CommandError(f"desired revision ({wanted}) is different from the running revision ({revision(obj)})")
    if metadata.get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...\n", False
    progress: Obj = next((each for each in status.get("conditions") or () if each["type"] == "Progressing"), {})
    if progress.get("reason") == "ProgressDeadlineExceeded":
        raise CommandError(f'deployment "{name}" exceeded its progress deadline')
    updated, total, ready = (status.get(f) or 0 for f in ("updatedReplicas", "replicas", "availableReplicas"))
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if replicas is not None and updated < replicas:
        return f"{waiting}{updated} out of {replicas} new replicas have been updated...\n", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...\n", False
    if ready < updated:
        return f"{waiting}{ready} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def daemon_set(obj: Obj, wanted: int) -> Status:
    metadata, status, name = obj["metadata"], obj.get("status") or {}, obj["metadata"]["name"]
    _must_roll(obj)
    if metadata.get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...\n", False
    desired, updated = status.get("desiredNumberScheduled") or 0, status.get("updatedNumberScheduled") or 0
    ready = status.get("numberAvailable") or 0
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < desired:
        return f"{waiting}{updated} out of {desired} new pods have been updated...\n", False
    if ready < desired:
        return f"{waiting}{ready} of {desired} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def stateful_set(obj: Obj, wanted: int) -> Status:
    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    _must_roll(obj)
    observed = status.get("observedGeneration", 0)
    if not observed or metadata.get("generation", 0) > observed:
        return "Waiting for statefulset spec update to be observed...\n", False
    replicas, updated = spec.get("replicas") or 0, status.get("updatedReplicas") or 0
    if (ready := status.get("readyReplicas") or 0) < replicas:
        return f"Waiting for {replicas - ready} pods to be ready...\n", False
    rolling = spec["updateStrategy"].get("rollingUpdate")
    if rolling is not None:
        least = replicas - (rolling.get("partition") or 0)
        if updated < least:
            told = (
                f"Waiting for partitioned roll out to finish: {updated} out of {least} new pods have been updated...\n"
            )
            return told, False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    current, update = status.get("currentRevision", ""), status.get("updateRevision", "")
    if update != current:
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {update}...\n", False
    count = status.get("currentReplicas") or 0
    return f"statefulset rolling update complete {count} pods at revision {current}...\n", True


def _must_roll(obj: Obj) -> None:
    if obj["spec"].get("updateStrategy", {}).get("type") != "RollingUpdate":
        raise CommandError("rollout status is only available for RollingUpdate strategy type")


VIEWERS = {"Deployment": deployment, "DaemonSet": daemon_set, "StatefulSet": stateful_set}
COMMAND = Command(
    "status",
    "kubectl rollout status (TYPE NAME | TYPE/NAME) [flags] [options]",
    "Show the status of the rollout",
    FLAGS,
    run,
)
