"""resize: what of a running pod's resources may change, and what stays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

RESOURCES = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m"}}


@pytest.fixture
def old(pods: Any, a_pod: Callable[..., Obj]) -> Obj:
    made: Obj = pods.made(a_pod(container={"resources": copy.deepcopy(RESOURCES)}))
    return made


def resized(pods: Any, old: Obj, **resources: Any) -> Obj:
    """`old` asked to have other resources, and another image besides."""
    spec = copy.deepcopy(old["spec"])
    spec["containers"][0] |= {"resources": resources, "image": "other"}
    found: Obj = pods.changed(old, "resize", spec=spec)
    return found


def test_only_resources_change_through_the_door(pods: Any, old: Obj) -> None:
    new = resized(pods, old, requests={"cpu": "150m", "memory": "64Mi"}, limits={"cpu": "200m"})
    (container,) = new["spec"]["containers"]
    assert container["resources"]["requests"]["cpu"] == "150m"
    assert container["image"] == "nginx:1.27"
    assert new["status"] == old["status"]
    assert new["metadata"]["generation"] == 2
    assert pods.told(new, old, "resize") == []


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        (
            {**RESOURCES, "requests": {**RESOURCES["requests"], "example.com/gpu": "1"}},
            "spec: Forbidden: only cpu and memory",
        ),
        (
            {**RESOURCES, "limits": {}},
            "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
        ),
        (
            {"requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}},
            'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
        ),
    ],
)
def test_what_a_resize_may_not_do(resources: Obj, told: str, pods: Any, old: Obj) -> None:
    new = resized(pods, old, **copy.deepcopy(resources))
    assert pods.told(new, old, "resize")[0].startswith(told)
