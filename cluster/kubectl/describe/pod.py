"""`kubectl describe pod`. Models: kubectl/pkg/describe/describe.go describePod v1.37"""

from __future__ import annotations

from cluster.apimachinery import table
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import containers, events, pod_template, volumes
from cluster.kubectl.describe.writer import NONE, Writer, rfc1123
from cluster.kubectl.invocation import Invocation

MIRROR = "kubernetes.io/config.mirror"


async def describe(invocation: Invocation, pod: Obj) -> str:
    mirror = (pod["metadata"].get("annotations") or {}).get(MIRROR, "")
    found = await events.of(invocation, pod, uid=mirror)
    return text(pod, found, invocation.now)


def text(pod: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    spec, status = pod["spec"], pod.get("status") or {}
    _head(writer, pod, spec, status)
    _state(writer, pod, status, now)
    _addresses(writer, pod, status)
    if spec.get("resources"):
        writer.put("Resources:\n")
        containers.resources(writer, spec["resources"], 1)
    _containers(writer, pod, spec, status)
    _gates(writer, spec, status)
    if status.get("conditions"):
        writer.put("Conditions:\n  Type\tStatus\n")
        for condition in status["conditions"]:
            writer.put(f"{condition.get('type', '')} \t{condition.get('status', '')} \n", 1)
    volumes.write(writer, spec.get("volumes"))
    writer.line("QoS Class", status.get("qosClass", ""))
    writer.labels("Node-Selectors", spec.get("nodeSelector"))
    pod_template.tolerations(writer, "Tolerations", spec.get("tolerations"))
    pod_template.spread(writer, spec.get("topologySpreadConstraints"), "")
    events.write(writer, found, now)
    return writer.text()


def _head(writer: Writer, pod: Obj, spec: Obj, status: Obj) -> None:
    metadata = pod["metadata"]
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    if spec.get("priority") is not None:
        writer.line("Priority", spec["priority"])
    for title, name in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(name):
            writer.line(title, spec[name])
    writer.line("Node", f"{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else NONE)
    if status.get("startTime"):
        writer.line("Start Time", rfc1123(status["startTime"]))
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))


def _state(writer: Writer, pod: Obj, status: Obj, now: float) -> None:
    metadata, phase = pod["metadata"], status.get("phase", "")
    if metadata.get("deletionTimestamp") and phase not in ("Failed", "Succeeded"):
        writer.line("Status", f"Terminating (lasts {table.age(metadata['deletionTimestamp'], now)})")
        writer.line("Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        writer.line("Status", phase)
    for title, name in (("Reason", "reason"), ("Message", "message")):
        if status.get(name):
            writer.line(title, status[name])
    profile = (pod["spec"].get("securityContext") or {}).get("seccompProfile")
    if profile:
        writer.line("SeccompProfile", profile.get("type", ""))
        if profile.get("type") == "Localhost":
            writer.line("LocalhostProfile", profile.get("localhostProfile", ""))


def _addresses(writer: Writer, pod: Obj, status: Obj) -> None:
    writer.line("IP", status.get("podIP", ""))
    if status.get("podIPs"):
        writer.put("IPs:\n")
        for address in status["podIPs"]:
            writer.line("IP", address.get("ip", ""), 1)
    else:
        writer.line("IPs", NONE)
    if owner := pod_template.controller(pod["metadata"]):
        writer.line("Controlled By", owner)
    if status.get("nominatedNodeName"):
        writer.line("NominatedNodeName", status["nominatedNodeName"])


def _containers(writer: Writer, pod: Obj, spec: Obj, status: Obj) -> None:
    for label, name, statuses in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        if spec.get(name) or name == "containers":
            containers.write(writer, label, spec.get(name) or (), status.get(statuses) or (), pod=pod)


def _gates(writer: Writer, spec: Obj, status: Obj) -> None:
    if not spec.get("readinessGates"):
        return
    known = {each.get("type"): each.get("status") for each in status.get("conditions") or ()}
    writer.put("Readiness Gates:\n  Type\tStatus\n")
    for gate in spec["readinessGates"]:
        writer.put(f"{gate['conditionType']} \t{known.get(gate['conditionType'], NONE)} \n", 1)
