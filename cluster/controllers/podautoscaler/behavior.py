"""How fast an autoscaler may change a count; pure.

Models: pkg/controller/podautoscaler/horizontal.go normalizeDesiredReplicasWithBehaviors v1.37
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apis.autoscaling import horizontal_pod_autoscaler as kind

DOWN_WINDOW_SECONDS = 300
Moment = tuple[float, int]
"""(cluster seconds, a count or a change then)"""


def rules(spec: Obj, direction: str) -> Obj:
    """The rules of "scaleUp" or "scaleDown", upstream's when none are given."""
    default = {"selectPolicy": "Max", **(kind.UP if direction == "scaleUp" else kind.DOWN)}
    return {**default, **((spec.get("behavior") or {}).get(direction) or {})}


def stabilized(spec: Obj, wanted: int, current: int, past: Sequence[Moment], now: float) -> int:
    """Not above the least that was asked for lately, not below the most. Models: stabilizeRecommendationWithBehaviors"""
    up = rules(spec, "scaleUp").get("stabilizationWindowSeconds") or 0
    found = rules(spec, "scaleDown").get("stabilizationWindowSeconds")
    down = DOWN_WINDOW_SECONDS if found is None else found
    least = min([wanted, *(count for at, count in past if at > now - up)])
    most = max([wanted, *(count for at, count in past if at > now - down)])
    return max(current, least) if current < least else most if current > most else current


def limited(spec: Obj, wanted: int, current: int, changes: Sequence[Moment], now: float) -> int:
    """As far as the policies let the count go now. `changes` are the changes made, upwards positive."""
    if wanted > current:
        return min(wanted, _limit(rules(spec, "scaleUp"), current, changes, now, 1))
    if wanted < current:
        return max(wanted, _limit(rules(spec, "scaleDown"), current, changes, now, -1))
    return wanted


def _limit(found: Obj, current: int, changes: Sequence[Moment], now: float, sign: int) -> int:
    if found.get("selectPolicy") == "Disabled":
        return current
    limits: list[int] = []
    for policy in found.get("policies") or ():
        recent = sum(
            sign * change for at, change in changes if at > now - policy["periodSeconds"] and sign * change > 0
        )
        start = current - sign * recent
        if policy["type"] == "Pods":
            limits.append(start + sign * policy["value"])
        else:
            part = start * (1 + sign * policy["value"] / 100)
            limits.append(math.ceil(part) if sign > 0 else math.floor(part))
    if not limits:
        return current
    far = (max if sign > 0 else min)(limits)
    near = (min if sign > 0 else max)(limits)
    return near if found.get("selectPolicy") == "Min" else far
