"""`kubectl create serviceaccount`. Models: kubectl/pkg/cmd/create/create_serviceaccount.go v1.37"""

from __future__ import annotations

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

ACCOUNTS = Resource("", "v1", "serviceaccounts", "serviceaccount", "ServiceAccount", True)


async def run(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    obj = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    await submission.submit(invocation, ACCOUNTS, obj, prefix="failed to create serviceaccount")


COMMAND = Command(
    "serviceaccount",
    "kubectl create serviceaccount NAME [--dry-run=server|client|none] [options]",
    "Create a service account with the specified name",
    submission.FLAGS,
    run,
)
