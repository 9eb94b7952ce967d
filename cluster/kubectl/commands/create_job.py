"""`kubectl create job` and `create cronjob`. Models: kubectl/pkg/cmd/create/create_{job,cronjob}.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

Obj = dict[str, Any]
JOBS = Resource("batch", "v1", "jobs", "job", "Job", True)
CRON_JOBS = Resource("batch", "v1", "cronjobs", "cronjob", "CronJob", True)
INSTANTIATE = "cronjob.kubernetes.io/instantiate"


async def job(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    command = invocation.arguments[1:]
    if bool(flags["image"]) == bool(flags["from"]):
        raise CommandError("either --image or --from must be specified")
    if command and flags["from"]:
        raise CommandError("cannot specify --from and command")
    if flags["from"]:
        metadata, spec = await _from_cron_job(invocation, name)
    else:
        metadata, spec = {"name": name}, _job_spec(name, flags["image"], command, "Never")
    obj = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec, "status": {}}
    await submission.submit(invocation, JOBS, obj, prefix="failed to create job")


async def cron_job(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    spec = _job_spec(name, flags["image"], invocation.arguments[1:], flags["restart"] or "OnFailure")
    obj = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {"schedule": flags["schedule"], "jobTemplate": {"metadata": {"name": name}, "spec": spec}},
        "status": {},
    }
    await submission.submit(invocation, CRON_JOBS, obj, prefix="failed to create cronjob")


def _job_spec(name: str, image: str, command: list[str], restart: str) -> Obj:
    container: Obj = {"name": name, "image": image, "resources": {}}
    if command:
        container["command"] = command
    return {"template": {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}}


async def _from_cron_job(invocation: Invocation, name: str) -> tuple[Obj, Obj]:
    """The metadata and spec of a job that a CronJob's template makes. Raises CommandError."""
    found = await builder.infos(invocation, Query([invocation.flags["from"]]))
    raise_all(found.errors)
    if len(found.infos) != 1:
        raise CommandError("from must be an existing cronjob")
    info = found.infos[0]
    if info.resource.kind != "CronJob":
        raise CommandError(f"unknown object type {_go_type(info.resource)}")
    template, owner = info.obj["spec"]["jobTemplate"], info.obj["metadata"]
    given = template.get("metadata") or {}
    metadata: Obj = {"name": name, "annotations": {INSTANTIATE: "manual", **(given.get("annotations") or {})}}
    if given.get("labels"):
        metadata["labels"] = given["labels"]
    reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner["name"], "uid": owner["uid"]}
    metadata["ownerReferences"] = [{**reference, "controller": True}]
    return metadata, template["spec"]


def _go_type(resource: Resource) -> str:
    return f"*{resource.version}.{resource.kind}"


JOB = Command(
    "job",
    "kubectl create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]",
    "Create a job with the specified name",
    (
        *submission.FLAGS,
        Flag("image", help="Image name to run"),
        Flag("from", help="The CronJob whose template to use, as cronjob/NAME"),
    ),
    job,
)
CRON_JOB = Command(
    "cronjob",
    "kubectl create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
    "Create a cron job with the specified name",
    (
        *submission.FLAGS,
        Flag("image", required=True, help="Image name to run"),
        Flag("schedule", required=True, help="When to run, in the Cron format"),
        Flag("restart", help="OnFailure or Never"),
    ),
    cron_job,
)
