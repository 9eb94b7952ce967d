"""Services and EndpointSlices become rules."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.kube_proxy import rules


def service(name: str = "web", **spec: Any) -> Obj:
    ports = [{"name": "http", "port": 80, "protocol": "TCP", **spec.pop("port", {})}]
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"clusterIP": "10.96.0.9", "ports": ports, **spec},
    }


def endpoint(ip: str, node: str = "n1", **conditions: Any) -> Obj:
    return {"addresses": [ip], "nodeName": node, "conditions": conditions}


def slice_of(*endpoints: Obj, service_name: str = "web", port: int = 8080) -> Obj:
    return {
        "metadata": {"name": f"{service_name}-1", "namespace": "default", "labels": {rules.SERVICE_NAME: service_name}},
        "ports": [{"name": "http", "port": port}],
        "endpoints": list(endpoints),
    }


def shown(found: list[rules.Rule]) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(rule.address, rule.port, rule.endpoints) for rule in found]


def test_a_cluster_ip_leads_to_its_ready_endpoints() -> None:
    slices = [slice_of(endpoint("10.0.0.2"), endpoint("10.0.0.1", ready=True), endpoint("10.0.0.3", ready=False))]
    assert shown(rules.table([service()], slices, "n1")) == [("10.96.0.9", 80, ("10.0.0.1:8080", "10.0.0.2:8080"))]


def test_without_endpoints_packets_are_rejected_and_headless_services_have_no_rule() -> None:
    assert shown(rules.table([service()], [], "n1")) == [("10.96.0.9", 80, ())]
    assert rules.table([service(clusterIP="None")], [], "n1") == []


def test_ending_endpoints_serve_when_no_other_does() -> None:
    ending = endpoint("10.0.0.1", ready=False, serving=True, terminating=True)
    assert rules.table([service()], [slice_of(ending)], "n1")[0].endpoints == ("10.0.0.1:8080",)
    assert rules.table([service()], [slice_of(ending, endpoint("10.0.0.2"))], "n1")[0].endpoints == ("10.0.0.2:8080",)


@pytest.mark.parametrize(
    ("policy", "inner", "outer"),
    [
        ({}, ("10.0.0.1:8080", "10.0.0.2:8080"), ("10.0.0.1:8080", "10.0.0.2:8080")),
        ({"internalTrafficPolicy": "Local"}, ("10.0.0.2:8080",), ("10.0.0.1:8080", "10.0.0.2:8080")),
        ({"externalTrafficPolicy": "Local"}, ("10.0.0.1:8080", "10.0.0.2:8080"), ("10.0.0.2:8080",)),
    ],
)
def test_a_traffic_policy_keeps_to_the_node(policy: Any, inner: tuple[str, ...], outer: tuple[str, ...]) -> None:
    slices = [slice_of(endpoint("10.0.0.1", "n1"), endpoint("10.0.0.2", "n2"))]
    found = rules.table([service(port={"nodePort": 30080}, **policy)], slices, "n2")
    assert shown(found) == [("*", 30080, outer), ("10.96.0.9", 80, inner)]


def test_external_addresses_have_rules_of_their_own() -> None:
    one = service(externalIPs=["192.0.2.1"])
    one["status"] = {"loadBalancer": {"ingress": [{"ip": "192.0.2.2"}]}}
    assert [rule.address for rule in rules.table([one], [], "n1")] == ["10.96.0.9", "192.0.2.1", "192.0.2.2"]
