"""Which daemon pods to replace when the template has changed; pure. Models: pkg/controller/daemon/update.go v1.37"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cluster.apimachinery import intstr, meta
from cluster.apimachinery.meta import Obj
from cluster.controllers import pods as pod_facts
from cluster.controllers.history import HASH

Pair = tuple[Obj | None, Obj | None]


def limits(daemons: Obj, desired: int) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as counts. Models: updatedDesiredNodeCounts"""
    rolling = daemons["spec"]["updateStrategy"].get("rollingUpdate") or {}
    surge = intstr.scaled(rolling.get("maxSurge") or 0, desired, round_up=True)
    unavailable = intstr.scaled(rolling.get("maxUnavailable") or 0, desired, round_up=True)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def steps(
    daemons: Obj, by_node: Mapping[str, list[Obj]], revision_hash: str, desired: int, now: float
) -> tuple[list[Obj], list[str]]:
    """(pods to delete, nodes that get a second pod) of a rolling update. Models: rollingUpdate"""
    surge, unavailable = limits(daemons, desired)
    seconds = daemons["spec"].get("minReadySeconds") or 0
    pairs = {node: _pair(found, revision_hash) for node, found in sorted(by_node.items())}

    def is_available(pod: Obj) -> bool:
        return pod_facts.is_available(pod, seconds, now)

    if surge:
        return _surging(pairs, surge, is_available)
    away = 0
    broken: list[Obj] = []
    candidates: list[Obj] = []
    for pair in pairs.values():
        if pair is None or (pair[0] is None) == (pair[1] is None):
            away += 1  # the manage step makes or ends a pod there first
        elif (new := pair[0]) is not None:
            away += not is_available(new)
        elif (old := pair[1]) is not None:
            (candidates if is_available(old) else broken).append(old)
    return [*broken, *candidates[: max(0, unavailable - away - len(broken))]], []


def _surging(
    pairs: Mapping[str, Pair | None], surge: int, is_available: Callable[[Obj], bool]
) -> tuple[list[Obj], list[str]]:
    surged = 0
    done: list[Obj] = []
    broken: list[str] = []
    candidates: list[str] = []
    for node, pair in pairs.items():
        if pair is None:
            surged += 1
            continue
        new, old = pair
        if old is None:
            continue
        if new is None:
            (candidates if is_available(old) else broken).append(node)
        elif is_available(new):
            done.append(old)
        else:
            surged += 1
    return done, [*broken, *candidates[: max(0, surge - surged)]]


def _pair(pods: list[Obj], revision_hash: str) -> Pair | None:
    """(the node's pod of the new template, its pod of an old one); None when there are more of a sort."""
    here = [pod for pod in pods if not meta.is_being_deleted(pod)]
    new = [pod for pod in here if meta.labels_of(pod).get(HASH) == revision_hash]
    old = [pod for pod in here if meta.labels_of(pod).get(HASH) != revision_hash]
    if len(new) > 1 or len(old) > 1:
        return None
    return (new[0] if new else None, old[0] if old else None)
