"""What a pod asks for, in whole numbers; asked by the scheduler, a kubelet's admission and quotas.

Models: component-helpers/resource/helpers.go PodRequests v1.37
"""

from __future__ import annotations

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj

CPU, MEMORY, PODS = "cpu", "memory", "pods"

Amounts = dict[str, int]


def amount(resource: str, text: str) -> int:
    """CPU in thousandths, anything else in whole units."""
    return quantity.milli(text) if resource == CPU else quantity.whole(text)


def requests_of(spec: Obj, defaults: Amounts | None = None) -> Amounts:
    """What a pod asks for: its containers and sidecars together, or what an init container needs if that is more.

    `defaults` stand in for what a container does not ask for.
    """
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _requests(container, defaults))
    if spec.get("initContainers"):
        sidecars: Amounts = {}
        most: Amounts = {}
        for container in spec["initContainers"]:
            asked = _requests(container, defaults)
            if container.get("restartPolicy") == "Always":
                _add(total, asked)
                _add(sidecars, asked)
                asked = {}
            for resource in {**asked, **sidecars}:
                needed = asked.get(resource, 0) + sidecars.get(resource, 0)
                most[resource] = max(most.get(resource, 0), needed)
        for resource, value in most.items():
            total[resource] = max(total.get(resource, 0), value)
    pod_level = (spec.get("resources") or {}).get("requests") or {}
    for resource, text in pod_level.items():
        total[resource] = amount(resource, text)
    for resource, text in (spec.get("overhead") or {}).items():
        total[resource] = total.get(resource, 0) + amount(resource, text)
    return total


def _requests(container: Obj, defaults: Amounts | None) -> Amounts:
    asked = (container.get("resources") or {}).get("requests") or {}
    found = {resource: amount(resource, text) for resource, text in asked.items()}
    return {**defaults, **found} if defaults else found


def _add(total: Amounts, more: Amounts) -> None:
    for resource, value in more.items():
        total[resource] = total.get(resource, 0) + value
