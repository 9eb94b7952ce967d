"""NetworkPolicy: which traffic a pod lets in and out.

Models: pkg/apis/networking/{v1/defaults.go,validation/validation.go} v1.37
"""

from __future__ import annotations

import ipaddress

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, strategy, validation
from cluster.apis.core.container import PROTOCOLS
from cluster.apis.registry import Column, Kind

INGRESS, EGRESS = "Ingress", "Egress"
WAYS = {"ingress": "from", "egress": "to"}


def default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("podSelector", {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = [INGRESS, EGRESS] if spec.get("egress") else [INGRESS]
    for way in WAYS:
        for rule in spec.get(way) or ():
            for port in rule.get("ports") or ():
                if port.get("protocol") is None:
                    port["protocol"] = "TCP"


def prepare(new: Obj, old: Obj | None) -> None:
    strategy.counted(new, old)
    if old is not None and new.get("spec") != old.get("spec"):
        strategy.bump(new, old)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1123_subdomain)
    faults += validation.label_selector("spec.podSelector", spec.get("podSelector") or {})
    for way, peers in WAYS.items():
        for index, rule in enumerate(spec.get(way) or ()):
            at = f"spec.{way}[{index}]"
            for position, port in enumerate(rule.get("ports") or ()):
                faults += _port(port, f"{at}.ports[{position}]")
            for position, peer in enumerate(rule.get(peers) or ()):
                faults += _peer(peer, f"{at}.{peers}[{position}]")
    types = spec.get("policyTypes") or ()
    if len(types) > 2:
        text = "may not specify more than two policyTypes"
        return [*faults, validation.invalid("spec.policyTypes", types, text)]
    for index, each in enumerate(types):
        if each not in (INGRESS, EGRESS):
            faults.append(validation.not_supported(f"spec.policyTypes[{index}]", each, (EGRESS, INGRESS)))
    return faults


def _port(found: Obj, at: str) -> list[FieldError]:
    port, last, protocol = found.get("port"), found.get("endPort"), found.get("protocol")
    faults = [] if protocol in PROTOCOLS else [validation.not_supported(f"{at}.protocol", protocol, PROTOCOLS)]
    if port is None:
        return (
            [*faults, validation.required(f"{at}.port", "must be specified when `endPort` is specified")]
            if last
            else faults
        )
    faults += validation.port_or_name(f"{at}.port", port)
    if last is not None and not isinstance(port, int):
        text = "endPort may not be specified when `port` is non-numeric"
        faults.append(validation.invalid(f"{at}.endPort", last, text))
    elif last is not None:
        faults += validation.port(f"{at}.endPort", last)
        if isinstance(port, int) and last < port:
            faults.append(validation.invalid(f"{at}.endPort", last, "must be greater than or equal to `port`"))
    return faults


def _peer(peer: Obj, at: str) -> list[FieldError]:
    selectors = [name for name in ("podSelector", "namespaceSelector") if peer.get(name) is not None]
    block = peer.get("ipBlock")
    faults = [fault for name in selectors for fault in validation.label_selector(f"{at}.{name}", peer[name])]
    if block is not None and selectors:
        text = "may not specify both ipBlock and another peer"
        return [*faults, validation.forbidden(at, text)]
    if block is not None:
        return faults + _block(block, f"{at}.ipBlock")
    return faults if selectors else [validation.required(at, "must specify a peer")]


def _block(block: Obj, at: str) -> list[FieldError]:
    whole = block.get("cidr") or ""
    if not whole:
        return [validation.required(f"{at}.cidr")]
    if faults := validation.cidr(f"{at}.cidr", whole):
        return faults
    network, found = ipaddress.ip_network(whole, strict=False), []
    for index, text in enumerate(block.get("except") or ()):
        where = f"{at}.except[{index}]"
        if faults := validation.cidr(where, text):
            found += faults
            continue
        part = ipaddress.ip_network(text, strict=False)
        inside = part.version == network.version and part != network and part.subnet_of(network)  # type: ignore[arg-type]  # of one version
        if not inside:
            found.append(validation.invalid(where, text, "must be a strict subset of `cidr`"))
    return found


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="NetworkPolicy",
    plural="networkpolicies",
    schema="io.k8s.api.networking.v1.NetworkPolicy",
    short_names=("netpol",),
    columns=(
        columns.NAME,
        Column(
            "Pod-Selector",
            lambda obj, now: columns.selector_text(obj["spec"].get("podSelector")),
            description="podSelector selects the pods to which this NetworkPolicy object applies.",
        ),
        columns.AGE,
    ),
    default=default,
    prepare=prepare,
    validate=validate,
)
