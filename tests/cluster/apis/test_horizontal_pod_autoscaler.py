"""HorizontalPodAutoscaler: defaults, faults, columns, and its v1 face."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.autoscaling import horizontal_pod_autoscaler as kind

TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def scaler(**spec: Any) -> Obj:
    spec = {"scaleTargetRef": TARGET, "maxReplicas": 5, **spec}
    return {"metadata": {"name": "web", "creationTimestamp": "2026-11-25T10:00:00Z"}, "spec": spec}


def cpu(share: int = 80) -> Obj:
    return {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": share}},
    }


def test_half_idle_processors_are_wanted_when_nothing_is_said(served: Any) -> None:
    made = served("HorizontalPodAutoscaler").made(scaler())
    assert (made["spec"]["minReplicas"], made["spec"]["metrics"]) == (1, [cpu()])
    assert "behavior" not in made["spec"]
    assert served("HorizontalPodAutoscaler").told(made) == []
    paced = served("HorizontalPodAutoscaler").made(scaler(behavior={"scaleDown": {"selectPolicy": "Min"}}))
    assert paced["spec"]["behavior"]["scaleDown"] == {"selectPolicy": "Min", **kind.DOWN}
    assert paced["spec"]["behavior"]["scaleUp"] == {"selectPolicy": "Max", **kind.UP}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"minReplicas": 0}, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
        (
            {"minReplicas": 9},
            "spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`",
        ),
        ({"scaleTargetRef": {"kind": "Deployment"}}, "spec.scaleTargetRef.name: Required value"),
        (
            {"metrics": [{"type": "Resource"}]},
            "spec.metrics[0].resource: Required value: must populate information for the given metric source",
        ),
    ],
)
def test_what_may_not_be(served: Any, spec: Any, fault: str) -> None:
    assert served("HorizontalPodAutoscaler").told(served("HorizontalPodAutoscaler").made(scaler(**spec))) == [fault]


def test_its_columns(served: Any) -> None:
    made = served("HorizontalPodAutoscaler").made(scaler())
    row = served("HorizontalPodAutoscaler").row(made, 1795600860.0)
    assert row == ["web", "Deployment/web", "cpu: <unknown>/80%", "1", 5, 0, "60s"]
    current = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 42}}}]
    made["status"] = {"currentMetrics": current, "currentReplicas": 2}
    assert served("HorizontalPodAutoscaler").row(made)[2] == "cpu: 42%/80%"


def test_v1_says_the_share_of_processors_and_keeps_the_rest_in_annotations() -> None:
    memory = {
        "type": "Resource",
        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}},
    }
    stored = {"apiVersion": "autoscaling/v2", **scaler(metrics=[cpu(50), memory]), "status": {"currentReplicas": 1}}
    shown = kind.from_storage(stored)
    assert (shown["apiVersion"], shown["spec"]["targetCPUUtilizationPercentage"]) == ("autoscaling/v1", 50)
    assert "metrics" not in shown["spec"]
    back = kind.to_storage(shown)
    assert back["apiVersion"] == "autoscaling/v2"
    assert sorted(each["resource"]["name"] for each in back["spec"]["metrics"]) == ["cpu", "memory"]
    assert "annotations" not in back["metadata"]
