"""A pod's phase from its containers' states; pure. Models: pkg/kubelet/kubelet_pods.go getPhase v1.37"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cluster.apimachinery.meta import Obj

PENDING, PHASE_RUNNING, SUCCEEDED, FAILED = "Pending", "Running", "Succeeded", "Failed"


def is_restartable(container: Obj) -> bool:
    """An init container that keeps running beside the others: a sidecar."""
    return container.get("restartPolicy") == "Always"


def phase_of(spec: Obj, init: list[Obj], statuses: list[Obj], *, over: bool = False) -> str:
    """`over`: the kubelet has ended the pod, nothing is started again."""
    policy = "Never" if over else spec.get("restartPolicy", "Always")
    containers = spec.get("initContainers") or ()
    plain = [each for container, each in zip(containers, init, strict=True) if not is_restartable(container)]
    sidecars = [each for container, each in zip(containers, init, strict=True) if is_restartable(container)]
    if policy == "Never" and any((each["state"].get("terminated") or {}).get("exitCode") for each in plain):
        return FAILED
    counts = _counted(statuses)
    if not over and (any(_is_pending(each) for each in plain) or any(_is_starting(each) for each in sidecars)):
        return PENDING
    running = counts["running"] + sum(1 for each in sidecars if "running" in each["state"])
    if counts["waiting"]:
        return FAILED if over else PENDING
    if counts["running"] or (running and not counts["stopped"]):
        return PHASE_RUNNING
    if not counts["stopped"]:
        return PENDING
    if policy == "Always":
        return PHASE_RUNNING
    if counts["stopped"] == counts["succeeded"]:
        return SUCCEEDED
    return FAILED if policy == "Never" else PHASE_RUNNING


def _counted(statuses: Iterable[Obj]) -> Counter[str]:
    """How many run, wait for their first start, have stopped (or wait to start again), have succeeded."""
    found: Counter[str] = Counter()
    for each in statuses:
        state, ended = each["state"], each["state"].get("terminated")
        if "running" in state:
            found["running"] += 1
        elif ended is not None:
            found.update(("stopped", "succeeded") if ended["exitCode"] == 0 else ("stopped",))
        else:
            found["stopped" if each["lastState"] else "waiting"] += 1
    return found


def _is_pending(status: Obj) -> bool:
    """Has a plain init container still to succeed?"""
    ended = status["state"].get("terminated")
    return ended is None or bool(ended["exitCode"])


def _is_starting(status: Obj) -> bool:
    """Has a sidecar still to start for the first time?"""
    return ("running" in status["state"] and not status["started"]) or (
        "waiting" in status["state"] and not status["lastState"]
    )
