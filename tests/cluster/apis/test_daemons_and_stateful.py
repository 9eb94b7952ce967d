"""DaemonSet, StatefulSet, ControllerRevision, PodDisruptionBudget: defaults, faults, what may change, columns."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

LABELS = {"app": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}


def workload(**spec: Any) -> Obj:
    spec = {"selector": {"matchLabels": LABELS}, "template": copy.deepcopy(TEMPLATE), **spec}
    return {"metadata": {"name": "web", "creationTimestamp": "2026-11-25T10:00:00Z"}, "spec": spec}


def test_defaults(served: Any) -> None:
    daemons = served("DaemonSet").made(workload())
    assert daemons["spec"]["updateStrategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
    }
    assert daemons["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    sets = served("StatefulSet").made(workload(serviceName="web", volumeClaimTemplates=[claim]))
    spec = sets["spec"]
    assert spec["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}}
    assert (spec["podManagementPolicy"], spec["replicas"], spec["revisionHistoryLimit"]) == ("OrderedReady", 1, 10)
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert spec["volumeClaimTemplates"][0]["spec"]["volumeMode"] == "Filesystem"
    assert served("DaemonSet").told(daemons) == served("StatefulSet").told(sets) == []


def test_a_stateful_sets_pods_mount_its_claims(served: Any) -> None:
    spec = workload(serviceName="web", volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": {}}])
    spec["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    assert served("StatefulSet").told(served("StatefulSet").made(spec)) == []


def test_a_daemon_sets_template_is_counted(served: Any) -> None:
    old = served("DaemonSet").made(workload())
    spec = copy.deepcopy(old["spec"])
    spec["template"]["spec"]["containers"][0]["image"] = "nginx:2"
    new = served("DaemonSet").changed(old, spec=spec)
    assert new["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "2"}
    assert new["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("kind", "spec", "fault"),
    [
        ("DaemonSet", {"selector": {}}, "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"),
        (
            "DaemonSet",
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}},
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
        ),
        (
            "DaemonSet",
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}},
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
        ),
        (
            "StatefulSet",
            {"selector": {"matchLabels": {"app": "other"}}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        ),
        (
            "StatefulSet",
            {"podManagementPolicy": "Chaotic"},
            "spec.podManagementPolicy: Invalid value: \"Chaotic\": must be 'OrderedReady' or 'Parallel'",
        ),
        (
            "StatefulSet",
            {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": -1}}},
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
        ),
    ],
)
def test_what_may_not_be(served: Any, kind: str, spec: Any, fault: str) -> None:
    assert served(kind).told(served(kind).made(workload(**spec))) == [fault]


def test_only_some_of_a_stateful_set_changes(served: Any) -> None:
    old = served("StatefulSet").made(workload(serviceName="web"))
    allowed = served("StatefulSet").changed(old, spec={**old["spec"], "replicas": 3, "minReadySeconds": 5})
    assert served("StatefulSet").told(allowed, old) == []
    moved = served("StatefulSet").changed(old, spec={**old["spec"], "serviceName": "other"})
    assert served("StatefulSet").told(moved, old) == ['spec.serviceName: Invalid value: "other": field is immutable']
    refused = served("StatefulSet").changed(old, spec={**old["spec"], "podManagementPolicy": "Parallel"})
    [fault] = served("StatefulSet").told(refused, old)
    assert fault.startswith("spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'")


def test_a_revisions_data_stays(served: Any) -> None:
    revision = {"metadata": {"name": "web-1"}, "data": {"spec": {}}, "revision": 1}
    assert served("ControllerRevision").told({**revision, "revision": 2}, revision) == []
    changed = {**revision, "data": {"spec": {"x": 1}}}
    assert served("ControllerRevision").told(changed, revision)[0].startswith("data: Invalid value")


def test_a_budgets_limits(served: Any) -> None:
    budget = served("PodDisruptionBudget")
    both = {"metadata": {"name": "p"}, "spec": {"minAvailable": 1, "maxUnavailable": "110%"}}
    assert budget.told(budget.made(both)) == [
        'spec: Invalid value: {"maxUnavailable":"110%","minAvailable":1}: minAvailable and maxUnavailable cannot be both set',
        'spec.maxUnavailable: Invalid value: "110%": must not be greater than 100%',
    ]
    made = budget.made(
        {"metadata": {"name": "p", "creationTimestamp": "2026-11-25T10:00:00Z"}, "spec": {"minAvailable": "50%"}}
    )
    assert budget.row(made, 1795600860.0) == ["p", "50%", "N/A", 0, "60s"]
