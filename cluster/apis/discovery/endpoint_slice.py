"""EndpointSlice: some of the addresses behind a Service.

Models: pkg/registry/discovery/endpointslice/strategy.go, pkg/apis/discovery/validation/validation.go v1.37
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core.container import PROTOCOLS
from cluster.apis.registry import Column, Kind

ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
VERSIONS = {"IPv4": 4, "IPv6": 6}
MOST_ENDPOINTS, MOST_ADDRESSES, MOST_PORTS, MOST_HINTS = 1000, 100, 20000, 8
COUNTED = ("endpoints", "ports", "addressType")


def default(obj: Obj) -> None:
    for port in obj.get("ports") or ():
        if port.get("name") is None:
            port["name"] = ""
        if port.get("protocol") is None:
            port["protocol"] = "TCP"


def prepare(new: Obj, old: Obj | None) -> None:
    """generation counts all changes but those of annotations and the like."""
    strategy.counted(new, old)
    if old is None:
        return
    same_labels = (new["metadata"].get("labels") or {}) == (old["metadata"].get("labels") or {})
    if not same_labels or any((new.get(name) or None) != (old.get(name) or None) for name in COUNTED):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    kind = new.get("addressType") or ""
    faults += validation.one_of("addressType", kind, ADDRESS_TYPES)
    faults += _ports(new.get("ports") or ())
    if old is None or new.get("endpoints") != old.get("endpoints"):
        faults += _endpoints(new.get("endpoints") or (), kind)
    if old is not None:
        faults += validation.immutable("addressType", kind, old.get("addressType"))
    return faults


def _endpoints(endpoints: Sequence[Obj], kind: str) -> list[FieldError]:
    if len(endpoints) > MOST_ENDPOINTS:
        return [validation.too_many("endpoints", len(endpoints), MOST_ENDPOINTS)]
    faults: list[FieldError] = []
    for index, endpoint in enumerate(endpoints):
        at, addresses = f"endpoints[{index}]", endpoint.get("addresses") or ()
        if not addresses:
            faults.append(validation.required(f"{at}.addresses", "must contain at least 1 address"))
        elif len(addresses) > MOST_ADDRESSES:
            faults.append(validation.too_many(f"{at}.addresses", len(addresses), MOST_ADDRESSES))
        for position, address in enumerate(addresses):
            faults += _address(address, kind, f"{at}.addresses", position)
        if node_name := endpoint.get("nodeName"):
            faults += validation.each(f"{at}.nodeName", node_name, names.dns1123_subdomain(node_name))
        if hostname := endpoint.get("hostname"):
            faults += validation.each(f"{at}.hostname", hostname, names.dns1123_label(hostname))
        if zones := (endpoint.get("hints") or {}).get("forZones"):
            faults += _zones(zones, f"{at}.hints.forZones")
    return faults


def _address(address: str, kind: str, at: str, index: int) -> list[FieldError]:
    if kind == "FQDN":
        found = names.dns1123_subdomain(address.removesuffix("."))
        if not found and "." not in address.removesuffix("."):
            found = ["should be a domain with at least two segments separated by dots"]
        return validation.each(f"{at}[{index}]", address, found)
    if kind not in VERSIONS:
        return []
    if faults := validation.ip(f"{at}[{index}]", address):
        return faults
    parsed = ipaddress.ip_address(address)
    if parsed.version != VERSIONS[kind]:
        return [validation.invalid(at, address, f"must be an {kind} address")]
    return special_ip(address, f"{at}[{index}]")


def special_ip(address: str, at: str) -> list[FieldError]:
    """No endpoint may have an address that means something else. Models: core/validation ValidateEndpointIP"""
    parsed = ipaddress.ip_address(address)
    for means, text in (
        (parsed.is_unspecified, "may not be unspecified (0.0.0.0 or ::)"),
        (parsed.is_loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (parsed.is_link_local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (address.startswith("224.0.0."), "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    ):
        if means:
            return [validation.invalid(at, address, text)]
    return []


def _zones(zones: Sequence[Obj], at: str) -> list[FieldError]:
    if len(zones) > MOST_HINTS:
        return [validation.too_many(at, len(zones), MOST_HINTS)]
    faults: list[FieldError] = []
    seen = set()
    for index, zone in enumerate(zones):
        name = zone.get("name") or ""
        if name in seen:
            faults.append(validation.duplicate(f"{at}[{index}].name", name))
        seen.add(name)
        faults += validation.each(f"{at}[{index}].name", name, labels.validate_value(name))
    return faults


def _ports(ports: Sequence[Obj]) -> list[FieldError]:
    if len(ports) > MOST_PORTS:
        return [validation.too_many("ports", len(ports), MOST_PORTS)]
    faults: list[FieldError] = []
    seen = set()
    for index, port in enumerate(ports):
        at, name = f"ports[{index}]", port.get("name") or ""
        if name:
            faults += validation.each(f"{at}.name", name, names.dns1123_label(name))
        if name in seen:
            faults.append(validation.duplicate(f"{at}.name", name))
        seen.add(name)
        faults += validation.one_of(f"{at}.protocol", port.get("protocol"), PROTOCOLS)
        if protocol := port.get("appProtocol"):
            faults += validation.each(f"{at}.appProtocol", protocol, names.qualified_name(protocol))
    return faults


def ports_cell(obj: Obj, now: float) -> str:
    numbers = [
        str(port["port"]) if port.get("port") is not None else port.get("name", "*") for port in obj.get("ports") or ()
    ]
    return columns.listed(numbers, "<unset>")


def addresses_cell(obj: Obj, now: float) -> str:
    found = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    return columns.listed(found, "<unset>")


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    plural="endpointslices",
    schema="io.k8s.api.discovery.v1.EndpointSlice",
    columns=(
        columns.NAME,
        Column(
            "AddressType",
            columns.field("", "addressType"),
            description="addressType specifies the type of address carried by this EndpointSlice.",
        ),
        Column(
            "Ports",
            ports_cell,
            description="ports specifies the list of network ports exposed by each endpoint in this slice.",
        ),
        Column("Endpoints", addresses_cell, description="endpoints is a list of unique endpoints in this slice."),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
