"""What objects count as in a ResourceQuota, and which pods a quota's scopes mean; pure.

Models: pkg/quota/v1/evaluator/core/{pods,services,registry}.go, pkg/quota/v1/generic/evaluator.go v1.37
Simplified: claims' storage classes and cross-namespace affinity have no usage of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj
from cluster.apis.registry import Kind

Usage = dict[str, Decimal]
ZERO, ONE = Decimal(0), Decimal(1)
COUNTED = ("configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services")
COMPUTE = ("cpu", "memory", "ephemeral-storage")


def usage(kind: Kind, obj: Obj) -> Usage:
    """What one object counts as, by the names that a quota uses."""
    found: Usage = {f"count/{kind.resource}": ONE}
    if kind.kind == "Pod":
        return {**found, **_pod(obj)}
    if kind.group == "" and kind.plural in COUNTED:
        found[kind.plural] = ONE
    if kind.kind == "Service":
        found.update(_service(obj["spec"]))
    return found


def total(kind: Kind, objects: Iterable[Obj]) -> Usage:
    found: Usage = {}
    for obj in objects:
        for name, amount in usage(kind, obj).items():
            found[name] = found.get(name, ZERO) + amount
    return found


def shown(amount: Decimal, hard: str) -> str:
    """An amount in the form of its limit: memory stays binary, counts are plain."""
    if str(hard).endswith("i") and not amount % 1:
        return quantity.format_bytes(int(amount))
    return quantity.format_decimal(amount)


def in_scope(quota: Obj, pod: Obj) -> bool:
    """Do a quota's scopes mean this pod?"""
    spec = quota["spec"]
    asked = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    asked += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return all(_holds(each, pod) for each in asked)


def is_scoped(quota: Obj) -> bool:
    spec = quota["spec"]
    return bool(spec.get("scopes") or (spec.get("scopeSelector") or {}).get("matchExpressions"))


def _holds(expression: Obj, pod: Obj) -> bool:
    scope, operator = expression["scopeName"], expression["operator"]
    if scope == "PriorityClass":
        name: str = pod["spec"].get("priorityClassName") or ""
        values: list[str] = expression.get("values") or []
        if operator in ("Exists", "DoesNotExist"):
            return bool(bool(name) == (operator == "Exists"))
        return bool((name in values) == (operator == "In"))
    terminating = pod["spec"].get("activeDeadlineSeconds") is not None
    best_effort = (pod.get("status") or {}).get("qosClass", "BestEffort") == "BestEffort"
    answers = {
        "Terminating": terminating,
        "NotTerminating": not terminating,
        "BestEffort": best_effort,
        "NotBestEffort": not best_effort,
    }
    return bool(answers.get(scope, False))


def _pod(pod: Obj) -> Usage:
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return {}
    found: Usage = {"pods": ONE}
    for how in ("requests", "limits"):
        for name, amount in _amounts(pod["spec"], how).items():
            found[f"{how}.{name}"] = amount
            if how == "requests" and name in COMPUTE:
                found[name] = amount
    return found


def _amounts(spec: Obj, how: str) -> Usage:
    """Containers and sidecars together, or what an init container needs if that is more."""
    together, most = _sum(spec.get("containers") or (), how), Usage()
    sidecars: Usage = {}
    for container in spec.get("initContainers") or ():
        asked = _sum((container,), how)
        if container.get("restartPolicy") == "Always":
            together, sidecars = _plus(together, asked), _plus(sidecars, asked)
        else:
            needed = _plus(sidecars, asked)
            most = {name: max(most.get(name, ZERO), needed.get(name, ZERO)) for name in {**most, **needed}}
    return {name: max(together.get(name, ZERO), most.get(name, ZERO)) for name in {**together, **most}}


def _sum(containers: Iterable[Obj], how: str) -> Usage:
    found: Usage = {}
    for container in containers:
        for name, text in ((container.get("resources") or {}).get(how) or {}).items():
            found[name] = found.get(name, ZERO) + quantity.parse(text)
    return found


def _plus(one: Usage, other: Usage) -> Usage:
    return {name: one.get(name, ZERO) + other.get(name, ZERO) for name in {**one, **other}}


def _service(spec: Obj) -> Usage:
    ports = Decimal(len(spec.get("ports") or ()))
    if spec.get("type") == "NodePort":
        return {"services.nodeports": ports}
    if spec.get("type") != "LoadBalancer":
        return {}
    allocated = Decimal(sum(1 for port in spec.get("ports") or () if port.get("nodePort")))
    wanted = spec.get("allocateLoadBalancerNodePorts", True)
    return {"services.loadbalancers": ONE, "services.nodeports": ports if wanted else allocated}
