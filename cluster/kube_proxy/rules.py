"""Services and EndpointSlices → rules. Pure. Models: pkg/proxy/{servicechangetracker,endpointslicecache,topology}.go v1.37"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj

SERVICE_NAME = "kubernetes.io/service-name"


@dataclass(frozen=True, slots=True)
class Rule:
    """Packets to `address`:`port` go to one of `endpoints` ("ip:port"), or are rejected when there is none."""

    service: str
    port_name: str
    protocol: str
    address: str
    port: int
    endpoints: tuple[str, ...]
    affinity: str = "None"


def table(services: Iterable[Obj], slices: Iterable[Obj], node_name: str) -> list[Rule]:
    """All rules of a node, in the order of their addresses."""
    by_service: dict[str, list[Obj]] = {}
    for each in slices:
        by_service.setdefault(f"{meta.namespace_of(each)}/{meta.labels_of(each).get(SERVICE_NAME, '')}", []).append(
            each
        )
    rules: list[Rule] = []
    for service in services:
        spec = service["spec"]
        if spec.get("clusterIP") in (None, "", "None"):
            continue
        for port in spec.get("ports") or ():
            rules += _rules(service, port, by_service.get(meta.key_of(service), []), node_name)
    return sorted(rules, key=lambda rule: (rule.address, rule.port, rule.protocol))


def _rules(service: Obj, port: Obj, slices: list[Obj], node_name: str) -> list[Rule]:
    spec, name, protocol = service["spec"], port.get("name", ""), port.get("protocol", "TCP")
    inner = _endpoints(slices, name, node_name if spec.get("internalTrafficPolicy") == "Local" else "")
    outer = _endpoints(slices, name, node_name if spec.get("externalTrafficPolicy") == "Local" else "")
    key, affinity = meta.key_of(service), spec.get("sessionAffinity", "None")
    found = [Rule(key, name, protocol, spec["clusterIP"], port["port"], inner, affinity)]
    if port.get("nodePort"):
        found.append(Rule(key, name, protocol, "*", port["nodePort"], outer, affinity))
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    for address in [*(each.get("ip") for each in ingress), *(spec.get("externalIPs") or ())]:
        if address:
            found.append(Rule(key, name, protocol, address, port["port"], outer, affinity))
    return found


def _endpoints(slices: list[Obj], port_name: str, only_node: str) -> tuple[str, ...]:
    """The ready ones; when there is none, those that end but still serve. Models: topology.go CategorizeEndpoints"""
    ready: list[str] = []
    ending: list[str] = []
    for each in slices:
        numbers = [port["port"] for port in each.get("ports") or () if port.get("name", "") == port_name]
        for endpoint in each.get("endpoints") or () if numbers else ():
            if only_node and endpoint.get("nodeName") != only_node:
                continue
            conditions = endpoint.get("conditions") or {}
            found = [f"{address}:{numbers[0]}" for address in endpoint["addresses"]]
            if conditions.get("ready") is not False:
                ready += found
            elif conditions.get("serving") and conditions.get("terminating"):
                ending += found
    return tuple(sorted(ready or ending))
