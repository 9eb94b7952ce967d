"""How a roll-out goes: the counts and conditions of a deployment's status; pure.

Models: pkg/controller/deployment/{progress,sync}.go syncRolloutStatus, calculateStatus v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339
from cluster.controllers.deployment.deployment_util import limits, replicas

NO_DEADLINE = 2**31 - 1


def calculate_status(deployment: Obj, sets: list[Obj], new: Obj | None, now: str) -> Obj:
    """Models: sync.go calculateStatus, progress.go syncRolloutStatus"""
    spec, old = deployment["spec"], deployment.get("status") or {}

    def total(field: str, found: list[Obj]) -> int:
        return sum((each.get("status") or {}).get(field) or 0 for each in found)

    newest = [each for each in sets if new is not None and each["metadata"]["uid"] == new["metadata"]["uid"]]
    available = total("availableReplicas", sets)
    counts = {
        "replicas": total("replicas", sets),
        "updatedReplicas": total("replicas", newest),
        "readyReplicas": total("readyReplicas", sets),
        "availableReplicas": available,
        "unavailableReplicas": max(0, max(spec["replicas"], sum(replicas(each) for each in sets)) - available),
    }
    status: Obj = {name: count for name, count in counts.items() if count}
    status["observedGeneration"] = deployment["metadata"].get("generation", 0)
    status["terminatingReplicas"] = total("terminatingReplicas", sets)
    if "collisionCount" in old:
        status["collisionCount"] = old["collisionCount"]
    enough = available >= spec["replicas"] - limits(deployment)[1]
    word = (
        ("MinimumReplicasAvailable", "Deployment has minimum availability.")
        if enough
        else ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    )
    conditions = [_condition(deployment, "Available", "True" if enough else "False", *word, now)]
    complete = counts["updatedReplicas"] == spec["replicas"] == counts["replicas"] == available and new is not None
    conditions.append(_progressing(deployment, counts, new, complete, now))
    failures = [meta.condition_of(each, "ReplicaFailure") for each in newest]
    conditions += [each for each in failures if each is not None]
    status["conditions"] = conditions
    return status


def _progressing(deployment: Obj, counts: dict[str, int], new: Obj | None, complete: bool, now: str) -> Obj:
    known = meta.condition_of(deployment, "Progressing")
    name = meta.name_of(new) if new else ""
    if deployment["spec"].get("paused"):
        return _condition(deployment, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now)
    if complete:
        text = f'ReplicaSet "{name}" has successfully progressed.'
        return _condition(deployment, "Progressing", "True", "NewReplicaSetAvailable", text, now)
    old = deployment.get("status") or {}
    moved = any(
        counts[field] > (old.get(field) or 0) for field in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    if known and not moved and known.get("reason") != "NewReplicaSetAvailable":
        if deadline and parse_rfc3339(now) - parse_rfc3339(known["lastUpdateTime"]) > deadline:
            text = f'ReplicaSet "{name}" has timed out progressing.'
            return _condition(deployment, "Progressing", "False", "ProgressDeadlineExceeded", text, now)
        return known
    reason, text = (
        ("ReplicaSetUpdated", f'ReplicaSet "{name}" is progressing.')
        if known
        else ("NewReplicaSetCreated", f'Created new replica set "{name}"')
    )
    found = _condition(deployment, "Progressing", "True", reason, text, now)
    return {**found, "lastUpdateTime": now}


def _condition(
    deployment: Obj, type: str, state: str, reason: str, message: str, now: str
) -> Obj:  # a condition's fields
    known = meta.condition_of(deployment, type)
    if known and (known["status"], known["reason"], known["message"]) == (state, reason, message):
        return known
    changed = now if known is None or known["status"] != state else known["lastTransitionTime"]
    return {
        "type": type,
        "status": state,
        "lastUpdateTime": now,
        "lastTransitionTime": changed,
        "reason": reason,
        "message": message,
    }


def seconds_to_deadline(deployment: Obj, status: Obj, now: float) -> float:
    """When to look again whether the roll-out has stuck; 0 when it need not be."""
    progressing = meta.condition_of({"status": status}, "Progressing") or {}
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    settled = progressing.get("reason") in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded")
    if settled or not progressing or deployment["spec"].get("paused") or not deadline or deadline >= NO_DEADLINE:
        return 0.0
    left: float = parse_rfc3339(progressing["lastUpdateTime"]) + deadline + 1 - now
    return max(1.0, left)
