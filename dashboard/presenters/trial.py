"""Why is it needed? Stop a component, try what needs it, see the stall, start it again: each by real means.

What a trial does is data (`TRIALS`); how far it has come is read from the cluster each time: whether the component
runs, and what became of the objects that were asked for. Everything here blocks, but for what is async.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost
from dashboard.permission import groups_of
from dashboard.presenters import backlog, journey, pod_form, revisions

NAMESPACE = "default"
IDLE, STALLED, STARTED, DRAINED = "idle", "stalled", "started", "drained"
NAMED = {
    "Pod": "/registry/pods/",
    "Deployment": "/registry/deployments/",
    "Service": "/registry/services/specs/",
}

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """`make(name, node)` is the object asked for while the component is stopped; `expect` what is then to be seen."""

    kind: str
    make: Callable[[str, str], Obj]
    expect: str


def _pod(name: str, node: str) -> Obj:
    spec: Obj = {"containers": [{"name": "web", "image": "nginx"}]}
    if node:
        spec |= {"nodeSelector": {"kubernetes.io/hostname": node}, "tolerations": [{"operator": "Exists"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"run": name}}, "spec": spec}


def _deployment(name: str, node: str) -> Obj:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def _service(name: str, node: str) -> Obj:
    spec = {"selector": {"app": name}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


TRIALS: dict[str, Trial] = {
    component.APISERVER: Trial("Pod", _pod, "Nobody answers: the request for the pod is lost, and nothing repeats it."),
    component.ETCD: Trial("Pod", _pod, "The API server admits the pod but cannot write it down; whoever asked waits."),
    component.SCHEDULER: Trial("Pod", _pod, "The pod is written, and stays Pending: nobody looks for a node."),
    component.CONTROLLER_MANAGER: Trial(
        "Deployment", _deployment, "The Deployment is written, and no ReplicaSet and no pod follows."
    ),
    component.loop("deployment"): Trial(
        "Deployment", _deployment, "The Deployment is written, and no ReplicaSet follows."
    ),
    component.loop("replicaset"): Trial(
        "Deployment", _deployment, "A ReplicaSet follows from the Deployment, but no pod from the ReplicaSet."
    ),
    "kubelet": Trial("Pod", _pod, "The pod is given to this node, and nobody there takes it up: it stays Pending."),
    "runtime": Trial("Pod", _pod, "The kubelet takes the pod up and asks its runtime; nobody answers there."),
    "kube-proxy": Trial("Service", _service, "The Service gets its address, but this node's rules do not change."),
}


def of(component_id: str) -> Trial | None:
    """The trial proposed for a component, None where none is."""
    role = component_id.partition(".")[0] if component.node_of(component_id) else component_id
    return TRIALS.get(role)


def name_of(component_id: str) -> str:
    return f"try-{component_id.replace('.', '-')}"[:60]


def progress(cluster: RunningCluster, component_id: str) -> dict[str, Any] | None:
    """The proposal, and how far the trial has come: its phase, and lines of what is seen."""
    trial = of(component_id)
    if trial is None:
        return None
    name, running = name_of(component_id), cluster.component(component_id).running
    found: dict[str, Any] = {
        "component": component_id,
        "proposal": f"create {trial.kind} {name}",
        "expect": trial.expect,
        "key": f"{NAMED[trial.kind]}{NAMESPACE}/{name}",
        "lines": [],
        "uid": "",
    }
    made = revisions.value(cluster.slug, found["key"], 0)
    found["made"] = isinstance(made, dict)
    asked = _journey(cluster, name) if trial.kind == "Pod" else None
    if asked is not None and not asked["deleted"]:
        found["hop"], found["lines"] = asked["hop"], _story(asked)
    elif found["made"] and trial.kind == "Deployment":
        found["lines"] = _followed(cluster, name)
    elif found["made"] and trial.kind == "Service":
        found["lines"] = _rules(cluster, component_id, running, made)
    begun = bool(found["lines"])
    done = begun and all(line["done"] for line in found["lines"])
    found["phase"] = (
        (STALLED if begun else IDLE) if not running else (IDLE if not begun else DRAINED if done else STARTED)
    )
    found["running"] = running
    return found


async def begin(cluster: RunningCluster, user: str, component_id: str) -> str:
    """Stop the component and ask for the object; what the answer was, "" when none came in time."""
    trial = of(component_id)
    if trial is None:
        raise KeyError(component_id)
    await cluster.stop(component_id)
    body = trial.make(name_of(component_id), component.node_of(component_id) or "")
    if trial.kind == "Pod":
        outcome = await pod_form.submit(cluster, user, body)
        return "; ".join(outcome.errors.values())
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    try:
        await client.create(trial.kind, body, NAMESPACE)
    except ApiError as error:
        return error.message
    except ConnectionLost as error:
        return f"The API server did not answer: {error}."
    return ""


async def clean_up(cluster: RunningCluster, user: str, component_id: str) -> str:
    """Delete what the trial made; what the answer was when it was refused."""
    trial = of(component_id)
    if trial is None:
        raise KeyError(component_id)
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    try:
        await client.delete(trial.kind, name_of(component_id), NAMESPACE)
    except ApiError as error:
        return "" if error.code == 404 else error.message
    except ConnectionLost as error:
        return f"The API server did not answer: {error}."
    return ""


# --- what is seen ------------------------------------------------------------------------------------------------------


def _journey(cluster: RunningCluster, name: str) -> dict[str, Any] | None:
    wanted = f"{NAMESPACE}/{name}"
    newest = next((each for each in journey.newest(cluster, 50) if each["pod"] == wanted), None)
    return journey.by_hop(cluster, newest["hop"]) if newest is not None else None


def _story(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """How far the pod came, and who is waited for."""
    steps = asked["steps"]
    if asked["refused"]:
        return [{"text": f"Refused: {asked['refused']}", "done": True, "hop": asked["hop"]}]
    done = [step for step in steps if step["state"] in ("done", "skipped")]
    lines = [{"text": f"{len(done)} of {len(steps)} steps are done.", "done": True, "hop": None}]
    stuck = next((step for step in steps if step["state"] in ("stalled", "now")), None)
    if stuck is not None:
        waits = f"Step {stuck['step']}, “{stuck['sentence']}”, waits for {asked['waiting_for']}."
        lines.append({"text": waits, "done": False, "hop": stuck["hop"]})
    return lines


def _followed(cluster: RunningCluster, name: str) -> list[dict[str, Any]]:
    counts = [
        (len(revisions.keys(cluster.slug, f"/registry/{plural}/{NAMESPACE}/{name}-", 50)), plural, wished)
        for plural, wished in (("replicasets", 1), ("pods", 2))
    ]
    return [
        {"text": f"The Deployment {name} is written: 2 pods are wished.", "done": True, "hop": None},
        *(
            {"text": f"{count} {plural} of {wished}", "done": count >= wished, "hop": None}
            for count, plural, wished in counts
        ),
    ]


def _rules(cluster: RunningCluster, component_id: str, running: bool, service: Obj) -> list[dict[str, Any]]:
    """What the proxy has heard of the changes."""
    address = service["spec"].get("clusterIP", "")
    unseen = backlog.unseen_changes(cluster, component_id) if not running else 0
    heard = (
        f"{unseen} changes have not reached {component_id}." if unseen else f"{component_id} has heard of every change."
    )
    return [
        {"text": f"The Service has the address {address}.", "done": True, "hop": None},
        {"text": heard, "done": not unseen, "hop": None},
    ]
