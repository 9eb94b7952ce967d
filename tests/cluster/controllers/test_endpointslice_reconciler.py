"""Slices are not recut: what stands in one stays there, gaps are filled, the rest goes where there is room."""

from __future__ import annotations

import pytest

from cluster.apimachinery.meta import Obj
from cluster.controllers.endpointslice import reconciler
from cluster.controllers.endpointslice.endpoint import slice_for
from cluster.controllers.endpointslice.reconciler import Group, Plan

PORTS = [{"name": "", "port": 80, "protocol": "TCP"}]
SERVICE: Obj = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default", "uid": "s"},
    "spec": {"selector": {"app": "web"}},
}


def endpoint(number: int, *, ready: bool = True) -> Obj:
    return {"addresses": [f"10.0.0.{number}"], "conditions": {"ready": ready}, "targetRef": {"uid": f"u{number}"}}


def known(name: str, *numbers: int) -> Obj:
    found = slice_for(SERVICE, PORTS, [endpoint(each) for each in numbers])
    return {**found, "metadata": {**found["metadata"], "name": name}}


def shape(plan: Plan) -> tuple[list[list[int]], dict[str, list[int]], list[str]]:
    def numbers(each: Obj) -> list[int]:
        return [int(one["addresses"][0].rpartition(".")[2]) for one in each["endpoints"]]

    return (
        [numbers(each) for each in plan.create],
        {each["metadata"]["name"]: numbers(each) for each in plan.update},
        [each["metadata"]["name"] for each in plan.delete],
    )


@pytest.mark.parametrize(
    ("present", "wanted", "create", "update", "delete"),
    [
        ([], (1, 2, 3, 4), [[1, 2, 3], [4]], {}, []),
        ([("a", 1, 2, 3), ("b", 4)], (1, 2, 3, 4), [], {}, []),
        ([("a", 1, 2, 3), ("b", 4)], (1, 2, 3, 4, 5), [], {"b": [4, 5]}, []),
        ([("a", 1, 2, 3), ("b", 4, 5)], (1, 3, 4, 5), [], {"a": [1, 3]}, []),
        ([("a", 1, 2, 3), ("b", 4, 5)], (1, 3, 4, 5, 6), [], {"a": [1, 3, 6]}, []),
        ([("a", 1, 2, 3), ("b", 4, 5)], (4, 5), [], {}, ["a"]),
        ([("a", 1, 2, 3)], (1, 2, 3, 4, 5, 6, 7), [[4, 5, 6], [7]], {}, []),
        ([("a", 1, 2), ("b", 3)], (1, 2, 3, 4, 5), [], {"b": [3, 4, 5]}, []),
        ([("a", 1, 2, 3)], (7, 8), [], {"a": [7, 8]}, []),
        ([("a", 1, 2, 3), ("b", 4)], (), [], {"a": []}, ["b"]),
        ([], (), [[]], {}, []),
    ],
)
def test_few_slices_change(
    present: list[tuple[str, int]], wanted: tuple[int, ...], create: object, update: object, delete: object
) -> None:
    groups = [Group(PORTS, [endpoint(each) for each in wanted])] if wanted else []
    plan = reconciler.plan(SERVICE, [known(*each) for each in present], groups, most=3)
    assert shape(plan) == (create, update, delete)


def test_an_endpoint_that_changes_stays_in_its_slice() -> None:
    groups = [Group(PORTS, [endpoint(1), endpoint(2, ready=False), endpoint(3), endpoint(4)])]
    plan = reconciler.plan(SERVICE, [known("a", 1, 2, 3), known("b", 4)], groups, most=3)
    assert shape(plan) == ([], {"a": [1, 2, 3]}, [])
    assert plan.update[0]["endpoints"][1]["conditions"] == {"ready": False}


def test_other_ports_are_other_slices() -> None:
    other = [{"name": "", "port": 81, "protocol": "TCP"}]
    groups = [Group(PORTS, [endpoint(1)]), Group(other, [endpoint(2)])]
    assert shape(reconciler.plan(SERVICE, [known("a", 1)], groups)) == ([[2]], {}, [])


def test_labels_of_the_service_come_along() -> None:
    service = {**SERVICE, "metadata": {**SERVICE["metadata"], "labels": {"tier": "front"}}}
    plan = reconciler.plan(service, [known("a", 1)], [Group(PORTS, [endpoint(1)])])
    assert plan.update[0]["metadata"]["labels"]["tier"] == "front"
