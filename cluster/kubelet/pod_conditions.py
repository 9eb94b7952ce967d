"""A pod's conditions; pure. Models: pkg/kubelet/status/generate.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj, condition_of
from cluster.kubelet.pod_phase import FAILED, SUCCEEDED

Why = dict[str, str]
COMPLETED: Why = {"reason": "PodCompleted"}
FAILED_WHY: Why = {"reason": "PodFailed"}
OURS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def of(pod: Obj, status: Obj, incomplete: list[str], *, has_sandbox: bool, now: str) -> list[Obj]:
    """The kubelet's conditions of a pod with this status; `incomplete` names the init containers still to come."""
    phase = status["phase"]
    finished = phase in (SUCCEEDED, FAILED)
    unready = _unready(status, phase)
    not_initialized: Why | None = None
    if incomplete and phase not in (SUCCEEDED, FAILED):
        text = f"containers with incomplete status: [{' '.join(incomplete)}]"
        not_initialized = {"reason": "ContainersNotInitialized", "message": text}
    initialized_why = COMPLETED if phase == SUCCEEDED else not_initialized or {}
    gate = unready or _closed_gate(pod)
    wanted: tuple[tuple[str, bool, Why], ...] = (
        ("PodReadyToStartContainers", has_sandbox and not finished, {}),
        ("Initialized", not not_initialized and not (incomplete and phase == FAILED), initialized_why),
        ("Ready", gate is None, gate or {}),
        ("ContainersReady", unready is None, unready or {}),
        ("PodScheduled", True, {}),
    )
    return [_condition(pod, kind, state, why, now) for kind, state, why in wanted]


def _unready(status: Obj, phase: str) -> Why | None:
    """Why its containers are not ready, None when they are. Models: GenerateContainersReadyCondition"""
    if phase == SUCCEEDED:
        return COMPLETED
    if phase == FAILED:
        return FAILED_WHY
    statuses = status["containerStatuses"]
    names = [each["name"] for each in statuses if not each["ready"]]
    return (
        {"reason": "ContainersNotReady", "message": f"containers with unready status: [{' '.join(names)}]"}
        if names
        else None
    )


def _closed_gate(pod: Obj) -> Why | None:
    """Models: GeneratePodReadyCondition, readiness gates"""
    messages = []
    for gate in pod["spec"].get("readinessGates") or ():
        kind = gate["conditionType"]
        found = condition_of(pod, kind)
        if found is None:
            messages.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found["status"] != "True":
            messages.append(f'the status of pod readiness gate "{kind}" is not "True", but {found["status"]}')
    return {"reason": "ReadinessGatesNotReady", "message": ", ".join(messages)} if messages else None


def _condition(pod: Obj, kind: str, state: bool, why: Why, now: str) -> Obj:
    text = "True" if state else "False"
    known = condition_of(pod, kind) or {}
    since = known.get("lastTransitionTime") if known.get("status") == text else None
    return {
        "type": kind,
        "status": text,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "lastProbeTime": None,
        "lastTransitionTime": since or now,
        **why,
    }
