"""A pod's status from what runs of it; pure. Models: pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/generate.go v1.37"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339
from cluster.kubelet import pod_conditions
from cluster.kubelet.pod_phase import FAILED, is_restartable, phase_of

RUNNING, EXITED = "CONTAINER_RUNNING", "CONTAINER_EXITED"


@dataclass(slots=True)
class Run:
    """What a kubelet knows of one container: its state as CRI tells, why it waits, how often it restarted, its probes."""

    id: str = ""
    image: str = ""
    state: str = ""
    started: float = 0.0
    finished: float = 0.0
    exit_code: int = 0
    reason: str = ""
    restarts: int = 0
    waiting: str = ""
    message: str = ""
    last: Obj | None = None
    previous_id: str = ""
    ready: bool = True
    started_up: bool = True
    ailing: str = ""
    retry_at: float = 0.0
    failures: int = 0
    pulls: int = 0


@dataclass(slots=True)
class Facts:
    """What a kubelet knows of one pod. `reason` and `message` say why the kubelet itself ended it."""

    ip: str = ""
    started: str = ""
    runs: dict[str, Run] = field(default_factory=dict)
    reason: str = ""
    message: str = ""
    over: bool = False


def terminated(run: Run) -> Obj:
    return {
        "exitCode": run.exit_code,
        "reason": run.reason or ("Completed" if run.exit_code == 0 else "Error"),
        "startedAt": rfc3339(run.started),
        "finishedAt": rfc3339(run.finished),
        "containerID": f"simulated://{run.id}",
    }


def container_status(container: Obj, run: Run, waiting: str) -> Obj:
    """Models: convertStatusToAPIStatus, convertToAPIContainerStatuses"""
    running = run.state == RUNNING and not run.waiting
    status: Obj = {
        "name": container["name"],
        "state": _state(run, waiting),
        "lastState": {"terminated": run.last} if run.last else {},
        "ready": running and run.started_up and run.ready,
        "restartCount": run.restarts,
        "image": container.get("image", ""),
        "imageID": f"simulated://{container.get('image', '')}" if run.id else "",
        "started": running and run.started_up,
    }
    if run.id:
        status["containerID"] = f"simulated://{run.id}"
    return status


def _state(run: Run, waiting: str) -> Obj:
    if run.waiting:
        return {"waiting": {"reason": run.waiting, **({"message": run.message} if run.message else {})}}
    if run.state == RUNNING:
        return {"running": {"startedAt": rfc3339(run.started)}}
    if run.state == EXITED:
        return {"terminated": terminated(run)}
    return {"waiting": {"reason": waiting}}


def status_of(pod: Obj, facts: Facts, now: float, host_ip: str) -> Obj:
    """The whole status; what others wrote beside it is kept by the patch."""
    spec, old = pod["spec"], pod.get("status") or {}
    init = spec.get("initContainers") or []
    runs = facts.runs
    init_statuses = [container_status(each, runs.get(each["name"]) or Run(), "PodInitializing") for each in init]
    for container, each in zip(init, init_statuses, strict=True):
        if not is_restartable(container):
            ended = each["state"].get("terminated")
            each["ready"] = ended is not None and ended["exitCode"] == 0
    incomplete = [
        each["name"]
        for container, each in zip(init, init_statuses, strict=True)
        if not (each["started"] if is_restartable(container) else each["ready"])
    ]
    word = "PodInitializing" if incomplete else "ContainerCreating"
    statuses = [container_status(each, runs.get(each["name"]) or Run(), word) for each in spec["containers"]]
    phase = FAILED if facts.reason else phase_of(spec, init_statuses, statuses, over=facts.over)
    status: Obj = {
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": phase,
        "hostIP": host_ip,
        "hostIPs": [{"ip": host_ip}],
        "startTime": facts.started or rfc3339(now),
        "qosClass": old.get("qosClass", "BestEffort"),
        "containerStatuses": statuses,
    }
    if facts.reason:
        status["reason"], status["message"] = facts.reason, facts.message
    if init:
        status["initContainerStatuses"] = init_statuses
    if facts.ip:
        status["podIP"], status["podIPs"] = facts.ip, [{"ip": facts.ip}]
    status["conditions"] = pod_conditions.of(pod, status, incomplete, has_sandbox=bool(facts.ip), now=rfc3339(now))
    return status


def rejected(pod: Obj, reason: str, message: str, now: float) -> Obj:
    """The status of a pod that the kubelet does not take. Models: kubelet.go rejectPod"""
    return {
        "phase": FAILED,
        "reason": reason,
        "message": f"Pod was rejected: {message}",
        "qosClass": (pod.get("status") or {}).get("qosClass", "BestEffort"),
        "startTime": rfc3339(now),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
