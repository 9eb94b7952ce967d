"""`kubectl describe statefulset`. Models: describe.go describeStatefulSet, describeVolumeClaimTemplates v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.replica_set import pods_status
from cluster.kubectl.describe.writer import NONE, Writer, go_list, rfc1123
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, stateful_set: Obj) -> str:
    selector = str(labels.from_label_selector(stateful_set["spec"].get("selector")))
    counts = await pods_status(invocation, stateful_set, selector)
    found = await events.of(invocation, stateful_set, kind="StatefulSet")
    return text(stateful_set, selector, counts, found, invocation.now)


def text(stateful_set: Obj, selector: str, counts: str, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = stateful_set["metadata"], stateful_set["spec"], stateful_set.get("status") or {}
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("CreationTimestamp", rfc1123(metadata.get("creationTimestamp")))
    writer.line("Selector", selector)
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    if spec.get("serviceName"):
        writer.line("Service Name", spec["serviceName"])
    if spec.get("podManagementPolicy"):
        writer.line("Pod Management Policy", spec["podManagementPolicy"])
    writer.line("Replicas", f"{spec.get('replicas', 0)} desired | {status.get('replicas') or 0} total")
    _strategy(writer, spec.get("updateStrategy") or {})
    if policy := spec.get("persistentVolumeClaimRetentionPolicy"):
        writer.put("Persistent Volume Claim Retention Policy:\n")
        writer.line("WhenDeleted", policy.get("whenDeleted", ""), 1)
        writer.line("WhenScaled", policy.get("whenScaled", ""), 1)
    writer.line("Pods Status", counts)
    pod_template.write(writer, spec.get("template"))
    _claims(writer, spec.get("volumeClaimTemplates") or ())
    events.write(writer, found, now)
    return writer.text()


def _strategy(writer: Writer, strategy: Obj) -> None:
    writer.line("Update Strategy", strategy.get("type", ""))
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        writer.line("Partition", rolling["partition"], 1)
        if rolling.get("maxUnavailable") is not None:
            writer.line("MaxUnavailable", rolling["maxUnavailable"], 1)


def _claims(writer: Writer, templates: Sequence[Obj]) -> None:
    if not templates:
        writer.line("Volume Claims", NONE)
        return
    writer.put("Volume Claims:\n")
    for template in templates:
        metadata, spec = template["metadata"], template.get("spec") or {}
        requests = (spec.get("resources") or {}).get("requests") or {}
        writer.line("Name", metadata["name"], 1)
        writer.line("StorageClass", spec.get("storageClassName") or "", 1)
        for title, pairs in (("Labels", metadata.get("labels")), ("Annotations", metadata.get("annotations"))):
            writer.labels(f"  {title}", pairs)
        writer.line("Capacity", requests.get("storage") or "<default>", 1)
        writer.line("Access Modes", go_list(spec.get("accessModes") or ()), 1)
