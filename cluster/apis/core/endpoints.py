"""Endpoints: the addresses behind a Service, the old way. New clients use EndpointSlice.

Models: pkg/registry/core/endpoint/strategy.go, printers.go printEndpoints v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core.container import PROTOCOLS
from cluster.apis.registry import Column, Kind


def default(obj: Obj) -> None:
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            if not port.get("protocol"):
                port["protocol"] = "TCP"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    if old is not None and new.get("subsets") == old.get("subsets"):
        return faults
    for index, subset in enumerate(new.get("subsets") or ()):
        at = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            faults.append(validation.required(at, "must specify `addresses` or `notReadyAddresses`"))
        for field in ("addresses", "notReadyAddresses"):
            for position, address in enumerate(subset.get(field) or ()):
                faults += _address(address, f"{at}.{field}[{position}]")
        faults += _ports(subset.get("ports") or (), f"{at}.ports")
    return faults


def _address(address: Obj, at: str) -> list[FieldError]:
    faults = validation.ip(f"{at}.ip", address.get("ip") or "")
    if hostname := address.get("hostname"):
        faults += validation.each(f"{at}.hostname", hostname, names.dns1123_label(hostname))
    if node_name := address.get("nodeName"):
        faults += validation.each(f"{at}.nodeName", node_name, names.dns1123_subdomain(node_name))
    return faults


def _ports(ports: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, port in enumerate(ports):
        name, where = port.get("name"), f"{at}[{index}]"
        if name:
            faults += validation.each(f"{where}.name", name, names.dns1123_label(name))
        elif len(ports) > 1:
            faults.append(validation.required(f"{where}.name"))
        faults += validation.port(f"{where}.port", port.get("port") or 0)
        faults += validation.one_of(f"{where}.protocol", port.get("protocol"), PROTOCOLS)
    return faults


def addresses_cell(obj: Obj, now: float) -> str:
    texts: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [each.get("ip", "") for each in subset.get("addresses") or ()]
        ports = [port["port"] for port in subset.get("ports") or ()]
        texts += [f"{ip}:{port}" for port in ports for ip in map(_bracketed, addresses)] if ports else addresses
    return columns.listed(texts, "" if obj.get("subsets") else columns.NONE)


def _bracketed(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


KIND = Kind(
    group="",
    version="v1",
    kind="Endpoints",
    plural="endpoints",
    schema="io.k8s.api.core.v1.Endpoints",
    short_names=("ep",),
    columns=(
        columns.NAME,
        Column("Endpoints", addresses_cell, description="The set of all endpoints is the union of all subsets."),
        columns.AGE,
    ),
    default=default,
    prepare=strategy.keep_generation,
    validate=validate,
    storage_group="services/endpoints",
    deprecated="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
)
