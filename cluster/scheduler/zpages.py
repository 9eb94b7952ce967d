"""What the scheduler shows of its inside: its queues, its last decisions, and what it would decide of a pod that is not.

`/debug/what-if` asks the scheduler itself, over its own cache, and assumes nothing: no pod is queued, no node reserved,
nothing is written. Preemption is tried dry, as in a real cycle.
Models: pkg/scheduler/backend/cache/debugger v1.37 (queues and cache)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cluster.scheduler import preemption
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.pod_info import PodInfo
from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.scheduler.cache import NodeInfo
    from cluster.scheduler.scheduler import Scheduler

MOST_DECISIONS = 20
IMAGINED = {"name": "what-if", "namespace": "default", "uid": "what-if"}


def of(scheduler: Scheduler) -> Pages:
    return {
        "/debug/queues": lambda asked: queues(scheduler),
        "/debug/decisions": lambda asked: decisions(scheduler),
        "/debug/what-if": lambda asked: what_if(scheduler, asked),
    }


def queues(scheduler: Scheduler) -> dict[str, Any]:
    """What waits in which queue, and who else is in the profile."""
    profile = scheduler.profile
    return {
        "time": scheduler.clock.now(),
        "counts": scheduler.queue.counts(),
        "pods": scheduler.queue.listed(),
        "profile": profile.name,
        "filters": [each.name for each in profile.filters],
        "scores": [[each.name, each.weight] for each in profile.scores],
    }


def decisions(scheduler: Scheduler) -> list[Any]:
    """The last decisions, newest first."""
    return [told.object for told in reversed(list(scheduler.decisions)[-MOST_DECISIONS:])]


def what_if(scheduler: Scheduler, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Who would win? `asked["pod"]` is a pod's metadata and spec. ValueError when it cannot be read as one."""
    pod = asked.get("pod")
    if not isinstance(pod, dict) or not isinstance(pod.get("spec"), dict):
        raise ValueError("a pod with a spec is needed")
    try:
        imagined = PodInfo({**pod, "metadata": {**IMAGINED, **(pod.get("metadata") or {})}})
        cycle = Cycle(scheduler.cache, _first, scheduler.profile)
        gate = next(filter(None, (plugin.pre_enqueue(imagined.pod) for plugin in scheduler.profile.pre_enqueue)), "")
        decision = cycle.decide(imagined)
        candidate = preemption.post_filter(cycle, decision) if not decision.node else None
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is not a pod's spec: {type(error).__name__}: {error}") from error
    best = max(decision.totals, default=0)
    equals = [name for name, total in zip(decision.feasible, decision.totals, strict=True) if total == best]
    return {
        **decision.as_dict(),
        "gate": gate,
        "equals": equals,
        "victims": [each.key for each in candidate.victims] if candidate else [],
        "nominatedNode": candidate.node if candidate else "",
    }


def _first(equals: list[NodeInfo]) -> NodeInfo:
    return equals[0]
