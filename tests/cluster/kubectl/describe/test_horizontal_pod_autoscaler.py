"""How a metric of an autoscaler is told."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kubectl.describe.horizontal_pod_autoscaler import metric_line

CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
MEMORY = {"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Gi"}}}
ABOUT = {"kind": "Service", "name": "shop"}


@pytest.mark.parametrize(
    ("metric", "status", "line"),
    [
        (CPU, {}, "resource cpu on pods  (as a percentage of request):\t<unknown> / 80%"),
        (
            CPU,
            {"resource": {"current": {"averageUtilization": 5, "averageValue": "10m"}}},
            "resource cpu on pods  (as a percentage of request):\t5% (10m) / 80%",
        ),
        (MEMORY, {}, "resource memory on pods:\t<unknown> / 1Gi"),
        (
            {"type": "Object", "object": {"describedObject": ABOUT, "metric": {"name": "load"}, "target": {"value": "5"}}},
            {"object": {"current": {"value": "2"}}},
            '"load" on Service/shop (target value):\t2 / 5',
        ),
        (
            {"type": "External", "external": {"metric": {"name": "q"}, "target": {"averageValue": "3"}}},
            {},
            '"q" (target average value):\t<unknown> / 3',
        ),
        ({"type": "Odd"}, {}, '<unknown metric type "Odd">'),
    ],
)  # fmt: skip
def test_a_metric(metric: dict[str, Any], status: dict[str, Any], line: str) -> None:
    assert metric_line(metric, status) == line
