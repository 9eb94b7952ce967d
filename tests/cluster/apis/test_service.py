"""Service: defaults, what was given stays, what may be asked for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.apis.core import service


def a_service(**spec: Any) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}], **spec}}


def given(services: Any, ip: str = "10.96.0.9", **spec: Any) -> Obj:
    """A Service as it is stored once the allocators gave it an address."""
    return services.made(a_service(clusterIP=ip, **spec))  # type: ignore[no-any-return]  # a fixture's answer


@pytest.fixture
def services(served: Any) -> Any:
    return served("Service")


@pytest.mark.parametrize(
    ("spec", "stored"),
    [
        ({}, {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster"}),
        ({}, {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}),
        ({"ports": [{"port": 80}]}, {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}]}),
        ({"type": "NodePort"}, {"externalTrafficPolicy": "Cluster"}),
        ({"type": "LoadBalancer"}, {"externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True}),
        ({"externalIPs": ["1.2.3.4"]}, {"externalTrafficPolicy": "Cluster"}),
        ({"sessionAffinity": "ClientIP"}, {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}}),
        ({"clusterIP": "None", "selector": {"a": "b"}}, {"clusterIPs": ["None"], "ipFamilyPolicy": "SingleStack"}),
        ({"clusterIP": "None"}, {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack"}),
    ],
)
def test_a_service_gets_upstream_s_defaults(spec: Obj, stored: Obj, services: Any) -> None:
    made = services.made(a_service(**spec))
    assert {name: made["spec"].get(name) for name in stored} == stored
    assert made["status"] == {"loadBalancer": {}}
    assert services.told(made) == []


def test_an_external_name_has_no_address_and_no_families(services: Any) -> None:
    made = services.made({"metadata": {"name": "d"}, "spec": {"type": "ExternalName", "externalName": "example.com"}})
    assert made["spec"] == {"type": "ExternalName", "externalName": "example.com", "sessionAffinity": "None"}
    assert services.told(made) == []


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"ports": []}, "spec.ports: Required value"),
        (
            {"type": "Bogus"},
            'spec.type: Unsupported value: "Bogus": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
        ),
        ({"ports": [{"port": 0}]}, "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
        (
            {"ports": [{"port": 80, "protocol": "HTTP"}]},
            'spec.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
        ),
        ({"ports": [{"port": 80}, {"port": 81, "name": "b"}]}, "spec.ports[0].name: Required value"),
        (
            {"ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "a"}]},
            'spec.ports[1].name: Duplicate value: "a"',
        ),
        (
            {"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}]},
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
        ),
        (
            {"ports": [{"port": 80, "targetPort": "a_b"}]},
            'spec.ports[0].targetPort: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and '
            "hyphens (-)",
        ),
        (
            {"ports": [{"port": 80, "nodePort": 30000}]},
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        ),
        (
            {"sessionAffinity": "Maybe"},
            'spec.sessionAffinity: Unsupported value: "Maybe": supported values: "ClientIP", "None"',
        ),
        (
            {"clusterIP": "nowhere"},
            'spec.clusterIPs[0]: Invalid value: "nowhere": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
        (
            {"clusterIP": "None", "type": "NodePort"},
            "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
        ),
        ({"type": "ExternalName", "ports": []}, "spec.externalName: Required value"),
        (
            {"externalTrafficPolicy": "Local"},
            'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        ),
        (
            {"internalTrafficPolicy": "Near"},
            'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
        ),
        (
            {"loadBalancerClass": "a.b/c"},
            "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        ),
        ({"selector": {"a b": "c"}}, 'spec.selector: Invalid value: "a b": name part must consist of'),
    ],
)
def test_a_service_is_refused_in_upstream_s_words(spec: Obj, fault: str, services: Any) -> None:
    assert any(found.startswith(fault) for found in services.told(services.made(a_service(**spec))))


def test_a_client_that_leaves_out_what_was_given_keeps_it(services: Any) -> None:
    old = given(services, type="NodePort", ports=[{"port": 80, "name": "a", "nodePort": 30080}])
    spec: Obj = {"type": "NodePort", "ports": [{"port": 81, "name": "a"}, {"port": 82, "name": "b"}]}
    new = services.changed(old, spec=spec)
    assert (new["spec"]["clusterIP"], new["spec"]["clusterIPs"]) == ("10.96.0.9", ["10.96.0.9"])
    assert [port.get("nodePort") for port in new["spec"]["ports"]] == [30080, None]
    assert services.told(new, old) == []


def test_a_cluster_ip_is_kept_for_life(services: Any) -> None:
    old = given(services)
    other = services.changed(old, spec={**old["spec"], "clusterIP": "10.96.0.10"})
    assert services.told(other, old) == ['spec.clusterIPs[0]: Invalid value: ["10.96.0.10"]: may not change once set']


def test_who_becomes_an_external_name_gives_everything_back(services: Any) -> None:
    old = given(services, type="NodePort", ports=[{"port": 80, "nodePort": 30080}])
    spec = {**copy.deepcopy(old["spec"]), "type": "ExternalName", "externalName": "example.com"}
    new = services.changed(old, spec=spec)
    assert not {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "externalTrafficPolicy"} & set(new["spec"])
    assert "nodePort" not in new["spec"]["ports"][0]
    assert services.told(new, old) == []


def test_who_becomes_a_plain_service_gives_its_node_ports_back(services: Any) -> None:
    old = given(services, type="NodePort", ports=[{"port": 80, "nodePort": 30080}])
    new = services.changed(old, spec={**copy.deepcopy(old["spec"]), "type": "ClusterIP"})
    assert "nodePort" not in new["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in new["spec"]
    assert services.told(new, old) == []


def test_status_is_written_through_its_own_door(services: Any) -> None:
    old = given(services, type="LoadBalancer")
    ingress = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert services.changed(old, status=ingress)["status"] == {"loadBalancer": {}}
    new = services.changed(old, "status", status=ingress)
    assert new["status"]["loadBalancer"]["ingress"] == [{"ip": "1.2.3.4", "ipMode": "VIP"}]
    assert services.told(new, old, "status") == []
    plain = given(services)
    refused = services.changed(plain, "status", status=ingress)
    text = "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    assert services.told(refused, plain, "status") == [text]


@pytest.mark.parametrize(
    ("spec", "status", "shown"),
    [
        ({"type": "ClusterIP"}, {}, "<none>"),
        ({"type": "ClusterIP", "externalIPs": ["1.1.1.1", "2.2.2.2"]}, {}, "1.1.1.1,2.2.2.2"),
        ({"type": "LoadBalancer"}, {}, "<pending>"),
        (
            {"type": "LoadBalancer"},
            {"loadBalancer": {"ingress": [{"ip": "9.9.9.9"}, {"hostname": "lb"}]}},
            "9.9.9.9,lb",
        ),
        (
            {"type": "LoadBalancer", "externalIPs": ["1.1.1.1"]},
            {"loadBalancer": {"ingress": [{"ip": "9.9.9.9"}]}},
            "9.9.9.9,1.1.1.1",
        ),
        ({"type": "ExternalName", "externalName": "example.com"}, {}, "example.com"),
    ],
)
def test_the_external_address_is_shown_by_type(spec: Obj, status: Obj, shown: str) -> None:
    assert service.external_ip_cell({"spec": spec, "status": status}, 0.0) == shown
