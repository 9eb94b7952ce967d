"""How a Pod is shown in a table. Models: pkg/printers/internalversion/printers.go printPod v1.37"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apimachinery import table
from cluster.apimachinery.meta import Obj, condition_of, is_condition_true
from cluster.apis import columns
from cluster.apis.registry import Column
from cluster.clock import parse_rfc3339

NOT_INITIALIZED = ("", "PodInitializing")


def ready_cell(pod: Obj, now: float) -> str:
    """How many containers are ready, of how many; sidecars count."""
    status = pod.get("status") or {}
    sidecars = _sidecars(pod)
    total = len(pod["spec"].get("containers") or ()) + len(sidecars)
    ready = sum(
        1 for each in status.get("initContainerStatuses") or () if _runs_beside(each, sidecars) and each.get("ready")
    )
    initializing, _ = _initializing(pod, sidecars)
    if not initializing or is_condition_true(pod, "Initialized"):
        ready += sum(1 for each in status.get("containerStatuses") or () if _is_up(each))
    return f"{ready}/{total}"


def status_cell(pod: Obj, now: float) -> str:
    """The phase, or what is more to the point: why it waits, how it ended, that it goes."""
    status = pod.get("status") or {}
    phase = status.get("phase") or ""
    reason = status.get("reason") or phase
    condition = condition_of(pod, "PodScheduled")
    if condition is not None and condition.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    initializing, why = _initializing(pod, _sidecars(pod))
    if initializing:
        reason = why
    if not initializing or is_condition_true(pod, "Initialized"):
        reason = _containers_reason(pod, status, reason)
    if pod["metadata"].get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            return "Unknown"
        if phase not in ("Succeeded", "Failed"):
            return "Terminating"
    return reason


def restarts_cell(pod: Obj, now: float) -> str:
    """How often, and how long ago the last time: "3 (5m ago)"."""
    status = pod.get("status") or {}
    sidecars = _sidecars(pod)
    counted: list[Obj] = list(status.get("initContainerStatuses") or ())
    initializing, _ = _initializing(pod, sidecars)
    if initializing and not is_condition_true(pod, "Initialized"):
        counted = _until_initializing(counted, sidecars)
    else:
        counted = [each for each in counted if each["name"] in sidecars]
        counted += status.get("containerStatuses") or ()
    count = sum(each.get("restartCount") or 0 for each in counted)
    last = max((_ended_at(each) for each in counted), default=0.0) if count else 0.0
    return f"{count} ({table.human_duration(now - last)} ago)" if last else str(count)


def ip_cell(pod: Obj, now: float) -> str:
    ips = (pod.get("status") or {}).get("podIPs")
    return (ips[0].get("ip") if ips else "") or columns.NONE


def gates_cell(pod: Obj, now: float) -> str:
    gates = pod["spec"].get("readinessGates")
    if not gates:
        return columns.NONE
    return f"{sum(is_condition_true(pod, gate['conditionType']) for gate in gates)}/{len(gates)}"


def _sidecars(pod: Obj) -> frozenset[str]:
    """The names of the init containers that live as long as the pod."""
    found = pod["spec"].get("initContainers")
    return frozenset(each["name"] for each in found if each.get("restartPolicy") == "Always") if found else frozenset()


def _runs_beside(status: Obj, sidecars: frozenset[str]) -> bool:
    return status["name"] in sidecars and bool(status.get("started"))


def _is_done(status: Obj, sidecars: frozenset[str]) -> bool:
    """The next init container may start."""
    ended = (status.get("state") or {}).get("terminated")
    return (ended is not None and not ended.get("exitCode")) or _runs_beside(status, sidecars)


def _initializing(pod: Obj, sidecars: frozenset[str]) -> tuple[bool, str]:
    """Whether an init container still holds the pod up, and how that is told."""
    for index, status in enumerate((pod.get("status") or {}).get("initContainerStatuses") or ()):
        if _is_done(status, sidecars):
            continue
        state = status.get("state") or {}
        if (ended := state.get("terminated")) is not None:
            return True, "Init:" + _ended_text(ended)
        waiting = (state.get("waiting") or {}).get("reason") or ""
        if waiting not in NOT_INITIALIZED:
            return True, "Init:" + waiting
        return True, f"Init:{index}/{len(pod['spec'].get('initContainers') or ())}"
    return False, ""


def _until_initializing(statuses: Iterable[Obj], sidecars: frozenset[str]) -> list[Obj]:
    """The init containers up to the one that holds the pod up."""
    found = []
    for status in statuses:
        found.append(status)
        if not _is_done(status, sidecars):
            break
    return found


def _is_up(status: Obj) -> bool:
    """Ready and running, and nothing else is told of it."""
    state = status.get("state") or {}
    waits = bool((state.get("waiting") or {}).get("reason"))
    return (
        not waits and state.get("terminated") is None and bool(status.get("ready")) and state.get("running") is not None
    )


def _containers_reason(pod: Obj, status: Obj, reason: str) -> str:
    running, failed = False, ""
    for container in reversed(status.get("containerStatuses") or ()):
        state = container.get("state") or {}
        ended = state.get("terminated")
        if waiting := (state.get("waiting") or {}).get("reason"):
            reason = waiting
        elif ended is not None:
            reason = _ended_text(ended)
            if ended.get("exitCode"):
                failed = reason
        elif container.get("ready") and state.get("running") is not None:
            running = True
    if reason != "Completed":
        return reason
    if running and is_condition_true(pod, "Ready"):
        return "Running"
    return failed or ("NotReady" if running else reason)


def _ended_text(ended: Obj) -> str:
    if reason := ended.get("reason"):
        return str(reason)
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode') or 0}"


def _ended_at(status: Obj) -> float:
    """When the container's last life ended, 0 when it has had only one."""
    ended = (status.get("lastState") or {}).get("terminated") or {}
    return parse_rfc3339(ended["finishedAt"]) if ended.get("finishedAt") else 0.0


COLUMNS = (
    columns.NAME,
    Column("Ready", ready_cell, description="The aggregate readiness state of this pod for accepting traffic."),
    Column("Status", status_cell, description="The aggregate status of the containers in this pod."),
    Column(
        "Restarts",
        restarts_cell,
        description="The number of times the containers in this pod have been restarted and when the last container in "
        "this pod has restarted.",
    ),
    columns.AGE,
    Column("IP", ip_cell, description="podIP address allocated to the pod.", priority=1),
    Column(
        "Node",
        columns.field("spec", "nodeName", columns.NONE),
        description="The node this pod is scheduled on.",
        priority=1,
    ),
    Column(
        "Nominated Node",
        columns.field("status", "nominatedNodeName", columns.NONE),
        description="The node this pod waits for while victims of a preemption leave it.",
        priority=1,
    ),
    Column(
        "Readiness Gates",
        gates_cell,
        description="Of the readiness gates, those whose condition is True.",
        priority=1,
    ),
)
