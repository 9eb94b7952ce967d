"""Pod. Models: pkg/registry/core/pod/strategy.go, printers.go printPod v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import names, quantity, table
from cluster.apimachinery.meta import Obj, condition_of
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.core.pod_defaults import default_pod_spec
from cluster.apis.core.pod_validation import validate_pod_spec
from cluster.apis.registry import Column, Kind, Subresource
from cluster.clock import parse_rfc3339

UPDATE_MESSAGE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def default(pod: Obj) -> None:
    spec = pod.setdefault("spec", {})
    default_pod_spec(spec)
    spec.setdefault("enableServiceLinks", True)


def prepare(new: Obj, old: Obj | None) -> None:
    if old is None:
        new["status"] = {"phase": "Pending", "qosClass": qos_class(new)}
        new["metadata"]["generation"] = 1
        if gates := new["spec"].get("schedulingGates"):
            del gates
            condition = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "lastProbeTime": None}
            condition["message"] = "Scheduling is blocked due to non-empty scheduling gates"
            new["status"]["conditions"] = [{key: value for key, value in condition.items() if value is not None}]
        return
    columns.spec_and_status(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is None:
        return faults + validate_pod_spec(new.get("spec") or {}, "spec")
    if new["spec"] != old["spec"]:
        faults += validate_pod_spec(new["spec"], "spec")
        if not faults and _frozen(new["spec"]) != _frozen(old["spec"]):
            faults.append(validation.forbidden("spec", UPDATE_MESSAGE))
    return faults


def _frozen(spec: Obj) -> Obj:
    """The part of a spec that an update may not change."""
    kept = {
        name: value
        for name, value in spec.items()
        if name not in ("activeDeadlineSeconds", "tolerations", "schedulingGates")
    }
    if spec.get("schedulingGates"):
        kept.pop("nodeSelector", None)
        kept.pop("affinity", None)
    for name in ("containers", "initContainers"):
        if name in kept:
            kept[name] = [{**container, "image": ""} for container in kept[name]]
    return kept


def qos_class(pod: Obj) -> str:
    """Models: pkg/apis/core/helper/qos/qos.go"""
    spec = pod["spec"]
    found, guaranteed = False, True
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        resources = container.get("resources") or {}
        requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
        for name in ("cpu", "memory"):
            request, limit = requests.get(name), limits.get(name)
            found = found or bool(request and quantity.parse(request)) or bool(limit and quantity.parse(limit))
            if not limit or quantity.parse(request or limit) != quantity.parse(limit):
                guaranteed = False
    if not found:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


# --- columns --------------------------------------------------------------------------------------------------------


def ready_cell(pod: Obj, now: float) -> str:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return f"{sum(1 for each in statuses if each.get('ready'))}/{len(pod['spec'].get('containers') or ())}"


def status_cell(pod: Obj, now: float) -> str:
    status = pod.get("status") or {}
    reason = status.get("reason") or status.get("phase") or ""
    condition = condition_of(pod, "PodScheduled")
    if condition is not None and condition.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    initializing, reason = _init_reason(pod, reason)
    if not initializing:
        reason = _container_reason(status, reason)
    if pod["metadata"].get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            return "Unknown"
        if status.get("phase") not in ("Succeeded", "Failed"):
            return "Terminating"
    return reason


def _init_reason(pod: Obj, reason: str) -> tuple[bool, str]:
    specs = {each["name"]: each for each in pod["spec"].get("initContainers") or ()}
    for index, container in enumerate((pod.get("status") or {}).get("initContainerStatuses") or ()):
        state = container.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting")
        if ended is not None and ended.get("exitCode") == 0:
            continue
        if specs.get(container["name"], {}).get("restartPolicy") == "Always" and container.get("started"):
            continue
        if ended is not None:
            return True, "Init:" + (ended.get("reason") or _exit_text(ended))
        if waiting is not None and waiting.get("reason") not in (None, "", "PodInitializing"):
            return True, "Init:" + waiting["reason"]
        return True, f"Init:{index}/{len(specs)}"
    return False, reason


def _container_reason(status: Obj, reason: str) -> str:
    running = False
    for container in reversed(status.get("containerStatuses") or ()):
        state = container.get("state") or {}
        waiting, ended = state.get("waiting"), state.get("terminated")
        if waiting is not None and waiting.get("reason"):
            reason = waiting["reason"]
        elif ended is not None:
            reason = ended.get("reason") or _exit_text(ended)
        elif container.get("ready") and "running" in state:
            running = True
    if reason == "Completed" and running:
        ready = any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions") or ())
        return "Running" if ready else "NotReady"
    return reason


def _exit_text(ended: Obj) -> str:
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def restarts_cell(pod: Obj, now: float) -> str:
    status = pod.get("status") or {}
    count, last = 0, 0.0
    for container in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        count += container.get("restartCount", 0)
        ended = (container.get("lastState") or {}).get("terminated") or {}
        if ended.get("finishedAt"):
            last = max(last, parse_rfc3339(ended["finishedAt"]))
    return f"{count} ({table.human_duration(now - last)} ago)" if count and last else str(count)


def gates_cell(pod: Obj, now: float) -> str:
    gates = pod["spec"].get("readinessGates")
    if not gates:
        return columns.NONE
    true = sum(1 for gate in gates if (condition_of(pod, gate["conditionType"]) or {}).get("status") == "True")
    return f"{true}/{len(gates)}"


def _status_field(name: str) -> Any:
    return lambda pod, now: (pod.get("status") or {}).get(name) or columns.NONE


def ip_cell(pod: Obj, now: float) -> str:
    ips = (pod.get("status") or {}).get("podIPs") or [{}]
    return ips[0].get("ip") or columns.NONE


COLUMNS = (
    columns.NAME,
    Column("Ready", ready_cell, description="The aggregate readiness state of this pod for accepting traffic."),
    Column("Status", status_cell, description="The aggregate status of the containers in this pod."),
    Column(
        "Restarts",
        restarts_cell,
        description="The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
    ),
    columns.AGE,
    Column("IP", ip_cell, priority=1),
    Column("Node", lambda pod, now: pod["spec"].get("nodeName") or columns.NONE, priority=1),
    Column("Nominated Node", _status_field("nominatedNodeName"), priority=1),
    Column("Readiness Gates", gates_cell, priority=1),
)


def _ephemeral(new: Obj, old: Obj | None) -> None:
    if old is not None:
        added = new["spec"].get("ephemeralContainers") or []
        new["spec"] = {**old["spec"], **({"ephemeralContainers": added} if added else {})}
        new["status"] = old.get("status") or {}


KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    schema="io.k8s.api.core.v1.Pod",
    short_names=("po",),
    categories=("all",),
    columns=COLUMNS,
    default=default,
    prepare=prepare,
    validate=validate,
    selectable_fields={
        "spec.nodeName": lambda pod: pod["spec"].get("nodeName") or "",
        "spec.restartPolicy": lambda pod: pod["spec"].get("restartPolicy") or "",
        "spec.schedulerName": lambda pod: pod["spec"].get("schedulerName") or "",
        "spec.serviceAccountName": lambda pod: pod["spec"].get("serviceAccountName") or "",
        "spec.hostNetwork": lambda pod: str(bool(pod["spec"].get("hostNetwork"))).lower(),
        "status.phase": lambda pod: (pod.get("status") or {}).get("phase") or "",
        "status.podIP": lambda pod: (pod.get("status") or {}).get("podIP") or "",
        "status.podIPs": lambda pod: (pod.get("status") or {}).get("podIP") or "",
        "status.nominatedNodeName": lambda pod: (pod.get("status") or {}).get("nominatedNodeName") or "",
    },
    subresources=(
        Subresource("binding", ("create",), kind="Binding", version="v1"),
        Subresource("ephemeralcontainers", prepare=_ephemeral),
        Subresource("eviction", ("create",), kind="Eviction", group="policy", version="v1"),
        Subresource("log", ("get",)),
        Subresource("status", prepare=columns.status_only, validate=lambda new, old: ()),
    ),
)
