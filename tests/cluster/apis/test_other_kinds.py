"""Lease, EndpointSlice, Endpoints, ResourceQuota, LimitRange, PriorityClass, and the questions."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

ENDPOINT = {"addresses": ["10.0.0.1"]}
SLICE: Obj = {"addressType": "IPv4", "endpoints": [ENDPOINT], "ports": [{"port": 80}]}


@pytest.mark.parametrize(
    ("kind", "obj", "faults"),
    [
        ("Lease", {"spec": {"leaseDurationSeconds": 40, "holderIdentity": "n"}}, []),
        (
            "Lease",
            {"spec": {"leaseDurationSeconds": 0}},
            ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
        ),
        (
            "Lease",
            {"spec": {"leaseTransitions": -1}},
            ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"],
        ),
        ("EndpointSlice", SLICE, []),
        (
            "EndpointSlice",
            {**SLICE, "addressType": "Phone"},
            ['addressType: Unsupported value: "Phone": supported values: "FQDN", "IPv4", "IPv6"'],
        ),
        ("EndpointSlice", {**SLICE, "addressType": ""}, ["addressType: Required value"]),
        (
            "EndpointSlice",
            {**SLICE, "endpoints": [{"addresses": []}]},
            ["endpoints[0].addresses: Required value: must contain at least 1 address"],
        ),
        (
            "EndpointSlice",
            {**SLICE, "endpoints": [{"addresses": ["127.0.0.1"]}]},
            [
                'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, '
                "::1/128)"
            ],
        ),
        (
            "EndpointSlice",
            {**SLICE, "endpoints": [{"addresses": ["::2"]}]},
            ['endpoints[0].addresses: Invalid value: "::2": must be an IPv4 address'],
        ),
        (
            "EndpointSlice",
            {**SLICE, "endpoints": [ENDPOINT] * 1001},
            ["endpoints: Too many: 1001: must have at most 1000 items"],
        ),
        ("EndpointSlice", {**SLICE, "ports": [{}, {}]}, ['ports[1].name: Duplicate value: ""']),
        (
            "Endpoints",
            {"subsets": [{}]},
            ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
        ),
        ("ResourceQuota", {"spec": {"hard": {"pods": "2", "requests.cpu": "1", "count/jobs.batch": "3"}}}, []),
        (
            "ResourceQuota",
            {"spec": {"hard": {"pods": "1.5"}}},
            ['spec.hard[pods]: Invalid value: "1.5": must be an integer'],
        ),
        (
            "ResourceQuota",
            {"spec": {"hard": {"pods": "-1"}}},
            ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
        ),
        (
            "ResourceQuota",
            {"spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]}},
            ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
        ),
        (
            "LimitRange",
            {"spec": {"limits": [{"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}}]}},
            [
                'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
                'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
                'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
            ],
        ),
        (
            "LimitRange",
            {"spec": {"limits": [{"type": "Pod", "default": {"cpu": "1"}}]}},
            ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
        ),
        ("PriorityClass", {"value": 1000}, []),
        (
            "PriorityClass",
            {"value": 1_000_000_001},
            ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
        ),
        (
            "PriorityClass",
            {"metadata": {"name": "system-mine"}, "value": 1},
            [
                "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. "
                "error: system-mine is not a known system priority class"
            ],
        ),
        ("PriorityClass", {"metadata": {"name": "system-node-critical"}, "value": 2_000_001_000}, []),
    ],
)
def test_an_object_is_judged_in_upstream_s_words(kind: str, obj: Obj, faults: list[str], served: Any) -> None:
    found = served(kind).told(served(kind).made(obj))
    assert found[: len(faults)] == faults
    assert bool(found) is bool(faults)


def test_a_slice_s_ports_get_a_name_and_a_protocol(served: Any) -> None:
    assert served("EndpointSlice").made(SLICE)["ports"] == [{"port": 80, "name": "", "protocol": "TCP"}]


@pytest.mark.parametrize(
    ("parts", "generation"),
    [
        ({"endpoints": [{"addresses": ["10.0.0.2"]}]}, 2),
        ({"metadata": {"name": "x", "labels": {"a": "b"}}}, 2),
        ({"metadata": {"name": "x", "annotations": {"a": "b"}}}, 1),
        ({}, 1),
    ],
)
def test_a_slice_s_generation_counts_what_proxies_act_on(parts: Obj, generation: int, served: Any) -> None:
    old = served("EndpointSlice").made(SLICE)
    assert old["metadata"]["generation"] == 1
    assert served("EndpointSlice").changed(old, **parts)["metadata"]["generation"] == generation


@pytest.mark.parametrize(
    ("addresses", "shown"),
    [([], "<unset>"), (["a"], "a"), (["a", "b", "c"], "a,b,c"), (["a", "b", "c", "d", "e"], "a,b,c + 2 more...")],
)
def test_of_many_addresses_three_are_shown(addresses: list[str], shown: str, served: Any) -> None:
    obj = {**SLICE, "endpoints": [{"addresses": [each]} for each in addresses], "metadata": {"name": "x"}}
    assert served("EndpointSlice").row(obj)[1:4] == ["IPv4", "80", shown]


def test_endpoints_are_shown_with_their_ports_and_warned_of(served: Any) -> None:
    subset = {"addresses": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}], "ports": [{"port": 80}]}
    made = served("Endpoints").made({"subsets": [subset]})
    assert served("Endpoints").row(made)[1] == "10.0.0.1:80,[fd00::1]:80"
    assert served("Endpoints").row(served("Endpoints").made({}))[1] == "<none>"
    assert served("Endpoints").kind.deprecated.startswith("v1 Endpoints is deprecated in v1.33+;")


def test_a_quota_is_shown_used_of_hard(served: Any, golden: Any) -> None:
    status = {
        "hard": {"pods": "2", "configmaps": "5", "requests.cpu": "1", "limits.cpu": "3"},
        "used": {"configmaps": "1", "pods": "0", "limits.cpu": "2"},
    }
    row = served("ResourceQuota").row({"metadata": {"name": "q"}, "status": status})
    assert row[1] in golden("create-quota")[1]["stdout"]
    assert row[2] == "limits.cpu: 2/3"


def test_a_limit_range_fills_in_what_follows_from_what_it_says(served: Any, manifest: Any) -> None:
    [limit] = served("LimitRange").made(manifest("limits.yaml"))["spec"]["limits"]
    assert limit["default"] == {"cpu": "200m", "memory": "128Mi"}
    limits = [{"type": "Container", "max": {"cpu": "1"}, "min": {"memory": "4Mi"}}]
    [limit] = served("LimitRange").made({"spec": {"limits": limits}})["spec"]["limits"]
    assert (limit["default"], limit["defaultRequest"]) == ({"cpu": "1"}, {"cpu": "1", "memory": "4Mi"})


def test_a_priority_is_kept_for_life(served: Any) -> None:
    old = served("PriorityClass").made({"value": 1})
    assert old["preemptionPolicy"] == "PreemptLowerPriority"
    new = served("PriorityClass").changed(old, value=2, preemptionPolicy="Never")
    assert served("PriorityClass").told(new, old) == [
        "value: Forbidden: may not be changed in an update.",
        'preemptionPolicy: Invalid value: "Never": field is immutable',
    ]


ACTION = {"resourceAttributes": {"verb": "get", "resource": "pods"}}
ONE_OF = "exactly one of nonResourceAttributes or resourceAttributes must be specified"


@pytest.mark.parametrize(
    ("kind", "spec", "faults"),
    [
        ("SelfSubjectAccessReview", ACTION, []),
        ("SelfSubjectAccessReview", {}, [f"spec: Invalid value: null: {ONE_OF}"]),
        (
            "SelfSubjectAccessReview",
            {**ACTION, "nonResourceAttributes": {"path": "/"}},
            [f'spec: Invalid value: {{"path":"/"}}: {ONE_OF}'],
        ),
        ("SubjectAccessReview", {**ACTION, "user": "alice"}, []),
        (
            "SubjectAccessReview",
            ACTION,
            ['spec.user: Invalid value: "": at least one of user or group must be specified'],
        ),
        (
            "LocalSubjectAccessReview",
            {"user": "alice", "resourceAttributes": {"namespace": "other"}},
            ['spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace'],
        ),
        ("SelfSubjectRulesReview", {"namespace": "default"}, []),
    ],
)
def test_a_question_must_ask_one_thing(kind: str, spec: Obj, faults: list[str], served: Any) -> None:
    made = served(kind).made({"metadata": {"namespace": "ns"}, "spec": spec})
    assert served(kind).told(made) == faults


@pytest.mark.parametrize("kind", ["TokenReview", "SelfSubjectReview", "SubjectAccessReview", "SelfSubjectRulesReview"])
def test_a_question_is_created_and_never_stored(kind: str, served: Any) -> None:
    assert served(kind).kind.verbs == ("create",)
    assert not served(kind).kind.stored
