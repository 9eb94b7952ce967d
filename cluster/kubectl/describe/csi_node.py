"""`kubectl describe csinode`. Models: describe.go describeCSINode v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer, go_list, rfc1123
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, node: Obj) -> str:
    return text(node, await events.of(invocation, node, kind="CSINode"), invocation.now)


def text(node: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    drivers = (node.get("spec") or {}).get("drivers")
    writer.metadata(node["metadata"], namespaced=False)
    writer.line("CreationTimestamp", rfc1123(node["metadata"].get("creationTimestamp")))
    writer.put("Spec:\n")
    if drivers:
        writer.put("Drivers:\n", 1)
    for driver in drivers or ():
        writer.put(f"{driver['name']}:\n", 2)
        writer.line("Node ID", driver.get("nodeID", ""), 3)
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None:
            writer.put("Allocatables:\n", 3)
            writer.line("Count", count, 4)
        if driver.get("topologyKeys") is not None:
            writer.line("Topology Keys", go_list(driver["topologyKeys"]), 3)
    events.write(writer, found, now)
    return writer.text()
