"""ResourceQuota: what an object adds, what is too much, and that the last place is given once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.all_kinds import REGISTRY
from cluster.apiserver.admission import resource_quota
from tests.cluster.apiserver.admission.conftest import pod as bare_pod
from tests.cluster.apiserver.conftest import Home, config_map, pod

POD, SERVICE = REGISTRY.kind("Pod"), REGISTRY.kind("Service")


def quota(hard: dict[str, str], used: dict[str, str] | None = None, **spec: Any) -> Obj:
    status = {"hard": hard, "used": used if used is not None else dict.fromkeys(hard, "0")}
    return {"metadata": {"name": "q", "namespace": "shop"}, "spec": {"hard": hard, **spec}, "status": status}


def asking(**requests: str) -> Obj:
    container = {"name": "main", "image": "nginx", "resources": {"requests": requests}}
    return bare_pod(containers=[container])


def test_what_is_used_once_the_pod_is_there() -> None:
    held = quota({"pods": "3", "requests.cpu": "1", "requests.memory": "1Gi", "configmaps": "1"})
    held["status"]["used"] = {"pods": "1", "requests.cpu": "100m", "requests.memory": "256Mi", "configmaps": "1"}
    assert resource_quota.charged(held, POD, asking(cpu="100m", memory="256Mi"), None, "web") == {
        "pods": "2", "requests.cpu": "200m", "requests.memory": "512Mi", "configmaps": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("held", "obj", "why"),
    [
        (
            quota({"pods": "2"}, {"pods": "2"}),
            asking(),
            "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2",
        ),
        (
            quota({"pods": "2", "requests.cpu": "1"}, {"pods": "2", "requests.cpu": "900m"}),
            asking(cpu="200m"),
            "exceeded quota: q, requested: pods=1,requests.cpu=200m, used: pods=2,requests.cpu=900m, "
            "limited: pods=2,requests.cpu=1",
        ),
        (quota({"requests.cpu": "1"}), asking(), "failed quota: q: must specify requests.cpu for: main"),
        (quota({"cpu": "1"}), asking(), "failed quota: q: must specify cpu for: main"),
        (quota({"limits.memory": "1Gi"}), asking(), "failed quota: q: must specify limits.memory for: main"),
    ],
)
def test_what_is_refused(held: Obj, obj: Obj, why: str) -> None:
    with pytest.raises(ApiError) as caught:
        resource_quota.charged(held, POD, obj, None, "web")
    assert (caught.value.code, caught.value.message) == (403, f'pods "web" is forbidden: {why}')


@pytest.mark.parametrize(
    ("held", "counts"),
    [
        (quota({"configmaps": "1"}), False),
        (quota({"count/pods": "1"}), True),
        (quota({"pods": "1"}, scopes=["Terminating"]), False),
        (quota({"pods": "1"}, scopes=["NotTerminating"]), True),
    ],
)
def test_a_quota_counts_what_it_names_within_its_scopes(held: Obj, counts: bool) -> None:
    assert bool(resource_quota.charged(held, POD, asking(), None, "web")) is counts


def test_a_service_that_changes_is_charged_for_what_it_adds() -> None:
    held = quota({"services": "5", "services.nodeports": "1"}, {"services": "1", "services.nodeports": "0"})
    old = {"spec": {"type": "ClusterIP", "ports": [{"port": 80}]}}
    new = {"spec": {"type": "NodePort", "ports": [{"port": 80}]}}
    assert resource_quota.charged(held, SERVICE, new, old, "s") == {"services": "1", "services.nodeports": "1"}
    with pytest.raises(ApiError, match=r"exceeded quota: q, requested: services.nodeports=2"):
        resource_quota.charged(held, SERVICE, {"spec": {**new["spec"], "ports": [{}, {}]}}, old, "s")


async def limited(home: Home, **hard: str) -> None:
    """A quota as the resourcequota loop leaves it when nothing is there yet."""
    made = await home.client.create(
        "ResourceQuota", {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard}}
    )
    status = {"hard": hard, "used": dict.fromkeys(hard, "0")}
    await home.client.update("ResourceQuota", {**made, "status": status}, "status")


async def test_of_many_that_come_at_once_only_as_many_as_fit_are_made(home: Home) -> None:
    await limited(home, pods="3")
    made = await asyncio.gather(
        *(home.client.create("Pod", pod(f"web-{index}")) for index in range(10)), return_exceptions=True
    )
    refused = [each for each in made if isinstance(each, ApiError)]
    assert len(refused) == 7
    assert {each.reason for each in refused} == {"Forbidden"}
    assert len((await home.client.list("Pod", "default")).items) == 3
    assert (await home.client.get("ResourceQuota", "q", "default"))["status"]["used"] == {"pods": "3"}


async def test_a_quota_written_by_another_meanwhile_is_read_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await limited(home, configmaps="2")
    real, tries = home.server.storage.update, []

    async def update(*arguments: Any) -> int | None:
        tries.append(arguments)
        return None if len(tries) == 1 else await real(*arguments)

    monkeypatch.setattr(home.server.storage, "update", update)
    await home.client.create("ConfigMap", config_map())
    assert len(tries) == 2
    assert (await home.client.get("ResourceQuota", "q", "default"))["status"]["used"] == {"configmaps": "1"}


async def test_what_nobody_counted_yet_is_counted_at_the_first_need(home: Home) -> None:
    await home.client.create("Pod", pod("first"))
    spec = {"hard": {"pods": "2", "configmaps": "5"}}
    await home.client.create("ResourceQuota", {"metadata": {"name": "q", "namespace": "default"}, "spec": spec})
    await home.client.create("Pod", pod("second"))
    with pytest.raises(ApiError, match="exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"):
        await home.client.create("Pod", pod("third"))
    status = (await home.client.get("ResourceQuota", "q", "default"))["status"]
    assert status == {"hard": {"pods": "2", "configmaps": "5"}, "used": {"pods": "2", "configmaps": "0"}}


async def test_a_dry_run_is_checked_and_not_charged(home: Home) -> None:
    await limited(home, configmaps="1")
    for _ in range(2):
        answer = await home.ask("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", config_map())
        assert answer.status == 201
    assert (await home.client.get("ResourceQuota", "q", "default"))["status"]["used"] == {"configmaps": "0"}
