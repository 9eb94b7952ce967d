"""`kubectl describe deployment`. Models: describe.go describeDeployment, util/deployment/deployment.go v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import labels
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events, pod_template
from cluster.kubectl.describe.writer import NONE, Writer, rfc1123
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.rollouts import replica_sets_of, same_template


async def describe(invocation: Invocation, deployment: Obj) -> str:
    found = await events.of(invocation, deployment, kind="Deployment")
    owned = await replica_sets_of(invocation, deployment)
    current = next((each for each in owned if same_template(deployment, each)), None)
    old = [each for each in owned if each is not current]
    return text(deployment, old, [current] if current else [], found, invocation.now)


def text(deployment: Obj, old: Sequence[Obj], new: Sequence[Obj], found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    metadata, spec, status = deployment["metadata"], deployment["spec"], deployment.get("status") or {}
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("CreationTimestamp", rfc1123(metadata.get("creationTimestamp")))
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    writer.line("Selector", labels.from_label_selector(spec.get("selector")))
    counts = [f"{spec.get('replicas', 0)} desired"]
    counts += [
        f"{status.get(name) or 0} {word}"
        for name, word in (
            ("updatedReplicas", "updated"),
            ("replicas", "total"),
            ("availableReplicas", "available"),
            ("unavailableReplicas", "unavailable"),
        )
    ]
    writer.line("Replicas", " | ".join(counts))
    strategy = spec.get("strategy") or {}
    writer.line("StrategyType", strategy.get("type", ""))
    writer.line("MinReadySeconds", spec.get("minReadySeconds") or 0)
    if rolling := strategy.get("rollingUpdate"):
        line = f"{rolling.get('maxUnavailable', 0)} max unavailable, {rolling.get('maxSurge', 0)} max surge"
        writer.line("RollingUpdateStrategy", line)
    pod_template.write(writer, spec.get("template"))
    pod_template.conditions(writer, status.get("conditions"))
    if old or new:
        writer.line("OldReplicaSets", _replica_sets(old))
        writer.line("NewReplicaSet", _replica_sets(new))
    events.write(writer, found, now)
    return writer.text()


def _replica_sets(found: Sequence[Obj]) -> str:
    texts = [
        f"{each['metadata']['name']} ({(each.get('status') or {}).get('replicas') or 0}/"
        f"{each['spec'].get('replicas', 0)} replicas created)"
        for each in found
    ]
    return ", ".join(texts) or NONE
