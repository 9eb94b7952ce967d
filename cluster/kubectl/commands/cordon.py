"""`kubectl cordon` and `uncordon`. Models: kubectl/pkg/cmd/drain/drain.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command
from cluster.kubectl.commands import nodes
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats

FLAGS = (formats.DRY_RUN, Flag("selector", short="l", help="Label selector"))


async def cordon(invocation: Invocation) -> None:
    await nodes.set_unschedulable(invocation, await nodes.chosen(invocation, "cordon NODE"), True)


async def uncordon(invocation: Invocation) -> None:
    await nodes.set_unschedulable(invocation, await nodes.chosen(invocation, "uncordon NODE"), False)


CORDON = Command("cordon", "kubectl cordon NODE [options]", "Mark node as unschedulable.", FLAGS, cordon)
UNCORDON = Command("uncordon", "kubectl uncordon NODE [options]", "Mark node as schedulable.", FLAGS, uncordon)
