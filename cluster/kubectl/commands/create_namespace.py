"""`kubectl create namespace`. Models: kubectl/pkg/cmd/create/create_namespace.go v1.37"""

from __future__ import annotations

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

NAMESPACES = Resource("", "v1", "namespaces", "namespace", "Namespace", False)


async def run(invocation: Invocation) -> None:
    name = submission.name_argument(invocation)
    obj = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}}
    await submission.submit(invocation, NAMESPACES, obj)


COMMAND = Command(
    "namespace",
    "kubectl create namespace NAME [--dry-run=server|client|none] [options]",
    "Create a namespace with the specified name",
    submission.FLAGS,
    run,
)
