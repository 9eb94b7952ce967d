"""`kubectl create priorityclass`. Models: kubectl/pkg/cmd/create/create_priorityclass.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.flags import BOOL, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

CLASSES = Resource("scheduling.k8s.io", "v1", "priorityclasses", "priorityclass", "PriorityClass", False)
FLAGS = (
    *submission.FLAGS,
    Flag("value", INT, help="The priority"),
    Flag("global-default", BOOL, help="For pods that name no class"),
    Flag("description", help="When to use the class"),
    Flag("preemption-policy", default="PreemptLowerPriority", help="Whether lower pods may be evicted"),
)


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    obj: dict[str, Any] = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": flags["value"],
        "preemptionPolicy": flags["preemption-policy"],
    }
    if flags["global-default"]:
        obj["globalDefault"] = True
    if flags["description"]:
        obj["description"] = flags["description"]
    await submission.submit(invocation, CLASSES, obj, prefix="failed to create priorityclass")


COMMAND = Command(
    "priorityclass",
    "kubectl create priorityclass NAME --value=VALUE --global-default=BOOL [options]",
    "Create a priority class with the specified name",
    FLAGS,
    run,
)
