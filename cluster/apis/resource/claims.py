"""What claims and templates of claims share: defaults and faults of the requests in them.

Models: pkg/apis/resource/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

EXACT, ALL = "ExactCount", "All"


def default(spec: Obj) -> None:
    for request in (spec.get("devices") or {}).get("requests") or ():
        for asked in (request.get("exactly"), *(request.get("firstAvailable") or ())):
            if asked is None:
                continue
            if not asked.get("allocationMode"):
                asked["allocationMode"] = EXACT
            if asked["allocationMode"] == EXACT and not asked.get("count"):
                asked["count"] = 1


def faults(spec: Obj, at: str) -> list[FieldError]:
    found: list[FieldError] = []
    seen: set[str] = set()
    for index, request in enumerate((spec.get("devices") or {}).get("requests") or ()):
        where, name = f"{at}.devices.requests[{index}]", request.get("name") or ""
        found += validation.each(f"{where}.name", name, names.dns1123_label(name)) if name else []
        if name in seen:
            found.append(validation.duplicate(f"{where}.name", name))
        seen.add(name)
        exactly, first = request.get("exactly"), request.get("firstAvailable")
        if (exactly is None) == (not first):
            text = "exactly one of `exactly` or `firstAvailable` is required"
            found.append(validation.required(where, text) if exactly is None else validation.invalid(where, None, text))
        if exactly is not None:
            found += _asked(exactly, f"{where}.exactly")
        for position, asked in enumerate(first or ()):
            found += _asked(asked, f"{where}.firstAvailable[{position}]")
    return found


def _asked(asked: Obj, at: str) -> list[FieldError]:
    found = []
    if not asked.get("deviceClassName"):
        found.append(validation.required(f"{at}.deviceClassName"))
    if asked["allocationMode"] not in (EXACT, ALL):
        found.append(validation.not_supported(f"{at}.allocationMode", asked["allocationMode"], (ALL, EXACT)))
    if asked["allocationMode"] == EXACT and (asked.get("count") or 0) <= 0:
        found.append(validation.invalid(f"{at}.count", asked.get("count") or 0, validation.NOT_POSITIVE))
    return found
