"""How many replicas a metric asks for; pure. Models: pkg/controller/podautoscaler/replica_calculator.go v1.37"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.controllers import pods as pod_facts

TOLERANCE = 0.1


class Incalculable(Exception):
    """The metric says nothing; the message says why."""


def by_utilization(
    pods: Sequence[Obj], used: Mapping[str, Decimal], resource: str, target: int, current: int
) -> tuple[int, int]:
    """(replicas, utilization in percent). Raises Incalculable."""
    requests = {meta.name_of(pod): _request(pod, resource) for pod in _counted(pods)}
    wanted = {name: amount * target / 100 for name, amount in requests.items()}
    known = {name: used[name] for name in requests if name in used}
    total = sum((requests[name] for name in known), Decimal(0))
    if not known or not total:
        raise Incalculable("did not receive metrics for targeted pods (pods might be unready)")
    share = int(sum(known.values()) * 100 / total)
    return _replicas(pods, known, wanted, current), share


def by_average(pods: Sequence[Obj], used: Mapping[str, Decimal], target: Decimal, current: int) -> tuple[int, Decimal]:
    """(replicas, what a pod uses on average). Raises Incalculable."""
    names = [meta.name_of(pod) for pod in _counted(pods)]
    known = {name: used[name] for name in names if name in used}
    if not known:
        raise Incalculable("did not receive metrics for targeted pods (pods might be unready)")
    return _replicas(pods, known, dict.fromkeys(names, target), current), sum(known.values(), Decimal(0)) / len(known)


def _replicas(pods: Sequence[Obj], known: Mapping[str, Decimal], wanted: Mapping[str, Decimal], current: int) -> int:
    """By the ratio of use to target; pods without metrics, or not ready, are taken so that they damp the change."""
    ready = {meta.name_of(pod) for pod in pods if pod_facts.is_ready(pod)}
    counted = {name: amount for name, amount in known.items() if name in ready}
    if not counted:
        raise Incalculable("did not receive metrics for targeted pods (pods might be unready)")
    ratio = _ratio(counted, wanted)
    missing, unready = set(wanted) - set(known), set(known) - ready
    if not missing and not (unready and ratio > 1):
        return current if abs(ratio - 1) <= TOLERANCE else math.ceil(ratio * len(counted))
    assumed = dict(counted)
    for name in missing:
        assumed[name] = wanted[name] if ratio < 1 else Decimal(0)
    if ratio > 1:
        assumed.update(dict.fromkeys(unready, Decimal(0)))
    again = _ratio(assumed, wanted)
    turns = (ratio < 1 < again) or (again < 1 < ratio)
    if abs(again - 1) <= TOLERANCE or turns:
        return current
    found = math.ceil(again * len(assumed))
    backwards = (again < 1 and found > current) or (again > 1 and found < current)
    return current if backwards else found


def _ratio(amounts: Mapping[str, Decimal], wanted: Mapping[str, Decimal]) -> float:
    total = sum((wanted[name] for name in amounts), Decimal(0))
    return float(sum(amounts.values()) / total) if total else 1.0


def _counted(pods: Sequence[Obj]) -> list[Obj]:
    return [pod for pod in pods if pod_facts.is_active(pod)]


def _request(pod: Obj, resource: str) -> Decimal:
    total = Decimal(0)
    for container in pod["spec"]["containers"]:
        text = ((container.get("resources") or {}).get("requests") or {}).get(resource)
        if text is None:
            raise Incalculable(
                f"missing request for {resource} in container {container['name']} of Pod {meta.name_of(pod)}"
            )
        total += quantity.parse(text)
    return total
