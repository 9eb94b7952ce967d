"""Services' addresses inside and outside the cluster, as objects and as statuses."""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import meta

from .conftest import Office


async def service(office: Office, name: str = "web", **spec: Any) -> None:
    await office.make("Service", name, spec={"ports": [{"port": 80}], "selector": {"app": "web"}, **spec})


async def outside(office: Office, name: str = "web") -> list[str]:
    balancer = (await office.get("Service", name))["status"].get("loadBalancer") or {}
    return [each["ip"] for each in balancer.get("ingress") or ()]


async def test_a_load_balancer_gets_an_address_and_gives_it_back(office: Office) -> None:
    await office.start("service-lb-controller")
    await service(office, type="LoadBalancer")
    await service(office, "inside")
    await service(office, "of-others", type="LoadBalancer", loadBalancerClass="example.com/lb")
    assert [await outside(office, name) for name in ("web", "inside", "of-others")] == [["172.18.255.1"], [], []]
    assert await office.events("EnsuredLoadBalancer") == ["Ensured load balancer"]
    await office.change("Service", "web", {"spec": {"type": "ClusterIP"}})
    found = await office.get("Service", "web")
    assert (await outside(office), found["metadata"].get("finalizers")) == ([], None)
    await office.change("Service", "web", {"spec": {"type": "LoadBalancer"}})
    await office.delete("Service", "web")
    assert "web" not in await office.names("Service")
    assert await office.events("DeletedLoadBalancer")


async def test_an_address_that_is_asked_for_is_given_once(office: Office) -> None:
    await office.start("service-lb-controller")
    await service(office, type="LoadBalancer", loadBalancerIP="172.18.255.9")
    await service(office, "second", type="LoadBalancer", loadBalancerIP="172.18.255.9")
    await service(office, "far", type="LoadBalancer", loadBalancerIP="8.8.8.8")
    assert [await outside(office, name) for name in ("web", "second", "far")] == [["172.18.255.9"], [], []]
    prefix = "Error syncing load balancer: failed to ensure load balancer: requested address "
    assert sorted(await office.events("SyncLoadBalancerFailed")) == [
        prefix + "172.18.255.9 is in use", prefix + "8.8.8.8 is not in 172.18.255.0/24",
    ]  # fmt: skip
    await office.delete("Service", "web")
    await office.clock.advance(31)
    assert await outside(office, "second") == ["172.18.255.9"]


async def test_every_address_of_a_service_is_an_object(office: Office) -> None:
    await office.start("service-cidr-controller")
    await service(office, clusterIP="10.96.0.50")
    await service(office, "headless", clusterIP="None")
    found = await office.get("IPAddress", "10.96.0.50")
    assert found["spec"]["parentRef"] == {"resource": "services", "namespace": "default", "name": "web"}
    assert found["metadata"]["labels"]["ipaddress.kubernetes.io/managed-by"] == "ipallocator.k8s.io"
    assert await office.names("IPAddress") == ["10.96.0.1", "10.96.0.50"]
    await office.delete("Service", "web")
    assert await office.names("IPAddress") == ["10.96.0.1"]


async def test_a_range_with_addresses_outlives_its_deletion(office: Office) -> None:
    await office.start("service-cidr-controller")
    kubernetes = await office.get("ServiceCIDR", "kubernetes")
    assert meta.is_condition_true(kubernetes, "Ready")
    await office.make("ServiceCIDR", "more", spec={"cidrs": ["10.200.0.0/24"]})
    reference = {"resource": "services", "namespace": "default", "name": "x"}
    await office.make("IPAddress", "10.200.0.7", spec={"parentRef": reference})
    await office.delete("ServiceCIDR", "more")
    told = meta.condition_of(await office.get("ServiceCIDR", "more"), "Ready") or {}
    assert (told["status"], told["reason"]) == ("False", "Terminating")
    await office.delete("IPAddress", "10.200.0.7")
    await office.clock.advance(11)
    assert await office.names("ServiceCIDR") == ["kubernetes"]
