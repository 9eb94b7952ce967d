"""EndpointSlice. Models: pkg/registry/discovery/endpointslice/strategy.go, printers.go printEndpointSlice v1.37"""

from __future__ import annotations

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.registry import Column, Kind

MOST_SHOWN = 3


def default(obj: Obj) -> None:
    for port in obj.get("ports") or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def prepare(new: Obj, old: Obj | None) -> None:
    same = old is not None and all(new.get(name) == old.get(name) for name in ("endpoints", "ports", "addressType"))
    generation = (old or {"metadata": {}})["metadata"].get("generation") or 0
    new["metadata"]["generation"] = generation if same else generation + 1


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.one_of("addressType", new.get("addressType"), ("FQDN", "IPv4", "IPv6"))
    for index, endpoint in enumerate(new.get("endpoints") or ()):
        if not endpoint.get("addresses"):
            faults.append(validation.required(f"endpoints[{index}].addresses", "must contain at least 1 address"))
    if old is not None:
        faults += validation.immutable("addressType", new.get("addressType"), old.get("addressType"))
    return faults


def _list(texts: list[str]) -> str:
    if not texts:
        return "<unset>"
    more = len(texts) - MOST_SHOWN
    return ",".join(texts[:MOST_SHOWN]) + (f" + {more} more..." if more > 0 else "")


def _ports(obj: Obj, now: float) -> str:
    return _list([str(port["port"]) if port.get("port") else "*" for port in obj.get("ports") or ()])


def _endpoints(obj: Obj, now: float) -> str:
    return _list([address for endpoint in obj.get("endpoints") or () for address in endpoint["addresses"]])


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    plural="endpointslices",
    schema="io.k8s.api.discovery.v1.EndpointSlice",
    columns=(
        columns.NAME,
        Column("AddressType", lambda obj, now: obj.get("addressType", "")),
        Column("Ports", _ports),
        Column("Endpoints", _endpoints),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
