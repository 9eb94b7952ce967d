"""Pod networks, annotations, quotas, sweeping, namespaces: one loop each."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.controllers.ttl import step_for

from .conftest import Office


async def test_every_node_gets_the_next_free_subnet(office: Office) -> None:
    await office.make("Node", "old", spec={"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24"]})
    await office.start("nodeipam")
    for name in ("n1", "n2"):
        await office.make("Node", name)
    found = [(await office.get("Node", name))["spec"]["podCIDR"] for name in ("old", "n1", "n2")]
    assert found == ["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"]
    await office.delete("Node", "n1")
    await office.make("Node", "n3")
    assert (await office.get("Node", "n3"))["spec"]["podCIDRs"] == ["10.244.3.0/24"]


async def test_a_node_is_told_how_long_it_may_keep_secrets(office: Office) -> None:
    await office.start("ttl")
    await office.make("Node", "n1")
    assert (await office.get("Node", "n1"))["metadata"]["annotations"] == {"node.alpha.kubernetes.io/ttl": "0"}


@pytest.mark.parametrize(
    ("step", "count", "found"), [(0, 100, 0), (0, 101, 1), (1, 95, 1), (1, 89, 0), (0, 2001, 4), (5, 1, 0)]
)
def test_the_time_to_keep_grows_with_the_cluster(step: int, count: int, found: int) -> None:
    assert step_for(step, count) == found


async def test_a_quotas_status_follows_what_is_used(office: Office) -> None:
    await office.start("resourcequota")
    hard = {"pods": "5", "requests.cpu": "2", "memory": "1Gi", "count/deployments.apps": "3", "services.nodeports": "1"}
    await office.make("ResourceQuota", "q", spec={"hard": hard})
    resources = {"requests": {"cpu": "250m", "memory": "64Mi"}}
    for name in ("a", "b"):
        await office.pod(name, containers=[{"name": "c", "image": "nginx", "resources": resources}])
    await office.clock.advance(1)
    status = (await office.get("ResourceQuota", "q"))["status"]
    assert status["hard"] == hard
    assert status["used"] == {
        "pods": "2", "requests.cpu": "500m", "memory": "128Mi", "count/deployments.apps": "0", "services.nodeports": "0",
    }  # fmt: skip
    await office.runs("a", phase="Succeeded")
    await office.delete("Pod", "b", gracePeriodSeconds=0)
    await office.clock.advance(1)
    assert (await office.get("ResourceQuota", "q"))["status"]["used"]["pods"] == "0"


async def test_what_admission_has_charged_is_not_counted_away_before_it_is_there(office: Office) -> None:
    await office.start("resourcequota")
    quota = await office.make("ResourceQuota", "q", spec={"hard": {"configmaps": "5"}})
    quota = await office.get("ResourceQuota", "q")
    charged = {**quota, "status": {**quota["status"], "used": {"configmaps": "3"}}}
    await office.client.update("ResourceQuota", charged, "status")
    await office.make("ConfigMap", "one")
    await office.clock.advance(1)
    assert (await office.get("ResourceQuota", "q"))["status"]["used"] == {"configmaps": "4"}
    await office.delete("ConfigMap", "one")
    await office.clock.advance(1)
    assert (await office.get("ResourceQuota", "q"))["status"]["used"] == {"configmaps": "0"}


async def test_a_scoped_quota_counts_its_own_pods_only(office: Office) -> None:
    await office.start("resourcequota")
    await office.make("ResourceQuota", "q", spec={"hard": {"pods": "5"}, "scopes": ["Terminating"]})
    await office.pod("ends", activeDeadlineSeconds=60)
    await office.pod("stays")
    await office.clock.advance(1)
    assert (await office.get("ResourceQuota", "q"))["status"]["used"] == {"pods": "1"}


async def test_pods_of_a_node_that_is_gone_are_swept_after_a_while(office: Office) -> None:
    await office.node("n1")
    await office.pod("web", on="n1")
    await office.pod("free")
    await office.start("podgc")
    await office.delete("Node", "n1")
    await office.clock.advance(39)
    assert await office.names("Pod") == ["free", "web"]
    await office.clock.advance(41)
    assert await office.names("Pod") == ["free"]


async def test_a_namespace_says_what_holds_it_up_and_goes_when_it_is_empty(office: Office) -> None:
    await office.start("namespace")
    await office.make("Namespace", "shop")
    await office.make("ConfigMap", "plain", "shop")
    await office.make("ConfigMap", "held", "shop", metadata={"finalizers": ["example.com/hold"]})
    await office.delete("Namespace", "shop")
    await office.clock.advance(1)
    namespace = await office.get("Namespace", "shop")
    assert namespace["status"]["phase"] == "Terminating"
    remaining = meta.condition_of(namespace, "NamespaceContentRemaining") or {}
    assert remaining["message"] == "Some resources are remaining: configmaps. has 1 resource instances"
    holding = meta.condition_of(namespace, "NamespaceFinalizersRemaining") or {}
    assert holding["message"] == (
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    )
    await office.change("ConfigMap", "held", {"metadata": {"finalizers": None}}, "shop")
    await office.clock.advance(1)
    assert "shop" not in await office.names("Namespace")


async def test_default_accounts_and_the_root_certificate_come_with_a_namespace(office: Office) -> None:
    await office.start("serviceaccount", "root-ca-certificate-publisher")
    await office.make("Namespace", "shop")
    assert await office.names("ServiceAccount", "shop") == ["default"]
    assert (await office.get("ConfigMap", "kube-root-ca.crt", "shop"))["data"] == {"ca.crt": "CA"}
    await office.delete("ServiceAccount", "default", "shop")
    assert await office.names("ServiceAccount", "shop") == ["default"]


async def test_each_loop_is_stopped_started_and_looked_into_alone(office: Office) -> None:
    await office.start("ttl", "nodeipam")
    await office.manager.stop_loop("ttl")
    await office.make("Node", "n1")
    states = {each["name"]: each for each in office.manager.loops()}
    assert (states["ttl"]["running"], states["nodeipam"]["running"], states["podgc"]["running"]) == (False, True, False)
    assert (states["nodeipam"]["queue"], states["nodeipam"]["last"]) == (0, "n1")
    await office.start("ttl")
    assert "annotations" in (await office.get("Node", "n1"))["metadata"]


async def test_a_loop_that_is_stopped_leaves_no_handler(office: Office) -> None:
    await office.start("ttl", "replicaset")
    before = sum(each.handlers for each in office.manager.informers.all())
    for _ in range(3):
        await office.manager.stop_loop("replicaset")
        assert sum(each.handlers for each in office.manager.informers.all()) < before
        await office.start("replicaset")
    assert sum(each.handlers for each in office.manager.informers.all()) == before
    await office.make("Node", "n1")
    assert "annotations" in (await office.get("Node", "n1"))["metadata"]


async def test_one_poisoned_object_stops_no_loop(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from cluster.controllers import ttl

    real = ttl.TtlLoop.reconcile

    async def poisoned(self: Any, key: str) -> Any:
        if key == "bad":
            raise RuntimeError("poison")
        return await real(self, key)

    monkeypatch.setattr(ttl.TtlLoop, "reconcile", poisoned)
    await office.start("ttl")
    for name in ("bad", "good"):
        await office.make("Node", name)
    assert "annotations" in (await office.get("Node", "good"))["metadata"]
    state = next(each for each in office.manager.loops() if each["name"] == "ttl")
    assert state["reconciled"] > 1


async def test_a_loop_that_is_stopped_tells_no_more(office: Office) -> None:
    await office.start("ttl")
    node = await office.make("Node", "n1")
    loop = office.manager.running["ttl"]
    for number in range(3):
        loop.events.event({"apiVersion": "v1", "kind": "Node", **node}, "Normal", "Told", f"{number}")
    await office.manager.stop_loop("ttl")
    assert await office.events("Told") == []
    assert loop.events.dropped == 3


async def test_a_status_that_is_refused_because_of_a_change_is_written_soon_after(office: Office) -> None:
    await office.start("resourcequota")
    await office.make("ResourceQuota", "q", spec={"hard": {"pods": "5"}})
    loop = office.manager.running["resourcequota"]
    stale = await office.get("ResourceQuota", "q")
    await office.change("ResourceQuota", "q", {"metadata": {"labels": {"a": "b"}}})
    assert await loop.write_status("ResourceQuota", stale, {"used": {"pods": "9"}}) is None
    done = loop.reconciled
    await office.clock.advance(1)
    assert loop.reconciled > done
    assert await loop.write_status("ResourceQuota", None, {}) is None
    fresh = await office.get("ResourceQuota", "q")
    assert await loop.write_status("ResourceQuota", fresh, fresh["status"]) is fresh
    await office.delete("ResourceQuota", "q")
    assert await loop.write_status("ResourceQuota", fresh, {"used": {"pods": "9"}}) is None
