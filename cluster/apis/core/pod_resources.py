"""Resource names and amounts: what a container may request, what a node, quota or limit range may count.

Models: pkg/apis/core/helper/helpers.go, pkg/apis/core/validation/validation.go validateResourceRequirements v1.37
"""

from __future__ import annotations

import functools

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

CONTAINER = frozenset(("cpu", "memory", "ephemeral-storage"))
COUNTED = frozenset(
    ("pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
     "services.nodeports", "services.loadbalancers")
)  # fmt: skip
QUOTA = COUNTED | CONTAINER | {
    "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage",
}  # fmt: skip
STANDARD = QUOTA | {"storage"}
HUGE_PAGES = "hugepages-"
NOT_STANDARD = "must be a standard resource type or fully qualified"


def is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def may_overcommit(name: str) -> bool:
    return is_native(name) and not name.startswith(HUGE_PAGES)


def is_extended(name: str) -> bool:
    return not is_native(name) and not name.startswith("requests.") and not names.qualified_name(f"requests.{name}")


@functools.lru_cache(maxsize=1024)
def name_faults(name: str) -> tuple[str, ...]:
    """What is wrong with the name of any resource."""
    if messages := names.qualified_name(name):
        return tuple(messages)
    known = name in STANDARD or name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES))
    return () if "/" in name or known else (NOT_STANDARD,)


@functools.lru_cache(maxsize=1024)
def container_name_faults(name: str) -> tuple[str, ...]:
    """What is wrong with the name of a resource that a container asks for."""
    found = name_faults(name)
    if "/" not in name:
        known = name in CONTAINER or name.startswith(HUGE_PAGES)
        return found if known else (*found, "must be a standard resource for containers")
    if not is_native(name) and not is_extended(name):
        return (*found, "doesn't follow extended resource name standard")
    return found


def quota_name_faults(name: str) -> tuple[str, ...]:
    found = name_faults(name)
    known = "/" in name or name in QUOTA or name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES))
    return found if known else (*found, "must be a standard resource for quota")


def amount(name: str, value: str | int | float, at: str) -> list[FieldError]:
    """An amount is not negative, and whole when the resource is counted."""
    exact = quantity.parse(value)
    faults = []
    if exact < 0:
        faults.append(validation.invalid(at, str(value), validation.NOT_NEGATIVE))
    if (name in COUNTED or is_extended(name)) and exact % 1:
        faults.append(validation.invalid(at, str(value), "must be an integer"))
    return faults


def requirements(resources: Obj, at: str, claims: frozenset[str] = frozenset()) -> list[FieldError]:
    """A container's requests and limits; `claims` are the names of the pod's resource claims."""
    faults: list[FieldError] = []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name, value in limits.items():
        faults += _amount(name, value, f"{at}.limits[{name}]")
    for name, value in requests.items():
        faults += _amount(name, value, f"{at}.requests[{name}]")
        limit = limits.get(name)
        if limit is None:
            if not may_overcommit(name):
                faults.append(validation.required(f"{at}.limits", "Limit must be set for non overcommitable resources"))
        elif limit != value:
            faults += _within(name, value, limit, f"{at}.requests")
    if any(name.startswith(HUGE_PAGES) for name in (*limits, *requests)) and not {"cpu", "memory"} & {
        *limits,
        *requests,
    }:
        faults.append(validation.forbidden(at, "HugePages require cpu or memory"))
    for index, claim in enumerate(resources.get("claims") or ()):
        if claim.get("name") not in claims:
            faults.append(_unknown_claim(claim.get("name", ""), f"{at}.claims[{index}]", claims))
    return faults


def _amount(name: str, value: str | int | float, at: str) -> list[FieldError]:
    faults = [validation.invalid(at, name, message) for message in container_name_faults(name)]
    return faults + amount(name, value, at)


def _within(name: str, value: str, limit: str, at: str) -> list[FieldError]:
    asked, most = quantity.parse(value), quantity.parse(limit)
    if asked != most and not may_overcommit(name):
        return [validation.invalid(at, str(value), f"must be equal to {name} limit of {limit}")]
    if asked > most:
        return [validation.invalid(at, str(value), f"must be less than or equal to {name} limit of {limit}")]
    return []


def _unknown_claim(name: str, at: str, claims: frozenset[str]) -> FieldError:
    if not name:
        return validation.required(at)
    text = "must be one of the names in pod.spec.resourceClaims"
    text += ": " + ", ".join(sorted(claims)) if claims else " which is empty"
    return FieldError("FieldValueNotFound", at, f"Not found: {validation.shown(name)}: {text}")
