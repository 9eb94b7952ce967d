"""What a Job's rules say of a failed pod; pure. Models: pkg/controller/job/pod_failure_policy.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj

COUNT, FAIL_INDEX, FAIL_JOB, IGNORE = "Count", "FailIndex", "FailJob", "Ignore"


def judged(policy: Obj | None, pod: Obj) -> tuple[str, str]:
    """(action of the first rule that means the pod, what FailJob tells); Count when none does."""
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        why = _matches(rule, number, pod)
        if why:
            return rule["action"], why
    return COUNT, ""


def _matches(rule: Obj, number: int, pod: Obj) -> str:
    where = f"pod {meta.namespace_of(pod)}/{meta.name_of(pod)}"
    if (codes := rule.get("onExitCodes")) is not None:
        found = _exit(codes, pod)
        if found is None:
            return ""
        name, code = found
        return f"Container {name} for {where} failed with exit code {code} matching {rule['action']} rule at index {number}"
    for wanted in rule.get("onPodConditions") or ():
        known = meta.condition_of(pod, wanted["type"])
        if known is not None and known["status"] == wanted.get("status", "True"):
            return (
                f"{where.capitalize()} has condition {wanted['type']} matching {rule['action']} rule at index {number}"
            )
    return ""


def _exit(codes: Obj, pod: Obj) -> tuple[str, int] | None:
    """The first container that ended with such a code, zero aside."""
    status = pod.get("status") or {}
    for each in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        ended = (each.get("state") or {}).get("terminated")
        if not ended or ended["exitCode"] == 0 or codes.get("containerName") not in (None, each["name"]):
            continue
        if (ended["exitCode"] in codes["values"]) == (codes["operator"] == "In"):
            return each["name"], ended["exitCode"]
    return None
