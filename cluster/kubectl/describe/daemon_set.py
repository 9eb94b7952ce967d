"""`kubectl describe daemonset`. Models: describe.go describeDaemonSet v1.37"""

from __future__ import annotations

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.replica_set import pods_status
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table

COUNTS = (
    ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
    ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
    ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
    ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ("Number of Nodes Misscheduled", "numberMisscheduled"),
)


async def describe(invocation: Invocation, daemon_set: Obj) -> str:
    selector = str(labels.from_label_selector(daemon_set["spec"].get("selector")))
    counts = await pods_status(invocation, daemon_set, selector)
    found = await events.of(invocation, daemon_set, kind="DaemonSet")
    return text(daemon_set, selector, counts, found, invocation.now)


def text(daemon_set: Obj, selector: str, counts: str, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = daemon_set["metadata"], daemon_set["spec"], daemon_set.get("status") or {}
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("Selector", selector)
    writer.line("Node-Selector", table.labels_text((spec["template"].get("spec") or {}).get("nodeSelector")))
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    for title, field in COUNTS:
        writer.put(f"{title}: {status.get(field) or 0}\n")
    writer.line("Pods Status", counts)
    pod_template.write(writer, spec.get("template"))
    events.write(writer, found, now)
    return writer.text()
