"""`kubectl create quota`. Models: kubectl/pkg/cmd/create/create_quota.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import quantity
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

QUOTAS = Resource("", "v1", "resourcequotas", "resourcequota", "ResourceQuota", True)


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    spec: dict[str, Any] = {}
    if flags["hard"]:
        spec["hard"] = dict(_amount(part) for part in flags["hard"].split(","))
    if flags["scopes"]:
        spec["scopes"] = flags["scopes"].split(",")
        if "" in spec["scopes"]:
            raise CommandError('invalid resource quota scope ""')
    obj = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec, "status": {}}
    await submission.submit(invocation, QUOTAS, obj, prefix="failed to create quota")


def _amount(text: str) -> tuple[str, str]:
    parts = text.split("=")
    if len(parts) != 2:
        raise CommandError(f"Invalid argument syntax {text}, expected <resource>=<value>")
    try:
        return parts[0], quantity.canonical(parts[1])
    except ValueError as error:
        raise CommandError(str(error)) from error


COMMAND = Command(
    "quota",
    "kubectl create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [options]",
    "Create a quota with the specified name",
    (
        *submission.FLAGS,
        Flag("hard", help="resource=quantity pairs, comma-separated"),
        Flag("scopes", help="Scopes, comma-separated"),
    ),
    run,
)
