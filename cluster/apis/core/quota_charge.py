"""Whether an object fits into a quota, and what is used of it then; pure: the one place that says so.

The API server's ResourceQuota admission writes what it answers, the course's review only asks, the resourcequota loop
counts anew what a quota `speaks_of`. Nothing here looks at other objects: what they use stands in the quota's status.
Models: apiserver/pkg/admission/plugin/resourcequota/controller.go CheckRequest, pkg/quota/v1/evaluator/core v1.37
"""

from __future__ import annotations

from decimal import Decimal

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj
from cluster.apis.core import quota_usage
from cluster.apis.core.quota_usage import COMPUTE, Usage
from cluster.apis.registry import Kind

ZERO = Decimal(0)


def charge(quota: Obj, kind: Kind, new: Obj, old: Obj | None) -> tuple[dict[str, str], str]:
    """(what is used once the object is there, ""), ({}, "") when it does not count, ({}, upstream's sentence) when it
    may not be. What a quota's status does not tell of is not looked at."""
    if quota_usage.is_scoped(quota) and (kind.kind != "Pod" or not quota_usage.in_scope(quota, new)):
        return {}, ""
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    counted = [each for each in sorted(hard) if each in used and speaks_of(kind, each)]
    if not counted:
        return {}, ""
    quota_name = quota["metadata"]["name"]
    if kind.kind == "Pod" and (missing := lacking(counted, new)):
        return {}, f"failed quota: {quota_name}: must specify {missing}"
    added = _added(kind, new, old)
    asked = {each: added[each] for each in counted if added.get(each)}
    total = {each: quantity.parse(used[each]) + amount for each, amount in asked.items()}
    over = [each for each in sorted(asked) if asked[each] > 0 and total[each] > quantity.parse(hard[each])]
    if over:
        parts = (
            f"requested: {_listed(over, {each: quota_usage.shown(asked[each], hard[each]) for each in over})}",
            f"used: {_listed(over, used)}",
            f"limited: {_listed(over, hard)}",
        )
        return {}, f"exceeded quota: {quota_name}, {', '.join(parts)}"
    sums = {each: quota_usage.shown(amount, hard[each]) for each, amount in total.items()}
    return ({**used, **sums} if total else {}), ""


def speaks_of(kind: Kind, name: str) -> bool:
    """May a quota's limit of this name count objects of the kind?"""
    if name.startswith("count/"):
        return name == f"count/{kind.resource}"
    counted = name.partition(".")[0]
    if kind.group == "" and counted in quota_usage.COUNTED:
        return counted == kind.plural
    return kind.kind == "Pod" and counted not in quota_usage.COUNTED


def lacking(counted: list[str], pod: Obj) -> str:
    """What a pod must say because a quota counts it: `requests.cpu for: main; limits.cpu for: main`."""
    missing: dict[str, list[str]] = {}
    for key in counted:
        how, dot, name = key.partition(".")
        if not dot:
            how, name = "requests", key
        if name not in COMPUTE or how not in ("requests", "limits"):
            continue
        for container in (*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())):
            if name not in ((container.get("resources") or {}).get(how) or {}):
                missing.setdefault(key, []).append(container["name"])
    return "; ".join(f"{key} for: {','.join(containers)}" for key, containers in missing.items())


def _added(kind: Kind, new: Obj, old: Obj | None) -> Usage:
    """What the object adds to what is used; less than nothing when it shrinks."""
    after = quota_usage.usage(kind, new)
    if old is None:
        return after
    before = quota_usage.usage(kind, old)
    return {name: after.get(name, ZERO) - before.get(name, ZERO) for name in {**after, **before}}


def _listed(names: list[str], amounts: dict[str, str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in names)
