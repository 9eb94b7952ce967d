"""Deployment, ReplicaSet, ReplicationController: so many pods of one template, and their Scale."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.all_kinds import REGISTRY
from cluster.apis.autoscaling import scale

LABELS = {"app": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}


def workload(kind: str, **spec: Any) -> Obj:
    selector: Obj = LABELS if kind == "ReplicationController" else {"matchLabels": LABELS}
    return {"metadata": {"name": "web"}, "spec": {"selector": selector, "template": copy.deepcopy(TEMPLATE), **spec}}


KINDS = ("Deployment", "ReplicaSet", "ReplicationController")


@pytest.mark.parametrize("kind", KINDS)
def test_one_replica_is_wanted_when_none_is_told(kind: str, served: Any) -> None:
    made = served(kind).made(workload(kind))
    assert made["spec"]["replicas"] == 1
    assert made["metadata"]["generation"] == 1
    assert served(kind).told(made) == []


def test_a_controller_takes_its_selector_and_labels_from_its_template(served: Any) -> None:
    made = served("ReplicationController").made({"metadata": {"name": "x"}, "spec": {"template": TEMPLATE}})
    assert made["spec"]["selector"] == made["metadata"]["labels"] == LABELS
    assert made["spec"]["selector"] is not TEMPLATE["metadata"]["labels"]


@pytest.mark.parametrize("kind", KINDS)
def test_none_at_all_may_be_wanted(kind: str, served: Any) -> None:
    assert served(kind).made(workload(kind, replicas=0))["spec"]["replicas"] == 0


@pytest.mark.parametrize(
    ("kind", "spec", "fault"),
    [
        ("Deployment", {"replicas": -1}, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        (
            "ReplicaSet",
            {"minReadySeconds": -1},
            "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
        ),
        (
            "ReplicationController",
            {"replicas": -2},
            "spec.replicas: Invalid value: -2: must be greater than or equal to 0",
        ),
        (
            "ReplicaSet",
            {"selector": {"matchLabels": {"app": "other"}}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        ),
        ("ReplicaSet", {"selector": {}}, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
        (
            "Deployment",
            {"selector": {"matchLabels": LABELS, "matchExpressions": [{"key": "app", "operator": "In"}]}},
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        ),
        (
            "Deployment",
            {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
            "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
        ),
        (
            "Deployment",
            {"revisionHistoryLimit": -1},
            "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
        ),
        (
            "Deployment",
            {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
        ),
        (
            "Deployment",
            {"strategy": {"type": "Sometimes"}},
            'spec.strategy: Unsupported value: {"Type":"Sometimes","RollingUpdate":null}: supported values: "Recreate", '
            '"RollingUpdate"',
        ),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
        ),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxUnavailable": "101%"}}},
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
        ),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxSurge": "many"}}},
            'spec.strategy.rollingUpdate.maxSurge: Invalid value: "many": a valid percent string must be a numeric string '
            "followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
    ],
)
def test_a_workload_is_refused_in_upstream_s_words(kind: str, spec: Obj, fault: str, served: Any) -> None:
    assert fault in served(kind).told(served(kind).made(workload(kind, **spec)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_judged_like_a_pod_and_must_restart_always(kind: str, served: Any) -> None:
    obj = workload(kind)
    obj["spec"]["template"]["spec"].update(restartPolicy="Never", containers=[{"name": "c"}], activeDeadlineSeconds=5)
    faults = served(kind).told(served(kind).made(obj))
    owner = "ReplicationController" if kind == "ReplicationController" else "ReplicaSet"
    assert faults == [
        "spec.template.spec.containers[0].image: Required value",
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        f"spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in {owner} is not Supported",
    ]


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet"])
def test_a_selector_is_immutable(kind: str, served: Any) -> None:
    old = served(kind).made(workload(kind))
    spec = copy.deepcopy(old["spec"])
    spec["selector"] = {"matchLabels": {**LABELS, "v": "2"}}
    spec["template"]["metadata"]["labels"] = {**LABELS, "v": "2"}
    text = 'spec.selector: Invalid value: {"matchLabels":{"app":"web","v":"2"}}: field is immutable'
    assert served(kind).told(served(kind).changed(old, spec=spec), old) == [text]


@pytest.mark.parametrize(
    ("kind", "parts", "generation"),
    [
        ("Deployment", {"spec": {"replicas": 3}}, 2),
        ("ReplicaSet", {"spec": {"replicas": 3}}, 2),
        ("Deployment", {"metadata": {"annotations": {"a": "b"}}}, 2),
        ("ReplicaSet", {"metadata": {"annotations": {"a": "b"}}}, 1),
        ("Deployment", {"metadata": {"labels": {"a": "b"}}}, 1),
        ("ReplicationController", {"status": {"replicas": 9}}, 1),
    ],
)
def test_generation_counts_what_controllers_act_on(kind: str, parts: Obj, generation: int, served: Any) -> None:
    old = served(kind).made(workload(kind))
    merged = {name: {**old[name], **part} for name, part in parts.items()}
    new = served(kind).changed(old, **merged)
    assert new["metadata"]["generation"] == generation
    assert new["status"] == old["status"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_status_door_changes_status_alone(kind: str, served: Any) -> None:
    old = served(kind).made(workload(kind))
    status = {"replicas": 2, "readyReplicas": 1, "availableReplicas": 1, "observedGeneration": 1}
    new = served(kind).changed(old, "status", spec={"replicas": 99}, status=status)
    assert (new["spec"], new["status"]) == (old["spec"], status)
    assert new["metadata"] == old["metadata"]
    assert served(kind).told(new, old, "status") == []


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (
            {"replicas": 1, "readyReplicas": 2},
            "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
        ),
        (
            {"replicas": 2, "availableReplicas": 1},
            "status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas",
        ),
        ({"replicas": -1}, "status.replicas: Invalid value: -1: must be greater than or equal to 0"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_status_must_add_up(kind: str, status: Obj, fault: str, served: Any) -> None:
    old = served(kind).made(workload(kind))
    assert fault in served(kind).told(served(kind).changed(old, "status", status=status), old, "status")


def test_collisions_are_never_uncounted(served: Any) -> None:
    old = served("Deployment").made(workload("Deployment"))
    old["status"] = {"collisionCount": 2}
    new = served("Deployment").changed(old, "status", status={"collisionCount": 1})
    text = "status.collisionCount: Invalid value: 1: cannot be decremented"
    assert served("Deployment").told(new, old, "status") == [text]


# --- scale ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_scale_shows_the_replicas_and_sets_them(kind: str, served: Any) -> None:
    entry = served(kind).kind.subresource("scale")
    obj = served(kind).made(workload(kind, replicas=3))
    obj["metadata"]["uid"] = "u"
    obj["status"] = {"replicas": 2}
    assert (entry.kind, entry.group, entry.version) == ("Scale", "autoscaling", "v1")
    assert scale.read(obj, entry.scale) == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {"name": "web", "uid": "u"},
        "spec": {"replicas": 3},
        "status": {"replicas": 2, "selector": "app=web"},
    }
    written = scale.write(obj, {"spec": {"replicas": 5}}, entry.scale)
    assert (written["spec"]["replicas"], obj["spec"]["replicas"]) == (5, 3)
    assert written["spec"]["template"] is obj["spec"]["template"]
    assert scale.write(obj, {}, entry.scale)["spec"]["replicas"] == 0


def test_a_scale_below_nothing_is_refused() -> None:
    [fault] = scale.validate({"spec": {"replicas": -1}})
    assert (fault.field, fault.detail) == ("spec.replicas", "Invalid value: -1: must be greater than or equal to 0")


def test_only_the_controller_is_found_by_its_number_of_replicas() -> None:
    assert REGISTRY.kind("ReplicaSet").selectable_fields == {}
    fields = REGISTRY.kind("ReplicationController").selectable_fields
    assert fields["status.replicas"]({"status": {"replicas": 4}}) == "4"


# --- columns --------------------------------------------------------------------------------------------------------


def test_workloads_are_shown_as_upstream_shows_them(served: Any) -> None:
    status = {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1}
    cells = {
        "Deployment": ["web", "2/3", 3, 1, "<unknown>", "c", "nginx:1.27", "app=web"],
        "ReplicaSet": ["web", 3, 3, 2, "<unknown>", "c", "nginx:1.27", "app=web"],
        "ReplicationController": ["web", 3, 3, 2, "<unknown>", "c", "nginx:1.27", "app=web"],
    }
    for kind, row in cells.items():
        made = {**served(kind).made(workload(kind, replicas=3)), "status": status}
        assert served(kind).row(made, wide=True) == row
