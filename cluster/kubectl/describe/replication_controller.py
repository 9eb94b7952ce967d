"""`kubectl describe replicationcontroller`. Models: describe.go describeReplicationController v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, replica_set
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table


async def describe(invocation: Invocation, controller: Obj) -> str:
    selector = table.labels_text(controller["spec"].get("selector"))
    counts = await replica_set.pods_status(invocation, controller, selector)
    found = await events.of(invocation, controller, kind="ReplicationController")
    return replica_set.text(controller, selector, counts, found, invocation.now)
