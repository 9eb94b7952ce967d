"""A pod's status from what runs of it. Pure. Models: pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/generate.go v1.37"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.apimachinery.meta import Obj, condition_of
from cluster.clock import rfc3339


@dataclass(slots=True)
class Run:
    """What a kubelet knows of one container: its id, its state as CRI tells, why it waits, how often it restarted."""

    id: str = ""
    state: str = ""
    started: float = 0.0
    finished: float = 0.0
    exit_code: int = 0
    restarts: int = 0
    waiting: str = ""
    message: str = ""
    last: Obj | None = None
    ready_at: float = 0.0
    retry_at: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Facts:
    """What a kubelet knows of one pod."""

    ip: str = ""
    started: str = ""
    runs: dict[str, Run] = field(default_factory=dict)


def terminated(run: Run) -> Obj:
    reason = "Completed" if run.exit_code == 0 else "Error"
    return {
        "exitCode": run.exit_code,
        "reason": reason,
        "startedAt": rfc3339(run.started),
        "finishedAt": rfc3339(run.finished),
        "containerID": f"simulated://{run.id}",
    }


def container_status(container: Obj, run: Run, now: float, waiting: str) -> Obj:
    if run.state == "CONTAINER_RUNNING":
        state: Obj = {"running": {"startedAt": rfc3339(run.started)}}
    elif run.waiting:
        state = {"waiting": {"reason": run.waiting, **({"message": run.message} if run.message else {})}}
    elif run.state == "CONTAINER_EXITED":
        state = {"terminated": terminated(run)}
    else:
        state = {"waiting": {"reason": waiting}}
    running = "running" in state
    status: Obj = {
        "name": container["name"],
        "state": state,
        "lastState": {"terminated": run.last} if run.last else {},
        "ready": running and now >= run.ready_at,
        "restartCount": run.restarts,
        "image": container.get("image", ""),
        "imageID": f"simulated://{container.get('image', '')}" if run.id else "",
        "started": running,
    }
    if run.id:
        status["containerID"] = f"simulated://{run.id}"
    return status


def status_of(pod: Obj, facts: Facts, now: float, host_ip: str) -> Obj:
    """The whole status; `PodScheduled` and what others wrote are kept."""
    spec, old = pod["spec"], pod.get("status") or {}
    init = spec.get("initContainers") or []
    init_statuses = [
        container_status(each, facts.runs.get(each["name"]) or Run(), now, "PodInitializing") for each in init
    ]
    for each in init_statuses:
        ended = each["state"].get("terminated")
        each["ready"] = ended is not None and ended["exitCode"] == 0
    initialized = all(each["ready"] for each in init_statuses)
    word = "ContainerCreating" if initialized else "PodInitializing"
    statuses = [container_status(each, facts.runs.get(each["name"]) or Run(), now, word) for each in spec["containers"]]
    phase = phase_of(spec, init_statuses, statuses)
    status: Obj = {
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": phase,
        "hostIP": host_ip,
        "hostIPs": [{"ip": host_ip}],
        "startTime": facts.started or rfc3339(now),
        "qosClass": old.get("qosClass", "BestEffort"),
        "containerStatuses": statuses,
    }
    if init:
        status["initContainerStatuses"] = init_statuses
    if facts.ip:
        status["podIP"], status["podIPs"] = facts.ip, [{"ip": facts.ip}]
    status["conditions"] = conditions(pod, facts, initialized, statuses, phase, now)
    return status


def phase_of(spec: Obj, init: list[Obj], statuses: list[Obj]) -> str:
    """Models: getPhase"""
    policy = spec.get("restartPolicy", "Always")
    failed_init = any((each["state"].get("terminated") or {}).get("exitCode") for each in init)
    if failed_init and policy == "Never":
        return "Failed"
    if not all(each["ready"] for each in init):
        return "Pending"
    ended = [each["state"].get("terminated") for each in statuses]
    if all(ended) and policy != "Always":
        codes = [each["exitCode"] for each in ended if each]
        if not any(codes):
            return "Succeeded"
        return "Failed" if policy == "Never" else "Running"
    if any("waiting" in each["state"] and not each["lastState"] for each in statuses):
        return "Pending"
    return "Running"


def conditions(
    pod: Obj, facts: Facts, initialized: bool, statuses: list[Obj], phase: str, now: float
) -> list[Obj]:  # the facts of a pod
    unready = [each["name"] for each in statuses if not each["ready"]]
    ready = not unready
    why: Obj = (
        {}
        if ready
        else {"reason": "ContainersNotReady", "message": f"containers with unready status: [{' '.join(unready)}]"}
    )
    if phase == "Succeeded":
        why = {"reason": "PodCompleted"}
    elif phase == "Failed":
        why = {"reason": "PodFailed"}
    init_why: Obj = (
        {}
        if initialized
        else {"reason": "ContainersNotInitialized", "message": "containers with incomplete status: []"}
    )
    wanted = [
        ("PodReadyToStartContainers", bool(facts.ip) and phase not in ("Succeeded", "Failed"), {}),
        ("Initialized", initialized, {"reason": "PodCompleted"} if phase == "Succeeded" else init_why),
        ("Ready", ready, why),
        ("ContainersReady", ready, why),
        ("PodScheduled", True, {}),
    ]
    found = []
    for kind, state, extra in wanted:
        text = "True" if state else "False"
        known = condition_of(pod, kind)
        since = (
            known["lastTransitionTime"]
            if known and known.get("status") == text and known.get("lastTransitionTime")
            else rfc3339(now)
        )
        found.append(
            {
                "type": kind,
                "status": text,
                "observedGeneration": pod["metadata"].get("generation", 1),
                "lastProbeTime": None,
                "lastTransitionTime": since,
                **extra,
            }
        )
    return found
