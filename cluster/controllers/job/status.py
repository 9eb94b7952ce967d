"""A Job's status: counts, conditions and the events that tell of them; pure.

Models: pkg/controller/job/job_controller.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.events import NORMAL, WARNING
from cluster.clock import rfc3339
from cluster.controllers import pods as pod_facts
from cluster.controllers.job import indexes
from cluster.controllers.job.tally import Tally, Verdict

FINAL = {"FailureTarget": "Failed", "SuccessCriteriaMet": "Complete"}
Told = tuple[str, str, str]
"""An event: (type, reason, message)."""


def is_finished(job: Obj) -> bool:
    return meta.is_condition_true(job, "Complete") or meta.is_condition_true(job, "Failed")


def begun(tally: Tally) -> tuple[Obj, list[Told]]:
    """The status with its start and whether it is suspended, as the spec wants them; and what is told of that."""
    status, told = dict(tally.job.get("status") or {}), []
    now, suspended = rfc3339(tally.now), bool(tally.spec.get("suspend"))
    known = meta.condition_of(tally.job, "Suspended")
    was = known is not None and known["status"] == "True"
    if suspended and not was:
        status = with_condition(status, "Suspended", "True", "JobSuspended", "Job suspended", now)
        status.pop("startTime", None)
        told.append((NORMAL, "Suspended", "Job suspended"))
    elif was and not suspended:
        status = with_condition(status, "Suspended", "False", "JobResumed", "Job resumed", now)
        told.append((NORMAL, "Resumed", "Job resumed"))
    if not suspended and not status.get("startTime"):
        status["startTime"] = now
    return status, told


def counted(tally: Tally, status: Obj, active: int) -> Obj:
    """The status with what the pods amount to; what has newly ended is written down, not yet counted."""
    uncounted = {
        how: sorted(tally.uncounted[how] | {meta.uid_of(pod) for pod in tally.new(how)})
        for how in ("succeeded", "failed")
    }
    found: dict[str, Any] = {
        **status,
        "ready": sum(pod_facts.is_ready(pod) for pod in tally.active),
        "terminating": len(tally.terminating) + max(0, len(tally.active) - active),
        "uncountedTerminatedPods": {how: uids for how, uids in uncounted.items() if uids},
    }
    found["active"] = active
    if not active:
        del found["active"]
    if tally.is_indexed:
        _tell_indexes(found, "completedIndexes", tally.done)
        if tally.spec.get("backoffLimitPerIndex") is not None:
            _tell_indexes(found, "failedIndexes", tally.failed_indexes)
            found.setdefault("failedIndexes", "")
    return found


def _tell_indexes(status: Obj, name: str, found: set[int]) -> None:
    if found:
        status[name] = indexes.shown(found)


def settled(tally: Tally, status: Obj, freed: set[str]) -> Obj:
    """The status after the finalizers of `freed` pods (uids) are gone: they are counted for good."""
    uncounted = status.get("uncountedTerminatedPods") or {}
    found, left = dict(status), {}
    for how in ("succeeded", "failed"):
        uids = uncounted.get(how) or []
        if gone := [uid for uid in uids if uid in freed]:
            found[how] = (found.get(how) or 0) + len(gone)
        if kept := [uid for uid in uids if uid not in freed]:
            left[how] = kept
    if tally.is_indexed and tally.done:
        found["succeeded"] = len(tally.done)
    found["uncountedTerminatedPods"] = left
    return found


def ended(tally: Tally, status: Obj, verdict: Verdict) -> tuple[Obj, list[Told]]:
    """The status with its interim condition; and, once nothing runs and all is counted, the final one."""
    interim, reason, message = verdict
    now = rfc3339(tally.now)
    found = with_condition(status, interim, "True", reason, message, now)
    if found.get("active") or found.get("terminating") or found.get("uncountedTerminatedPods"):
        return found, []
    final = FINAL[interim]
    found = with_condition(found, final, "True", reason, message, now)
    if final == "Complete":
        return {**found, "completionTime": now}, [(NORMAL, "Completed", "Job completed")]
    return found, [(WARNING, reason, message)]


def with_condition(status: Obj, kind: str, state: str, reason: str, message: str, now: str) -> Obj:
    """The status with a condition set; one that is so already stays as it is."""
    conditions = list(status.get("conditions") or ())
    known = next((each for each in conditions if each["type"] == kind), None)
    if known is not None and known["status"] == state:
        return status
    fresh = {
        "type": kind,
        "status": state,
        "lastProbeTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
    return {**status, "conditions": [each for each in conditions if each["type"] != kind] + [fresh]}
