"""A rollout's arithmetic and status; pure. Models: pkg/controller/deployment/{sync,progress}.go, util/deployment_util.go v1.37"""

from __future__ import annotations

from cluster.apimachinery import intstr, meta
from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339


def limits(deployment: Obj) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as counts. Models: deployment_util.go ResolveFenceposts"""
    rolling, total = deployment["spec"]["strategy"].get("rollingUpdate") or {}, deployment["spec"]["replicas"]
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return 0, 0
    surge = intstr.scaled(rolling.get("maxSurge", 0), total, round_up=True)
    unavailable = intstr.scaled(rolling.get("maxUnavailable", 0), total, round_up=False)
    return (surge, 1) if surge == 0 and unavailable == 0 else (surge, min(unavailable, total))


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
        "unavailableReplicas": max(0, max(spec["replicas"], sum(_replicas(each) for each in sets)) - available),
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


def _replicas(obj: Obj) -> int:
    return obj["spec"].get("replicas") or 0


# --- scaling --------------------------------------------------------------------------------------------------------

DESIRED, MAX = "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas"


def is_scaling(deployment: Obj, sets: list[Obj]) -> bool:
    """Has the wanted count changed since the sets were last sized? Models: sync.go isScalingEvent"""
    wanted = str(deployment["spec"]["replicas"])
    return any(_replicas(each) and meta.annotations_of(each).get(DESIRED, wanted) != wanted for each in sets)


def proportions(deployment: Obj, sets: list[Obj]) -> dict[str, int]:
    """Set name → its new size, when a deployment is scaled while several of its sets run: each grows or shrinks by its
    share, what is left over goes to the first. Models: sync.go scale, deployment_util.go GetReplicaSetProportion"""
    allowed = deployment["spec"]["replicas"] + (limits(deployment)[0] if deployment["spec"]["replicas"] else 0)
    total = sum(_replicas(each) for each in sets)
    left = allowed - total
    newest = sorted(sets, key=_name_and_age, reverse=True)
    order = sorted(newest, key=_replicas, reverse=True)
    sizes: dict[str, int] = {}
    added = 0
    for each in order:
        size = _replicas(each)
        if left:
            share = _share(deployment, each, left, added)
            size, added = size + share, added + share
        sizes[meta.name_of(each)] = size
    if order and left:
        first = meta.name_of(order[0])
        sizes[first] = max(0, sizes[first] + left - added)
    return sizes


def _share(deployment: Obj, each: Obj, left: int, added: int) -> int:
    fraction = _fraction(deployment, each)
    allowed = left - added
    return min(fraction, allowed) if left > 0 else max(fraction, allowed)


def _fraction(deployment: Obj, each: Obj) -> int:
    """How much of a change is a set's. Models: getReplicaSetFraction"""
    wanted, size = deployment["spec"]["replicas"], _replicas(each)
    if not wanted:
        return -size
    most = wanted + limits(deployment)[0]
    before = int(meta.annotations_of(each).get(MAX) or 0)
    if not before:
        return 0
    return int(size * most / before + 0.5) - size


def _name_and_age(each: Obj) -> tuple[str, str]:
    return each["metadata"]["creationTimestamp"], meta.name_of(each)
