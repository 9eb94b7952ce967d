"""What a list or watch may be asked together."""

from __future__ import annotations

import pytest

from cluster.apimachinery.status import ApiError
from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver import call as calls
from cluster.apiserver import list_options
from cluster.wire.message import Request

MATCH, INITIAL = "resourceVersionMatch", "sendInitialEvents"


def asked(**query: str) -> calls.Call:
    return calls.parse(Request("GET", "/api/v1/pods", query), REGISTRY)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"resourceVersion": "5", MATCH: "Exact"},
        {"resourceVersion": "0", MATCH: "NotOlderThan"},
        {"watch": "true", INITIAL: "true", MATCH: "NotOlderThan"},
    ],
)
def test_what_goes_together(query: dict[str, str]) -> None:
    list_options.check(asked(**query))


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        (
            {MATCH: "Bogus"},
            [
                f"{MATCH}: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                f'{MATCH}: Unsupported value: "Bogus": supported values: "Exact", "NotOlderThan", ""',
            ],
        ),
        (
            {MATCH: "Exact", "resourceVersion": "0"},
            [f'{MATCH}: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
        ),
        (
            {MATCH: "Exact", "resourceVersion": "5", "continue": "x"},
            [f"{MATCH}: Forbidden: resourceVersionMatch is forbidden when continue is provided"],
        ),
        ({INITIAL: "true"}, [f"{INITIAL}: Forbidden: sendInitialEvents is forbidden for list"]),
        (
            {"watch": "true", INITIAL: "true"},
            [f"{MATCH}: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"],
        ),
        (
            {"watch": "true", MATCH: "NotOlderThan"},
            [f"{MATCH}: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"],
        ),
    ],
)
def test_what_does_not_is_refused_with_every_fault(query: dict[str, str], faults: list[str]) -> None:
    with pytest.raises(ApiError) as caught:
        list_options.check(asked(**query))
    text = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
    assert (caught.value.code, caught.value.message) == (422, f'ListOptions.meta.k8s.io "" is invalid: {text}')
