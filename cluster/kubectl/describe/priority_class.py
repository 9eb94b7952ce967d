"""`kubectl describe priorityclass`. Models: describe.go describePriorityClass v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer, yes
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table


async def describe(invocation: Invocation, priority_class: Obj) -> str:
    found = await events.of(invocation, priority_class, kind="PriorityClass")
    writer = Writer()
    writer.line("Name", priority_class["metadata"]["name"])
    writer.line("Value", priority_class.get("value") or 0)
    writer.line("GlobalDefault", yes(priority_class.get("globalDefault")))
    writer.line("PreemptionPolicy", priority_class.get("preemptionPolicy", ""))
    writer.line("Description", priority_class.get("description", ""))
    writer.line("Annotations", table.labels_text(priority_class["metadata"].get("annotations")))
    events.write(writer, found, invocation.now)
    return writer.text()
