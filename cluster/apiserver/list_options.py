"""What a list or watch may be asked together. Models: apimachinery/pkg/apis/meta/internalversion/validation v1.37"""

from __future__ import annotations

from cluster.apimachinery import status
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apiserver.call import Call

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"
MATCH, INITIAL = "resourceVersionMatch", "sendInitialEvents"
WITHOUT_VERSION = "resourceVersionMatch is forbidden unless resourceVersion is provided"
WITH_CONTINUE = "resourceVersionMatch is forbidden when continue is provided"
EXACT_ZERO = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
INITIAL_FOR_LIST = "sendInitialEvents is forbidden for list"
INITIAL_NEEDS_MATCH = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER_THAN}"
MATCH_NEEDS_INITIAL = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"


def check(call: Call) -> None:
    """ApiError 422 with every fault."""
    query = call.query
    if MATCH not in query and INITIAL not in query:
        return
    faults = _of_watch(query) if call.verb == "watch" else _of_list(query)
    if faults:
        raise status.invalid("ListOptions", "", faults, "meta.k8s.io")


def _of_list(query: dict[str, str]) -> list[FieldError]:
    faults = []
    version = query.get("resourceVersion") or ""
    if match := query.get(MATCH):
        if not version:
            faults.append(validation.forbidden(MATCH, WITHOUT_VERSION))
        if query.get("continue"):
            faults.append(validation.forbidden(MATCH, WITH_CONTINUE))
        if match not in (EXACT, NOT_OLDER_THAN):
            faults.append(validation.not_supported(MATCH, match, (EXACT, NOT_OLDER_THAN, "")))
        if match == EXACT and version == "0":
            faults.append(validation.forbidden(MATCH, EXACT_ZERO))
    if query.get(INITIAL):
        faults.append(validation.forbidden(INITIAL, INITIAL_FOR_LIST))
    return faults


def _of_watch(query: dict[str, str]) -> list[FieldError]:
    faults = []
    match, initial = query.get(MATCH), query.get(INITIAL)
    if initial and match != NOT_OLDER_THAN:
        faults.append(validation.forbidden(MATCH, INITIAL_NEEDS_MATCH))
    if match:
        if not initial:
            faults.append(validation.forbidden(MATCH, MATCH_NEEDS_INITIAL))
        if match != NOT_OLDER_THAN:
            faults.append(validation.not_supported(MATCH, match, (NOT_OLDER_THAN,)))
        if query.get("continue"):
            faults.append(validation.forbidden(MATCH, WITH_CONTINUE))
    return faults
