"""Ingress, IngressClass, NetworkPolicy, IPAddress and ServiceCIDR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cluster.apimachinery.meta import Obj

Served = Callable[[str], Any]
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}


def an_ingress(path: Obj, **spec: Any) -> Obj:
    return {"metadata": {"name": "i"}, "spec": {"rules": [{"http": {"paths": [path]}}], **spec}}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ({"path": "/a", "pathType": "Prefix", "backend": BACKEND}, []),
        (
            {"path": "x", "pathType": "Prefix", "backend": BACKEND},
            ['path: Invalid value: "x": must be an absolute path'],
        ),
        (
            {"path": "/a//b", "pathType": "Exact", "backend": BACKEND},
            ["path: Invalid value: \"/a//b\": must not contain '//'"],
        ),
        ({"path": "/", "backend": BACKEND}, ["pathType: Required value: pathType must be specified"]),
        (
            {"pathType": "ImplementationSpecific", "backend": {"service": {"name": "web"}}},
            ["backend: Required value: port name or number is required"],
        ),
        (
            {"path": "/", "pathType": "Exact", "backend": {"service": {"name": "Web", "port": {"name": "http"}}}},
            ['backend.service.name: Invalid value: "Web": a DNS-1035 label must consist of lower case'],
        ),
        (
            {"path": "/", "pathType": "Exact", "backend": {**BACKEND, "resource": {"kind": "A", "name": "b"}}},
            ['backend: Invalid value: "": cannot set both resource and service backends'],
        ),
    ],
)
def test_an_ingress_path_is_judged(path: Obj, told: list[str], served: Served) -> None:
    ingresses = served("Ingress")
    found = ingresses.told(ingresses.made(an_ingress(path)))
    assert len(found) == len(told)
    assert all(line.startswith(f"spec.rules[0].http.paths[0].{start}") for line, start in zip(found, told, strict=True))


def test_an_ingress_leads_somewhere(served: Served) -> None:
    ingresses = served("Ingress")
    told = ingresses.told(ingresses.made({"metadata": {"name": "i"}, "spec": {}}))
    assert told == ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]


@pytest.mark.parametrize(
    ("host", "good"), [("a.example", True), ("*.example", True), ("10.0.0.1", False), ("a*", False)]
)
def test_a_host_is_a_name_maybe_with_a_wildcard(host: str, good: bool, served: Served) -> None:
    ingresses = served("Ingress")
    obj = {"metadata": {"name": "i"}, "spec": {"rules": [{"host": host}]}}
    assert (not ingresses.told(ingresses.made(obj))) is good


def test_an_ingress_row(served: Served) -> None:
    rules = [{"host": f"h{number}"} for number in range(5)]
    obj = {"spec": {"rules": rules, "tls": [{}], "ingressClassName": "nginx"}, "metadata": {"name": "i"}}
    made = served("Ingress").made(obj)
    made["status"] = {"loadBalancer": {"ingress": [{"ip": "10.0.0.2"}, {"hostname": "a.very.long.name"}]}}
    assert served("Ingress").row(made)[1:5] == ["nginx", "h0,h1,h2 + 2 more...", "10.0.0.2,a.ve...", "80, 443"]


def test_an_ingress_class_names_a_controller_that_stays(served: Served) -> None:
    classes = served("IngressClass")
    made = classes.made({"metadata": {"name": "c"}, "spec": {"controller": "nocontroller"}})
    assert classes.told(made) == [
        'spec.controller: Invalid value: "nocontroller": must be a domain-prefixed path (such as "acme.io/foo")'
    ]
    made = classes.made(
        {"spec": {"controller": "a.io/b", "parameters": {"kind": "P", "name": "p", "apiGroup": "g.io"}}}
    )
    assert made["spec"]["parameters"]["scope"] == "Cluster"
    assert classes.row(made)[1:3] == ["a.io/b", "P.g.io/p"]
    changed = classes.changed(made, spec={"controller": "a.io/other"})
    assert changed["metadata"]["generation"] == 2
    assert classes.told(changed, made) == ['spec.controller: Invalid value: "a.io/other": field is immutable']


@pytest.mark.parametrize(
    ("spec", "types"),
    [({}, ["Ingress"]), ({"egress": [{}]}, ["Ingress", "Egress"]), ({"policyTypes": ["Egress"]}, ["Egress"])],
)
def test_a_network_policy_says_which_ways_it_governs(spec: Obj, types: list[str], served: Served) -> None:
    made = served("NetworkPolicy").made({"spec": spec})
    assert made["spec"]["policyTypes"] == types
    assert served("NetworkPolicy").row(made)[1] == "<none>"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"from": [{}]}, "from[0]: Required value: must specify a peer"),
        ({"from": [{"ipBlock": {"cidr": "10.0.0.0"}}]}, "from[0].ipBlock.cidr: Invalid value: "),
        (
            {"from": [{"ipBlock": {"cidr": "10.0.0.0/24", "except": ["10.0.0.0/24"]}}]},
            'from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/24": must be a strict subset of `cidr`',
        ),
        (
            {"ports": [{"port": 90, "endPort": 80}]},
            "ports[0].endPort: Invalid value: 80: must be greater than or equal",
        ),
        ({"ports": [{"port": "http", "endPort": 80}]}, "ports[0].endPort: Invalid value: 80: endPort may not be"),
        ({"ports": [{"protocol": "ICMP"}]}, 'ports[0].protocol: Unsupported value: "ICMP"'),
    ],
)
def test_a_rule_of_a_network_policy_is_judged(rule: Obj, told: str, served: Served) -> None:
    policies = served("NetworkPolicy")
    (found,) = policies.told(policies.made({"metadata": {"name": "n"}, "spec": {"ingress": [rule]}}))
    assert found.startswith(f"spec.ingress[0].{told}")


def test_an_address_is_named_by_itself_and_has_a_parent(served: Served) -> None:
    addresses = served("IPAddress")
    parent = {"resource": "services", "namespace": "default", "name": "web"}
    made = addresses.made({"metadata": {"name": "10.96.0.9"}, "spec": {"parentRef": parent}})
    assert addresses.told(made) == []
    assert addresses.row(made)[1] == "services/default/web"
    assert addresses.told(addresses.made({"metadata": {"name": "x"}, "spec": {}})) == [
        'metadata.name: Invalid value: "x": must be a valid IP address',
        "spec.parentRef: Required value",
    ]


def test_a_range_of_services_only_grows(served: Served) -> None:
    ranges = served("ServiceCIDR")
    made = ranges.made({"spec": {"cidrs": ["10.96.0.0/12"]}})
    assert ranges.row(made)[1] == "10.96.0.0/12"
    assert ranges.told(ranges.changed(made, spec={"cidrs": ["10.96.0.0/12", "fd00::/108"]}), made) == []
    assert ranges.told(ranges.changed(made, spec={"cidrs": ["10.0.0.0/12"]}), made)
