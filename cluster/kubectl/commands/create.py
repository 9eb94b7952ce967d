"""`kubectl create -f`: the objects of files; its parts make objects from flags.

Models: kubectl/pkg/cmd/create/create.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels
from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all, with_source
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats

FLAGS = (
    *submission.FLAGS,
    Flag("filename", ARRAY, short="f", help="A file or folder of objects, or - for standard input"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    Flag("selector", short="l", help="Only objects with these labels"),
)
PARTS = {
    "namespace": "create_namespace",
    "ns": "create_namespace",
    "quota": "create_quota",
    "resourcequota": "create_quota",
    "secret": "create_secret",
    "configmap": "create_configmap",
    "cm": "create_configmap",
    "serviceaccount": "create_serviceaccount",
    "sa": "create_serviceaccount",
    "service": "create_service",
    "svc": "create_service",
    "deployment": "create_deployment",
    "deploy": "create_deployment",
    "clusterrole": "create_role:CLUSTER_ROLE",
    "clusterrolebinding": "create_rolebinding:CLUSTER_ROLE_BINDING",
    "role": "create_role:ROLE",
    "rolebinding": "create_rolebinding:ROLE_BINDING",
    "priorityclass": "create_priorityclass",
    "pc": "create_priorityclass",
    "token": "create_token",
    "job": "create_job:JOB",
    "cronjob": "create_job:CRON_JOB",
    "cj": "create_job:CRON_JOB",
    "ingress": "create_ingress",
    "ing": "create_ingress",
    "poddisruptionbudget": "create_pdb",
    "pdb": "create_pdb",
}


async def run(invocation: Invocation) -> None:
    if invocation.arguments:
        raise invocation.usage_error(f"Unexpected args: [{' '.join(invocation.arguments)}]")
    filenames = invocation.flags["filename"]
    if not filenames:
        raise CommandError("must specify one of -f and -k")
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("created", strategy))
    submission.directive(invocation)
    found = await builder.targets(invocation, Query([], filenames=filenames, recursive=invocation.flags["recursive"]))
    wanted = labels.parse(invocation.flags["selector"])
    count = 0
    for info in found.infos:
        if not wanted.matches(info.obj["metadata"].get("labels") or {}):
            continue
        obj = annotated(info.obj) if invocation.flags["save-config"] else info.obj
        try:
            if strategy != "client":
                obj = await submission.post(invocation, info.resource, info.namespace, obj, strategy)
        except ApiError as error:
            found.errors.append(with_source("creating", info.source, error))
            continue
        count += 1
        invocation.out(show(obj))
    raise_all(found.errors)
    if not count:
        raise CommandError("no objects passed to create")


COMMAND = Command(
    "create", "kubectl create -f FILENAME [options]", "Create a resource from a file or from stdin.", FLAGS, run, PARTS
)
