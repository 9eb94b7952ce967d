"""What a node's pods ask of it, within the node's description.

Models: describe.go describeNodeResource, component-helpers/resource/helpers.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apimachinery import quantity, table
from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe.writer import Writer

STANDARD = ("cpu", "memory", "ephemeral-storage")
Amounts = dict[str, str]


def write(writer: Writer, pods: list[Obj], node: Obj, now: float) -> None:
    status = node.get("status") or {}
    allocatable = status.get("allocatable") or status.get("capacity") or {}
    writer.line("Non-terminated Pods", f"({len(pods)} in total)")
    writer.row("Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")
    writer.row("---------", "----", "", "------------", "----------", "---------------", "-------------", "---")
    asked = [(pod_amounts(pod, "requests"), pod_amounts(pod, "limits")) for pod in pods]
    for pod, (requests, limits) in zip(pods, asked, strict=True):
        metadata = pod["metadata"]
        amounts = [_share(amounts, name, allocatable) for name in ("cpu", "memory") for amounts in (requests, limits)]
        age = table.age(metadata.get("creationTimestamp"), now)
        writer.row(metadata["namespace"], metadata["name"], "", *amounts, age)
    writer.put("Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n")
    writer.row("Resource", "Requests", "Limits")
    writer.row("--------", "--------", "------")
    requests, limits = _total(each[0] for each in asked), _total(each[1] for each in asked)
    huge = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for name in (*STANDARD, *huge):
        writer.row(name, _share(requests, name, allocatable), _share(limits, name, allocatable))
    for name in sorted(set(allocatable) - {*STANDARD, *huge, "pods"}):
        writer.row(name, requests.get(name, "0"), limits.get(name, "0"))


def _share(amounts: Amounts, name: str, allocatable: Obj) -> str:
    """ "100m (5%)"."""
    amount, most = amounts.get(name, "0"), quantity.parse(allocatable.get(name, "0"))
    percent = int(quantity.parse(amount) * 100 / most) if most else 0
    return f"{amount} ({percent}%)"


def pod_amounts(pod: Obj, part: str) -> Amounts:
    """What a pod asks for: the sum of its containers, or what an init container needs when that is more."""
    spec = pod["spec"]
    running = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    total = _total(_of(each, part) for each in [*(spec.get("containers") or ()), *running])
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") != "Always":
            for name, amount in _of(container, part).items():
                if quantity.parse(amount) > quantity.parse(total.get(name, "0")):
                    total[name] = amount
    total.update((spec.get("resources") or {}).get(part) or {})
    overhead = spec.get("overhead") or {}
    for name, amount in overhead.items():
        if part == "requests" or name in total:
            total[name] = quantity.add(total.get(name, "0"), amount)
    return total


def _of(container: Obj, part: str) -> Amounts:
    return dict((container.get("resources") or {}).get(part) or {})


def _total(amounts: Iterable[Amounts]) -> Amounts:
    total: Amounts = {}
    for each in amounts:
        for name, amount in each.items():
            total[name] = quantity.add(total[name], amount) if name in total else amount
    return total
