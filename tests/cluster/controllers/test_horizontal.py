"""Autoscaling: by use of requests, with tolerance, damping and pace; and what is told when nobody measures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.podautoscaler import behavior, metrics, replica_calculator

from .conftest import Office
from .test_deployment import spec

TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


async def scaled(office: Office, replicas: int = 2, **more: Any) -> None:
    wanted = spec(replicas=replicas)
    wanted["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}}
    await office.start("deployment", "replicaset")
    await office.make("Deployment", "web", spec=wanted)
    await office.all_run()
    await office.start("horizontalpodautoscaling")
    await office.make("HorizontalPodAutoscaler", "web", spec={"scaleTargetRef": TARGET, "maxReplicas": 10, **more})


async def conditions(office: Office) -> dict[str, str]:
    status = (await office.get("HorizontalPodAutoscaler", "web"))["status"]
    return {each["type"]: each["reason"] for each in status.get("conditions") or ()}


async def test_without_metrics_nothing_is_scaled_and_why_is_told(office: Office) -> None:
    await scaled(office)
    assert await conditions(office) == {"AbleToScale": "SucceededGetScale", "ScalingActive": "FailedGetResourceMetric"}
    [text] = await office.events("FailedGetResourceMetric")
    assert text == (
        "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics "
        "API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    )
    assert (await office.get("Deployment", "web"))["spec"]["replicas"] == 2


async def test_the_count_follows_use_within_its_limits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    share = {"used": Decimal("0.160")}

    async def usage(client: Any, namespace: str, selector: str, resource: str) -> dict[str, Decimal]:
        return {meta.name_of(pod): share["used"] for pod in (await client.list("Pod", namespace)).items}

    monkeypatch.setattr(metrics, "usage", usage)
    await scaled(office, maxReplicas=3)
    assert (await office.get("Deployment", "web"))["spec"]["replicas"] == 3
    assert await office.events("SuccessfulRescale") == [
        "New size: 3; reason: cpu resource utilization (percentage of request) above target"
    ]
    assert (await conditions(office))["ScalingLimited"] == "TooManyReplicas"
    await office.all_run()
    share["used"] = Decimal("0.010")
    await office.clock.advance(60)
    assert (await office.get("Deployment", "web"))["spec"]["replicas"] == 3, "it waits five minutes before it shrinks"
    await office.clock.advance(330)
    assert (await office.get("Deployment", "web"))["spec"]["replicas"] == 1


async def test_a_count_outside_its_limits_is_brought_in(office: Office) -> None:
    await scaled(office, replicas=1, minReplicas=2)
    assert (await office.get("Deployment", "web"))["spec"]["replicas"] == 2
    assert "below Spec.MinReplicas" in (await office.events("SuccessfulRescale"))[0]


async def test_a_target_that_is_not_there_is_told(office: Office) -> None:
    await scaled(office)
    await office.change("HorizontalPodAutoscaler", "web", {"spec": {"scaleTargetRef": {"name": "other"}}})
    assert (await conditions(office))["AbleToScale"] == "FailedGetScale"


def pod(name: str, *, ready: bool = True) -> Obj:
    container = {"name": "c", "resources": {"requests": {"cpu": "100m"}}}
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    return {"metadata": {"name": name}, "spec": {"containers": [container]}, "status": status}


@pytest.mark.parametrize(
    ("used", "pods", "replicas"),
    [
        ({"a": 80, "b": 80}, "ab", 2),
        ({"a": 85, "b": 85}, "ab", 2),  # within a tenth
        ({"a": 160, "b": 160}, "ab", 4),
        ({"a": 20, "b": 20}, "ab", 1),
        ({"a": 160}, "ab", 2),  # the one that is not measured is taken to idle
        ({"a": 10}, "ab", 2),  # or to work as wanted
        ({"a": 160, "b": 160, "c": 0}, "abC", 4),  # one that is not ready yet will take its share
    ],
)
def test_how_many_are_needed(used: dict[str, int], pods: str, replicas: int) -> None:
    found = [pod(name.lower(), ready=name.islower()) for name in pods]
    amounts = {name: Decimal(amount) / 1000 for name, amount in used.items()}
    assert replica_calculator.by_utilization(found, amounts, "cpu", 80, len(found))[0] == replicas


@pytest.mark.parametrize(
    ("rules", "current", "wanted", "changes", "found"),
    [
        ({}, 2, 20, [], 6),  # four pods or double, whatever is more
        ({}, 10, 50, [], 20),
        ({}, 6, 20, [(95.0, 4)], 6),
        ({}, 10, 1, [], 1),
        ({"scaleDown": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}}, 10, 1, [], 9),
        ({"scaleDown": {"selectPolicy": "Disabled"}}, 10, 1, [], 10),
    ],
)
def test_how_fast_it_may_change(rules: Any, current: int, wanted: int, changes: Any, found: int) -> None:
    assert behavior.limited({"behavior": rules}, wanted, current, changes, 100.0) == found


@pytest.mark.parametrize(
    ("wanted", "past", "found"), [(1, [], 1), (1, [(90.0, 4)], 4), (1, [(-300.0, 4)], 1), (9, [(90.0, 4)], 9)]
)
def test_a_fall_is_believed_after_five_minutes(wanted: int, past: Any, found: int) -> None:
    assert behavior.stabilized({}, wanted, 5, past, 100.0) == found
