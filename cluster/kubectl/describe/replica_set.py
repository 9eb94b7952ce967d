"""`kubectl describe replicaset`. Models: describe.go describeReplicaSet, getPodStatusForController v1.37"""

from __future__ import annotations

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis import columns
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation

PHASES = ("Running", "Pending", "Succeeded", "Failed")
WORDS = ("Running", "Waiting", "Succeeded", "Failed")


async def describe(invocation: Invocation, replica_set: Obj) -> str:
    counts = await pods_status(
        invocation, replica_set, str(labels.from_label_selector(replica_set["spec"]["selector"]))
    )
    found = await events.of(invocation, replica_set, kind="ReplicaSet")
    return text(replica_set, columns.selector_text(replica_set["spec"].get("selector")), counts, found, invocation.now)


def text(obj: Obj, selector: str, counts: str, found: list[Obj] | None, now: float) -> str:
    """Also what a ReplicationController is described by."""
    writer = Writer()
    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("Selector", selector)
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    if owner := pod_template.controller(metadata):
        writer.line("Controlled By", owner)
    writer.line("Replicas", f"{status.get('replicas') or 0} current / {spec.get('replicas') or 0} desired")
    writer.line("Pods Status", counts)
    pod_template.write(writer, spec.get("template"))
    pod_template.conditions(writer, status.get("conditions"))
    events.write(writer, found, now)
    return writer.text()


async def pods_status(invocation: Invocation, owner: Obj, selector: str) -> str:
    """ "2 Running / 1 Waiting / …": the pods that `owner` controls, by phase."""
    metadata = owner["metadata"]
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods"
    try:
        answer = await invocation.object("GET", path, query={"labelSelector": selector, "limit": events.CHUNK})
    except ApiError as error:
        return f"error in fetching pods: {error.message}"
    phases = [
        pod["status"].get("phase")
        for pod in answer.get("items") or ()
        for reference in pod["metadata"].get("ownerReferences") or ()
        if reference.get("controller") and reference.get("uid") == metadata["uid"]
    ]
    return " / ".join(f"{phases.count(phase)} {word}" for phase, word in zip(PHASES, WORDS, strict=True))
