"""Budgets: how many pods may be evicted, and that the eviction door takes no more than that."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.wire.message import Response

from .conftest import Office
from .test_deployment import spec

LABELS = {"app": "web"}


async def deployed(office: Office, replicas: int = 3, **budget: Any) -> None:
    await office.start("deployment", "replicaset", "disruption")
    wanted = spec(replicas=replicas)
    wanted["template"]["spec"]["nodeName"] = "n1"
    await office.make("Deployment", "web", spec=wanted)
    await office.make("PodDisruptionBudget", "p", spec={"selector": {"matchLabels": LABELS}, **budget})
    await office.all_run()


async def numbers(office: Office) -> tuple[int, int, int, int]:
    status = (await office.get("PodDisruptionBudget", "p"))["status"]
    return tuple(status[name] for name in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"))  # type: ignore[return-value]


async def evict(office: Office, name: str) -> Response:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    return await office.home.ask("POST", f"/api/v1/namespaces/default/pods/{name}/eviction", body)


@pytest.mark.parametrize(
    ("budget", "found"),
    [
        ({"minAvailable": 2}, (1, 3, 2, 3)),
        ({"minAvailable": "50%"}, (1, 3, 2, 3)),
        ({"maxUnavailable": 1}, (1, 3, 2, 3)),
        ({"maxUnavailable": "100%"}, (3, 3, 0, 3)),
        ({"minAvailable": 5}, (0, 3, 5, 3)),
    ],
)
async def test_how_many_may_go(office: Office, budget: Any, found: tuple[int, ...]) -> None:
    await deployed(office, **budget)
    assert await numbers(office) == found
    condition = meta.condition_of(await office.get("PodDisruptionBudget", "p"), "DisruptionAllowed") or {}
    assert condition["reason"] == ("SufficientPods" if found[0] else "InsufficientPods")


async def test_shares_follow_the_count_that_is_wanted(office: Office) -> None:
    await deployed(office, maxUnavailable="50%")
    assert await numbers(office) == (2, 3, 1, 3)
    await office.change("Deployment", "web", {"spec": {"replicas": 6}})
    await office.all_run()
    assert await numbers(office) == (3, 6, 3, 6)


async def test_evictions_take_from_the_budget_until_there_is_none(office: Office) -> None:
    await deployed(office, minAvailable=2)
    await office.manager.stop_loop("replicaset")
    first, second, _ = await office.names("Pod")
    assert (await evict(office, first)).status == 201
    refused = await evict(office, second)
    assert refused.status == 429
    assert refused.body.object["message"] == "Cannot evict pod as it would violate the pod's disruption budget."
    pod = await office.get("Pod", first)
    assert meta.is_being_deleted(pod)
    assert (meta.condition_of(pod, "DisruptionTarget") or {})["reason"] == "EvictionByEvictionAPI"
    refused = await evict(office, second)
    [cause] = refused.body.object["details"]["causes"]
    assert cause == {
        "reason": "DisruptionBudget",
        "message": "The disruption budget p needs 2 healthy pods and has 2 currently",
    }


async def test_pods_that_do_not_run_cost_nothing(office: Office) -> None:
    await deployed(office, minAvailable=3)
    pod = (await office.names("Pod"))[0]
    await office.runs(pod, phase="Failed", ready=False)
    assert (await evict(office, pod)).status == 201


@pytest.mark.parametrize(("policy", "code"), [(None, 429), ("AlwaysAllow", 201)])
async def test_broken_pods_go_when_the_budget_says_so(office: Office, policy: str | None, code: int) -> None:
    more = {"unhealthyPodEvictionPolicy": policy} if policy else {}
    await deployed(office, minAvailable=3, **more)
    pod = (await office.names("Pod"))[0]
    await office.runs(pod, ready=False)
    assert (await evict(office, pod)).status == code


async def test_two_budgets_for_a_pod_are_too_many(office: Office) -> None:
    await deployed(office, minAvailable=1)
    await office.make("PodDisruptionBudget", "q", spec={"selector": {"matchLabels": LABELS}, "minAvailable": 1})
    answer = await evict(office, (await office.names("Pod"))[0])
    assert (answer.status, "more than one PodDisruptionBudget" in answer.body.object["message"]) == (500, True)
