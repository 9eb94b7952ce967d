"""What may change in a Pod that exists."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.core import pod_update

LONG = (
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)


def updated(pods: Any, old: Obj, **changes: Any) -> list[str]:
    spec = copy.deepcopy(old["spec"])
    spec.update(changes)
    return pods.told(pods.changed(old, spec=spec), old)  # type: ignore[no-any-return]  # a fixture's answer


@pytest.mark.parametrize(
    "changes",
    [
        {"activeDeadlineSeconds": 60},
        {"tolerations": [{"key": "a", "operator": "Exists"}]},
        {"containers": [{"name": "c", "image": "nginx:1.28", "imagePullPolicy": "IfNotPresent"}]},
        {},
    ],
)
def test_little_of_a_spec_may_change(changes: Obj, pods: Any, a_pod: Any) -> None:
    assert updated(pods, pods.made(a_pod()), **changes) == []


def test_the_rest_may_not_and_the_difference_is_shown(pods: Any, a_pod: Any) -> None:
    [fault] = updated(pods, pods.made(a_pod(hostname="a")), hostname="b", restartPolicy="Never")
    assert fault.startswith(LONG)
    shown = fault.removeprefix(LONG).splitlines()
    assert shown[0] == "  core.PodSpec{"
    assert '- \tHostname: "a",' in shown
    assert '+ \tHostname: "b",' in shown
    assert '+ \tRestartPolicy: "Never",' in shown


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ({}, {"containers": []}, "spec.containers: Forbidden: pod updates may not add or remove containers"),
        (
            {"activeDeadlineSeconds": 5},
            {"activeDeadlineSeconds": 9},
            "spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value",
        ),
        (
            {"activeDeadlineSeconds": 5},
            {"activeDeadlineSeconds": None},
            "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
        ),
        (
            {"tolerations": [{"key": "a", "operator": "Exists"}]},
            {"tolerations": []},
            "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
        ),
        (
            {},
            {"schedulingGates": [{"name": "g"}]},
            "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'",
        ),
        (
            {"schedulingGates": [{"name": "g"}], "nodeSelector": {"a": "1"}},
            {"nodeSelector": {"a": "2"}},
            'spec.nodeSelector: Invalid value: {"a":"2"}: only additions to spec.nodeSelector are allowed (no mutations or '
            "deletions)",
        ),
    ],
)
def test_a_change_is_refused_in_upstream_s_words(before: Obj, after: Obj, fault: str, pods: Any, a_pod: Any) -> None:
    assert fault in updated(pods, pods.made(a_pod(**before)), **after)


def test_a_gated_pod_may_be_told_where_to_go(pods: Any, a_pod: Any) -> None:
    gated = pods.made(a_pod(schedulingGates=[{"name": "g"}]))
    assert updated(pods, gated, nodeSelector={"disk": "ssd"}, schedulingGates=[]) == []
    free = pods.made(a_pod())
    assert updated(pods, free, nodeSelector={"disk": "ssd"})[0].startswith(LONG)


def test_a_toleration_may_be_given_more_time(pods: Any, a_pod: Any) -> None:
    toleration = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}
    old = pods.made(a_pod(tolerations=[toleration]))
    assert updated(pods, old, tolerations=[{**toleration, "tolerationSeconds": 9}]) == []


def test_a_mirror_pod_stays_one(pods: Any, a_pod: Any) -> None:
    old = pods.made({**a_pod(nodeName="n"), "metadata": {"name": "p", "annotations": {pod_update.MIRROR: "x"}}})
    new = pods.changed(old, metadata={**old["metadata"], "annotations": {}})
    text = (
        "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation"
    )
    assert pods.told(new, old) == [text]


def test_the_objects_are_left_as_they_were(pods: Any, a_pod: Any) -> None:
    old = pods.made(a_pod(schedulingGates=[{"name": "g"}], affinity={"nodeAffinity": {}}))
    new = pods.changed(old, spec={**old["spec"], "nodeSelector": {"a": "b"}})
    before = copy.deepcopy((old, new))
    pods.told(new, old)
    assert (old, new) == before
