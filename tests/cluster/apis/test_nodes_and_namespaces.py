"""Node and Namespace: the kinds without a namespace that everything else stands on."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.core import node


@pytest.fixture
def nodes(served: Any) -> Any:
    return served("Node")


@pytest.fixture
def namespaces(served: Any) -> Any:
    return served("Namespace")


def a_node(**parts: Any) -> Obj:
    return {"metadata": {"name": "n"}, **parts}


def test_a_node_may_bring_its_status_when_it_registers(nodes: Any) -> None:
    made = nodes.made(a_node(status={"capacity": {"cpu": "4"}}))
    assert made["status"] == {"capacity": {"cpu": "4"}, "allocatable": {"cpu": "4"}}
    assert nodes.changed(made, status={})["status"] == made["status"]


@pytest.mark.parametrize("given", [{"cpu": "2"}, {}])
def test_what_may_be_allocated_is_all_there_is_unless_it_is_told(given: Obj, nodes: Any) -> None:
    made = nodes.made(a_node(status={"capacity": {"cpu": "4"}, "allocatable": given}))
    assert made["status"]["allocatable"] == given


TAINT = {"key": "a", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("taint", "fault"),
    [
        ({"key": "a", "effect": ""}, "metadata.taints[1].effect: Required value"),
        (
            {"key": "a", "effect": "Never"},
            'metadata.taints[1].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", '
            '"NoExecute"',
        ),
        ({"key": "", "effect": "NoExecute"}, 'metadata.taints[1].key: Invalid value: "": name part must be non-empty'),
        (
            {**TAINT, "value": "again"},
            'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"again","Effect":"NoSchedule","TimeAdded":null}: taints '
            "must be unique by key and effect pair",
        ),
    ],
)
def test_a_taint_is_refused_in_upstream_s_words(taint: Obj, fault: str, nodes: Any) -> None:
    assert nodes.told(nodes.made(a_node(spec={"taints": [TAINT, taint]})))[0] == fault


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            {"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24"]},
            {"podCIDRs": ["10.0.1.0/24"]},
            'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        ),
        (
            {"providerID": "a"},
            {"providerID": "b"},
            "spec.providerID: Invalid value: null: field cannot be modified once set",
        ),
        ({"providerID": "a"}, {}, "spec.providerID: Invalid value: null: field cannot be cleared once set"),
    ],
)
def test_what_a_node_was_given_once_stays(before: Obj, after: Obj, fault: str, nodes: Any) -> None:
    old = nodes.made(a_node(spec=before))
    assert nodes.told(nodes.changed(old, spec=after), old) == [fault]
    fresh = nodes.made(a_node())
    assert nodes.told(nodes.changed(fresh, spec=before), fresh) == []


def test_the_status_door_has_the_node_s_rules(nodes: Any) -> None:
    old = nodes.made(a_node())
    twice = [{"type": "InternalIP", "address": "1.1.1.1"}] * 2
    new = nodes.changed(
        old, "status", spec={"unschedulable": True}, status={"addresses": twice, "capacity": {"pods": "1.5"}}
    )
    assert new["spec"] == old["spec"]
    assert nodes.told(new, old, "status") == [
        'status.capacity.pods: Invalid value: "1.5": must be an integer',
        'status.allocatable.pods: Invalid value: "1.5": must be an integer',
        'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"1.1.1.1"}',
    ]


@pytest.mark.parametrize(
    ("conditions", "unschedulable", "shown"),
    [
        ([], False, "Unknown"),
        ([{"type": "Ready", "status": "True"}], False, "Ready"),
        ([{"type": "Ready", "status": "False"}], False, "NotReady"),
        ([{"type": "Ready", "status": "Unknown"}], False, "NotReady"),
        ([{"type": "Ready", "status": "True"}], True, "Ready,SchedulingDisabled"),
    ],
)
def test_a_node_s_status_is_shown(conditions: list[Obj], unschedulable: bool, shown: str) -> None:
    obj = a_node(spec={"unschedulable": unschedulable}, status={"conditions": conditions})
    assert node.status_cell(obj, 0.0) == shown


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ({}, "<none>"),
        ({"node-role.kubernetes.io/worker": ""}, "worker"),
        ({"node-role.kubernetes.io/b": "", "node-role.kubernetes.io/a": "", "kubernetes.io/role": "c"}, "a,b,c"),
        ({"node-role.kubernetes.io/": ""}, "<none>"),
    ],
)
def test_a_node_s_roles_are_shown(labels: Obj, shown: str) -> None:
    assert node.roles_cell({"metadata": {"labels": labels}}, 0.0) == shown


def test_what_a_node_does_not_tell_is_unknown(nodes: Any) -> None:
    assert nodes.row(a_node(), wide=True)[4:] == ["", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"]


# --- namespaces -----------------------------------------------------------------------------------------------------


def test_a_namespace_keeps_the_finalizers_it_is_born_with(namespaces: Any) -> None:
    made = namespaces.made({"metadata": {"name": "a"}, "spec": {"finalizers": ["example.com/hold"]}})
    assert made["spec"] == {"finalizers": ["example.com/hold", "kubernetes"]}
    assert namespaces.changed(made, spec={"finalizers": []})["spec"] == made["spec"]


def test_only_the_finalize_door_changes_finalizers(namespaces: Any) -> None:
    old = namespaces.made({"metadata": {"name": "a"}})
    new = namespaces.changed(old, "finalize", spec={"finalizers": []}, status={"phase": "Gone"})
    assert (new["spec"], new["status"]) == ({"finalizers": []}, old["status"])
    bad = namespaces.changed(old, "finalize", spec={"finalizers": ["mine"]})
    text = 'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'
    assert namespaces.told(bad, old, "finalize") == [text]


@pytest.mark.parametrize(
    ("deleted", "phase", "faults"),
    [
        (False, "Active", []),
        (True, "Terminating", []),
        (
            False,
            "Terminating",
            ["status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"],
        ),
        (
            True,
            "Active",
            ["status.Phase: Invalid value: \"Active\": may only be 'Terminating' if `deletionTimestamp` is not empty"],
        ),
    ],
)
def test_a_namespace_s_phase_follows_its_deletion(
    deleted: bool, phase: str, faults: list[str], namespaces: Any
) -> None:
    old = namespaces.made({"metadata": {"name": "a"}})
    if deleted:
        old["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    new = namespaces.changed(old, "status", status={"phase": phase})
    assert namespaces.told(new, old, "status") == faults


def test_a_namespace_cannot_lose_its_name_label(namespaces: Any) -> None:
    old = namespaces.made({"metadata": {"name": "a"}})
    new = namespaces.changed(old, metadata={"name": "a", "labels": {"kubernetes.io/metadata.name": "b"}})
    assert new["metadata"]["labels"] == {"kubernetes.io/metadata.name": "a"}
