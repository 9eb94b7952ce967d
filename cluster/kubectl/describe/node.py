"""`kubectl describe node`. Models: describe.go describeNode v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.kubectl.describe import events, node_resources
from cluster.kubectl.describe.writer import NONE, Writer, rfc1123, yes
from cluster.kubectl.invocation import Invocation

ROLE_PREFIX, OLD_ROLE = "node-role.kubernetes.io/", "kubernetes.io/role"
INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)
UNSET = "<unset>"


async def describe(invocation: Invocation, node: Obj) -> str:
    name = node["metadata"]["name"]
    pods = await _pods(invocation, name)
    found = await events.of(invocation, node, kind="Node")
    if found is not None:
        found += await events.of(invocation, node, kind="Node", uid=name) or []
    writer = Writer()
    _head(writer, node)
    await _lease(writer, invocation, name)
    _status(writer, node)
    if pods is None:
        writer.line("Pods", "not authorized")
    else:
        node_resources.write(writer, pods, node, invocation.now)
    events.write(writer, found, invocation.now)
    return writer.text()


async def _pods(invocation: Invocation, name: str) -> list[Obj] | None:
    """The node's pods that have not ended; None when they may not be seen."""
    selector = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    try:
        answer = await invocation.object("GET", "/api/v1/pods", query={"fieldSelector": selector, "limit": "500"})
    except ApiError as error:
        if error.reason == "Forbidden":
            return None
        raise
    return list(answer.get("items") or ())


def _head(writer: Writer, node: Obj) -> None:
    metadata, spec = node["metadata"], node.get("spec") or {}
    writer.line("Name", metadata["name"])
    writer.line("Roles", ",".join(roles(metadata.get("labels") or {})) or NONE)
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    writer.line("CreationTimestamp", rfc1123(metadata.get("creationTimestamp")))
    taints = sorted(spec.get("taints") or (), key=lambda taint: f"{taint.get('effect', '')},{taint['key']}")
    writer.several("Taints", [taint_text(taint) for taint in taints])
    writer.line("Unschedulable", yes(spec.get("unschedulable")))


def roles(labels: Obj) -> list[str]:
    found = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX) and key != ROLE_PREFIX}
    if labels.get(OLD_ROLE):
        found.add(labels[OLD_ROLE])
    return sorted(found)


def taint_text(taint: Obj) -> str:
    """ "key=value:NoSchedule". Models: core/v1 Taint.ToString"""
    value, effect = taint.get("value") or "", taint.get("effect") or ""
    if not effect:
        return f"{taint['key']}={value}:" if value else str(taint["key"])
    return f"{taint['key']}={value}:{effect}" if value else f"{taint['key']}:{effect}"


async def _lease(writer: Writer, invocation: Invocation, name: str) -> None:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}"
    try:
        spec = (await invocation.object("GET", path)).get("spec") or {}
    except ApiError as error:
        writer.line("Lease", f"Failed to get lease: {error.message}")
        return
    writer.put("Lease:\n")
    writer.line("HolderIdentity", spec.get("holderIdentity") or UNSET, 1)
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        writer.line(title, rfc1123(spec[field]) if spec.get(field) else UNSET, 1)


def _status(writer: Writer, node: Obj) -> None:
    spec, status = node.get("spec") or {}, node.get("status") or {}
    _conditions(writer, status.get("conditions") or [])
    writer.put("Addresses:\n")
    for address in status.get("addresses") or ():
        writer.line(address["type"], address["address"], 1)
    for title, field in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(field):
            writer.put(f"{title}:\n")
            for resource, amount in sorted(status[field].items()):
                writer.line(resource, amount, 1)
    writer.put("System Info:\n")
    for title, field in INFO:
        writer.line(title, (status.get("nodeInfo") or {}).get(field, ""), 1)
    ranges = ",".join(spec.get("podCIDRs") or ())
    for title, text in (("PodCIDR", spec.get("podCIDR")), ("PodCIDRs", ranges), ("ProviderID", spec.get("providerID"))):
        if text:
            writer.line(title, text)


def _conditions(writer: Writer, conditions: list[Obj]) -> None:
    if not conditions:
        return
    writer.put("Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n")
    writer.row("----", "------", "-----------------", "------------------", "------", "-------")
    for each in conditions:
        beat, change = rfc1123(each.get("lastHeartbeatTime")), rfc1123(each.get("lastTransitionTime"))
        cells = (each["type"], each["status"], beat, change, each.get("reason", ""))
        writer.put(" \t".join(cells) + f" \t{each.get('message', '')}\n", 1)
