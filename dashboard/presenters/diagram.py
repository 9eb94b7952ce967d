"""What the diagram shows of pods, nodes, components and messages: plain data, pure."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.apis.core.pod import status_cell
from cluster.wire.component import ETCD, instance_of
from cluster.wire.hop import NOTE, WATCH, Hop

CONTROL_PLANE_ROLE = "node-role.kubernetes.io/control-plane"
RUN, PENDING, CRASH, ENDED, ENDING = "run", "pend", "crash", "end", "leave"
TROUBLE = ("Err", "BackOff", "Failed", "Unknown", "Crash", "Error", "OOMKilled", "Invalid", "Evicted")
ENDED_WELL = ("Completed", "Succeeded")
QUIET_KINDS = ("Lease", "Event")
PLURALS = {"Endpoints": "endpoints", "NetworkPolicy": "networkpolicies"}


def shown(kind: str, obj: Obj) -> dict[str, Any]:
    """An object as the diagram draws it; `revision` orders its changes."""
    found = {
        "kind": kind,
        "key": meta.key_of(obj),
        "name": meta.name_of(obj),
        "uid": meta.uid_of(obj),
        "revision": revision_of(obj),
    }
    return found | (_node(obj) if kind == "Node" else _pod(obj))


def revision_of(obj: Obj) -> int:
    version = obj["metadata"].get("resourceVersion") or "0"
    return int(version) if version.isdigit() else 0


def _pod(pod: Obj) -> dict[str, Any]:
    spec, status = pod["spec"], pod.get("status") or {}
    phase = status_cell(pod, 0.0)
    containers = spec.get("containers") or []
    requests = [(each.get("resources") or {}).get("requests") or {} for each in containers]
    return {
        "namespace": meta.namespace_of(pod),
        "node": spec.get("nodeName") or "",
        "phase": phase,
        "look": look(phase, ready=meta.is_condition_true(pod, "Ready")),
        "reason": reason(status),
        "containers": len(containers),
        "cpu": sum(_amount(each.get("cpu")) for each in requests),
        "memory": sum(_amount(each.get("memory")) for each in requests),
    }


def look(phase: str, *, ready: bool) -> str:
    """How a pod is coloured: green when it runs and is ready, amber while it waits, red in trouble, grey at its end."""
    if phase == "Terminating":
        return ENDING
    if phase in ENDED_WELL:
        return ENDED
    if any(word in phase for word in TROUBLE):
        return CRASH
    return RUN if phase == "Running" and ready else PENDING


def reason(status: Obj) -> str:
    """Why a pod does not run, in the words of its status; "" when it does."""
    for each in status.get("containerStatuses") or ():
        waiting = (each.get("state") or {}).get("waiting") or {}
        if waiting.get("message"):
            return str(waiting["message"])
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return str(condition.get("message") or "")
    return str(status.get("message") or "")


def _node(node: Obj) -> dict[str, Any]:
    allocatable = (node.get("status") or {}).get("allocatable") or {}
    taints = node["spec"].get("taints") or []
    return {
        "role": "control-plane" if CONTROL_PLANE_ROLE in meta.labels_of(node) else "worker",
        "ready": meta.is_condition_true(node, "Ready"),
        "cordoned": bool(node["spec"].get("unschedulable")),
        "taints": [f"{each.get('key', '').rpartition('/')[2]}:{each.get('effect', '')}" for each in taints],
        "cpu": _amount(allocatable.get("cpu")),
        "memory": _amount(allocatable.get("memory")),
    }


def _amount(text: Any) -> float:
    try:
        return float(quantity.parse(str(text))) if text is not None else 0.0
    except ValueError:
        return 0.0


# --- messages ----------------------------------------------------------------------------------------------------------


def of_etcd(hop: Hop) -> tuple[str, str]:
    """(kind, plural) of the object in an event of etcd's watch, whose path names only what is watched."""
    body = hop.request.object if hop.request else None
    kind = str(body.get("kind") or "") if isinstance(body, dict) else ""
    return kind, PLURALS.get(kind) or (f"{kind.lower()}{'es' if kind.endswith('s') else 's'}" if kind else "")


def is_quiet_event(hop: Hop) -> bool:
    """A heartbeat, as etcd tells it to the API server."""
    return hop.source == ETCD and hop.verb == WATCH and of_etcd(hop)[0] in QUIET_KINDS


def label(hop: Hop) -> str:
    """A message in a few words: `POST pods/web/binding`, `ADDED pods/web`, `✓ Txn pods/web`."""
    subject = hop.subject
    if hop.verb == NOTE:
        return f"{hop.detail} {subject.name}"
    verb = (hop.detail or hop.verb) if hop.verb == WATCH else hop.verb
    if hop.path.startswith("/runtime.v1."):
        words = f"{verb} {subject.name}"
    else:
        resource = subject.resource or (of_etcd(hop)[1] if hop.source == ETCD else "")
        where = "/".join(filter(None, (resource, subject.name, subject.subresource)))
        words = f"{verb} {where or hop.path}"
    return f"✓ {words}" if hop.answers else words


def label_of(hop: dict[str, Any]) -> str:
    """As `label`, of a hop as plain data."""
    subject = hop["subject"]
    if hop["verb"] == NOTE:
        return f"{hop['detail']} {subject['name']}"
    verb = (hop["detail"] or hop["verb"]) if hop["verb"] == WATCH else hop["verb"]
    calls = hop["path"].startswith("/runtime.v1.")
    where = "/".join(filter(None, ("" if calls else subject["resource"], subject["name"], subject["subresource"])))
    words = f"{verb} {where or hop['path']}"
    return f"✓ {words}" if hop["answers"] else words


def told(hop: Hop) -> list[Any]:
    """[id, source, target, label, outcome, time] of a message that travels."""
    return [hop.id, hop.source, hop.target, label(hop), hop.outcome, hop.time]


# --- components --------------------------------------------------------------------------------------------------------


def facts(component_id: str, inspect: dict[str, Any]) -> str:
    """One line of what a component says of itself."""
    role = component_id.partition(".")[0]
    if instance_of(component_id):
        return "leads" if inspect.get("leads") else "stands by"
    wording = FACTS.get(component_id) or (FACTS.get(role) if role in OF_A_NODE else None)
    return wording(inspect) if wording is not None else ""


def _loops(inspect: dict[str, Any]) -> str:
    loops = inspect.get("loops") or ()
    return f"{sum(bool(each['running']) for each in loops)} of {len(loops)} loops on"


def _queues(inspect: dict[str, Any]) -> str:
    waiting = inspect.get("unschedulable", 0) + inspect.get("backing_off", 0) + inspect.get("gated", 0)
    return f"{inspect.get('active', 0)} queued · {waiting} cannot yet"


OF_A_NODE = ("kubelet", "kube-proxy", "runtime")
FACTS = {
    "etcd": lambda inspect: f"revision {inspect.get('revision', 0)} · {inspect.get('keys', 0)} keys",
    "kube-apiserver": lambda inspect: f"{inspect.get('watches', 0)} watches · {inspect.get('objects', 0)} objects",
    "kube-scheduler": _queues,
    "kube-controller-manager": _loops,
    "kubelet": lambda inspect: f"{inspect.get('pods', 0)} pods",
    "kube-proxy": lambda inspect: f"{inspect.get('rules', 0)} rules",
    "runtime": lambda inspect: f"{inspect.get('containers', 0)} running",
}
