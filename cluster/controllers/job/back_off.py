"""How long a Job waits before it makes a pod anew after failures; pure.

Models: pkg/controller/job/backoff_utils.go v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.clock import parse_rfc3339

FIRST_SECONDS, LONGEST_SECONDS = 10.0, 600.0


def finished_at(pod: Obj) -> float:
    """When a pod's last container ended; its creation when nothing tells."""
    status = pod.get("status") or {}
    ends = [
        parse_rfc3339(ended["finishedAt"])
        for each in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ()))
        if (ended := (each.get("state") or {}).get("terminated")) and ended.get("finishedAt")
    ]
    if ends:
        return max(ends)
    since = [each.get("lastTransitionTime") for each in status.get("conditions") or () if each["type"] == "Ready"]
    return parse_rfc3339(
        since[0] or pod["metadata"]["creationTimestamp"] if since else pod["metadata"]["creationTimestamp"]
    )


def seconds_left(finished: Sequence[Obj], now: float) -> float:
    """By the failures since the last success: 10 s after the first, 20 after the second, ten minutes at most."""
    failures, last = 0, 0.0
    for pod in sorted(finished, key=finished_at, reverse=True):
        if pod["status"]["phase"] == "Succeeded":
            break
        failures += 1
        last = max(last, finished_at(pod))
    return after(failures, last, now)


def after(failures: int, last: float, now: float) -> float:
    if not failures:
        return 0.0
    delay: float = min(FIRST_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS)
    return max(0.0, last + delay - now)
