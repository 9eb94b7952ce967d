"""Service. Models: pkg/registry/core/service/strategy.go, printers.go printService v1.37

Cluster IPs and node ports are given by the API server's allocators.
"""

from __future__ import annotations

import ipaddress

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import columns, metadata, validation
from cluster.apis.core.pod_validation import PROTOCOLS
from cluster.apis.registry import Column, Kind, Subresource

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
AFFINITIES = ("ClientIP", "None")


def default(service: Obj) -> None:
    spec = service.setdefault("spec", {})
    spec.setdefault("sessionAffinity", "None")
    spec.setdefault("type", "ClusterIP")
    if spec["sessionAffinity"] == "ClientIP":
        spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {}).setdefault("timeoutSeconds", 10800)
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port")
    if spec["type"] != "ExternalName":
        spec.setdefault("internalTrafficPolicy", "Cluster")
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def prepare(new: Obj, old: Obj | None) -> None:
    spec = new["spec"]
    if old is None:
        new["status"] = {"loadBalancer": {}}
    else:
        new["status"] = old.get("status") or {"loadBalancer": {}}
        _keep_addresses(spec, old["spec"])
    if (ip := spec.get("clusterIP")) and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [ip]
    if spec["type"] == "ExternalName":
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"):
            spec.pop(field, None)


def _keep_addresses(spec: Obj, old: Obj) -> None:
    if spec["type"] == "ExternalName" or old["type"] == "ExternalName":
        return
    if not spec.get("clusterIP") and old.get("clusterIP"):
        spec["clusterIP"] = old["clusterIP"]
        spec["clusterIPs"] = old.get("clusterIPs") or [old["clusterIP"]]
    elif spec.get("clusterIP") != old.get("clusterIP"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    if spec["type"] in ("NodePort", "LoadBalancer"):
        ports = {(each.get("port"), each.get("protocol")): each.get("nodePort") for each in old.get("ports") or ()}
        for port in spec.get("ports") or ():
            if not port.get("nodePort") and (known := ports.get((port.get("port"), port.get("protocol")))):
                port["nodePort"] = known
    else:
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1035_label)
    faults += validation.one_of("spec.type", spec["type"], TYPES)
    faults += validation.one_of("spec.sessionAffinity", spec["sessionAffinity"], AFFINITIES)
    if spec["type"] == "ExternalName":
        if not spec.get("externalName"):
            faults.append(validation.required("spec.externalName"))
        else:
            faults += validation.each(
                "spec.externalName", spec["externalName"], names.dns1123_subdomain(spec["externalName"].rstrip("."))
            )
    elif not spec.get("ports") and spec.get("clusterIP") != "None":
        faults.append(validation.required("spec.ports"))
    faults += _ports(spec.get("ports") or [])
    faults += validation.label_map("spec.selector", spec.get("selector") or {})
    return faults + _addresses(spec, old)


def _addresses(spec: Obj, old: Obj | None) -> list[FieldError]:
    ip = spec.get("clusterIP")
    if old is not None and spec["type"] != "ExternalName" and (was := old["spec"].get("clusterIP")) and ip != was:
        return [validation.invalid("spec.clusterIPs[0]", spec.get("clusterIPs"), "may not change once set")]
    if ip and ip != "None":
        try:
            ipaddress.ip_address(ip)
        except ValueError:
            return [
                validation.invalid(
                    "spec.clusterIPs[0]", ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                )
            ]
    return []


def _ports(ports: list[Obj]) -> list[FieldError]:
    faults: list[FieldError] = []
    seen_names, seen_ports = set(), set()
    for index, port in enumerate(ports):
        at = f"spec.ports[{index}]"
        name = port.get("name", "")
        if not name and len(ports) > 1:
            faults.append(validation.required(f"{at}.name"))
        elif name:
            faults += validation.each(f"{at}.name", name, names.dns1123_label(name))
            if name in seen_names:
                faults.append(validation.duplicate(f"{at}.name", name))
        seen_names.add(name)
        faults += validation.port(f"{at}.port", port.get("port", 0))
        faults += validation.one_of(f"{at}.protocol", port.get("protocol"), PROTOCOLS)
        if isinstance(port.get("targetPort"), int):
            faults += validation.port(f"{at}.targetPort", port["targetPort"])
        if (port.get("port"), port.get("protocol")) in seen_ports:
            faults.append(validation.duplicate(at, {key: port[key] for key in ("port", "protocol") if key in port}))
        seen_ports.add((port.get("port"), port.get("protocol")))
    return faults


def external_ip_cell(service: Obj, now: float) -> str:
    spec = service["spec"]
    if spec["type"] == "ExternalName":
        return spec.get("externalName", "")  # type: ignore[no-any-return]  # a string by its schema
    given = list(spec.get("externalIPs") or ())
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    given = [*(each.get("ip") or each.get("hostname") for each in ingress), *given]
    if given:
        return ",".join(given)
    return "<pending>" if spec["type"] == "LoadBalancer" else columns.NONE


def ports_cell(service: Obj, now: float) -> str:
    texts = []
    for port in service["spec"].get("ports") or ():
        node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
        texts.append(f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}")
    return ",".join(texts) or columns.NONE


KIND = Kind(
    group="",
    version="v1",
    kind="Service",
    plural="services",
    schema="io.k8s.api.core.v1.Service",
    short_names=("svc",),
    categories=("all",),
    columns=(
        columns.NAME,
        Column("Type", lambda obj, now: obj["spec"]["type"]),
        Column("Cluster-IP", lambda obj, now: obj["spec"].get("clusterIP") or columns.NONE),
        Column("External-IP", external_ip_cell),
        Column("Port(s)", ports_cell),
        columns.AGE,
        Column("Selector", lambda obj, now: columns.map_text(obj["spec"].get("selector")), priority=1),
    ),
    default=default,
    prepare=prepare,
    validate=validate,
    selectable_fields={
        "spec.clusterIP": lambda obj: obj["spec"].get("clusterIP") or "",
        "spec.type": lambda obj: obj["spec"].get("type") or "",
    },
    subresources=(Subresource("status", prepare=columns.status_only, validate=lambda new, old: ()),),
    storage_group="services/specs",
)
