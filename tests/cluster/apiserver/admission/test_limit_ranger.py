"""LimitRanger: what a pod gets that asks nothing, and what is out of bounds."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apiserver.admission import limit_ranger
from cluster.apiserver.admission.request import UPDATE
from tests.cluster.apiserver.admission.conftest import Desk, pod, refusal, request

CONTAINER = {
    "type": "Container",
    "default": {"cpu": "500m", "memory": "512Mi"},
    "defaultRequest": {"cpu": "250m"},
    "min": {"cpu": "100m"},
    "max": {"cpu": "1"},
}


def limited(desk: Desk, **limit: Any) -> None:
    desk.put("LimitRange", "limits", spec={"limits": [limit]})


def asking(requests: Obj | None = None, limits: Obj | None = None, **more: Any) -> Obj:
    resources = {how: value for how, value in (("requests", requests), ("limits", limits)) if value}
    return pod(containers=[{"name": "main", "image": "nginx", "resources": resources}], **more)


async def test_a_container_gets_what_it_does_not_ask_for_and_the_pod_says_so(desk: Desk) -> None:
    limited(desk, **CONTAINER)
    obj = asking(requests={"memory": "64Mi"})
    obj["spec"]["initContainers"] = [{"name": "first", "image": "busybox"}]
    await limit_ranger.admit(desk, request(obj))
    assert obj["spec"]["containers"][0]["resources"] == {
        "requests": {"memory": "64Mi", "cpu": "250m"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }
    assert obj["metadata"]["annotations"] == {
        "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container main; cpu, memory limit for "
        "container main; cpu request for init container first; cpu, memory limit for init container first"
    }


async def test_a_pod_that_asks_for_all_is_left_alone(desk: Desk) -> None:
    limited(desk, **CONTAINER)
    obj = asking({"cpu": "200m"}, {"cpu": "300m", "memory": "1Gi"})
    await limit_ranger.admit(desk, request(obj))
    assert "annotations" not in obj["metadata"]


async def test_another_namespace_is_not_limited_nor_is_an_update(desk: Desk) -> None:
    desk.put("LimitRange", "limits", "elsewhere", spec={"limits": [CONTAINER]})
    await limit_ranger.approve(desk, request(asking({"cpu": "9"})))
    limited(desk, **CONTAINER)
    await limit_ranger.approve(desk, request(asking({"cpu": "9"}), UPDATE, old=pod()))


@pytest.mark.parametrize(
    ("limit", "requests", "limits", "why"),
    [
        ({"min": {"cpu": "100m"}}, {}, {}, "minimum cpu usage per Container is 100m. No request is specified"),
        (
            {"min": {"cpu": "100m"}},
            {"cpu": "50m"},
            {},
            "minimum cpu usage per Container is 100m, but request is 50m",
        ),
        (
            {"min": {"cpu": "100m"}},
            {"cpu": "100m"},
            {"cpu": "50m"},
            "minimum cpu usage per Container is 100m, but limit is 50m",
        ),
        ({"max": {"cpu": "1"}}, {"cpu": "1"}, {}, "maximum cpu usage per Container is 1. No limit is specified"),
        ({"max": {"cpu": "1"}}, {}, {"cpu": "2"}, "maximum cpu usage per Container is 1, but limit is 2"),
        ({"max": {"cpu": "1"}}, {"cpu": "2"}, {"cpu": "1"}, "maximum cpu usage per Container is 1, but request is 2"),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            {"cpu": "100m"},
            {"cpu": "500m"},
            "cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000",
        ),
        (
            {"maxLimitRequestRatio": {"cpu": "2"}},
            {},
            {"cpu": "1"},
            "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
        ),
        (
            {"max": {"cpu": "1", "memory": "1Gi"}},
            {},
            {"cpu": "2", "memory": "2Gi"},
            "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit "
            "is 2Gi]",
        ),
    ],
)
async def test_what_is_out_of_bounds_is_forbidden(desk: Desk, limit: Obj, requests: Obj, limits: Obj, why: str) -> None:
    limited(desk, type="Container", **limit)
    code, message = await refusal(limit_ranger.approve(desk, request(asking(requests, limits))))
    assert (code, message) == (403, f'pods "web" is forbidden: {why}')


async def test_a_pods_containers_are_counted_together(desk: Desk) -> None:
    limited(desk, type="Pod", max={"cpu": "1"})
    obj = asking({}, {"cpu": "600m"})
    obj["spec"]["containers"] *= 2
    _, message = await refusal(limit_ranger.approve(desk, request(obj)))
    assert message.endswith("maximum cpu usage per Pod is 1, but limit is 1200m")


async def test_of_init_containers_the_greatest_counts(desk: Desk) -> None:
    limited(desk, type="Pod", max={"cpu": "1"})
    first = {"name": "first", "resources": {"limits": {"cpu": "2"}}}
    _, message = await refusal(limit_ranger.approve(desk, request(asking({}, {"cpu": "1"}, initContainers=[first]))))
    assert message.endswith("maximum cpu usage per Pod is 1, but limit is 2")
