"""Service: one stable address before many pods.

Cluster IPs and node ports are given by the API server's allocators; what one was given stays with it here.
Simplified: one address family, IPv4, as the allocators have it.
Models: pkg/registry/core/service/{strategy.go,storage/alloc.go}, printers.go printService v1.37
"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apis import columns, strategy
from cluster.apis.core import proxied, service_rules
from cluster.apis.core.service_rules import CLUSTER_IP, EXTERNAL_NAME, HEADLESS, LOAD_BALANCER, NODE_PORT
from cluster.apis.registry import Column, Kind, Subresource

AFFINITY_SECONDS = 10800


def default(service: Obj) -> None:
    spec = service.setdefault("spec", {})
    _default_affinity(spec)
    if not spec.get("type"):
        spec["type"] = CLUSTER_IP
    for port in spec.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if not port.get("targetPort"):
            port["targetPort"] = port.get("port") or 0
    if service_rules.is_external(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if spec["type"] in (CLUSTER_IP, NODE_PORT, LOAD_BALANCER) and spec.get("internalTrafficPolicy") is None:
        spec["internalTrafficPolicy"] = "Cluster"
    if spec["type"] == LOAD_BALANCER:
        _default_load_balancer(spec, service.get("status") or {})


def _default_load_balancer(spec: Obj, status: Obj) -> None:
    if spec.get("allocateLoadBalancerNodePorts") is None:
        spec["allocateLoadBalancerNodePorts"] = True
    for ingress in (status.get("loadBalancer") or {}).get("ingress") or ():
        if ingress.get("ip") and ingress.get("ipMode") is None:
            ingress["ipMode"] = "VIP"


def _default_affinity(spec: Obj) -> None:
    if not spec.get("sessionAffinity"):
        spec["sessionAffinity"] = "None"
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if config.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}


def prepare(new: Obj, old: Obj | None) -> None:
    spec = new["spec"]
    if old is None:
        new["status"] = {"loadBalancer": {}}
        if spec.get("clusterIP") and not spec.get("clusterIPs"):
            spec["clusterIPs"] = [spec["clusterIP"]]
    else:
        strategy.keep_status(new, old)
        _drop_what_the_type_lacks(new, old["spec"])
        _keep_what_was_given(spec, old["spec"])
        _same_addresses(spec, old["spec"])
    if spec["type"] != EXTERNAL_NAME:
        _default_families(spec)


def _default_families(spec: Obj) -> None:
    """Models: storage/alloc.go initIPFamilyFields"""
    unaimed = spec.get("clusterIP") == HEADLESS and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        spec["ipFamilyPolicy"] = "RequireDualStack" if unaimed else "SingleStack"
    if not spec.get("ipFamilies"):
        spec["ipFamilies"] = ["IPv4"]
    if unaimed and len(spec["ipFamilies"]) == 1 and spec["ipFamilyPolicy"] != "SingleStack":
        spec["ipFamilies"] = [*spec["ipFamilies"], "IPv6" if spec["ipFamilies"] == ["IPv4"] else "IPv4"]


def _drop_what_the_type_lacks(new: Obj, old: Obj) -> None:
    """A changed type drops what only the old one needs, unless the client changed that too."""
    spec = new["spec"]
    unneeded: list[str] = []
    if spec["type"] == EXTERNAL_NAME != old["type"]:
        if spec.get("clusterIP") == old.get("clusterIP") and spec.get("clusterIPs") == old.get("clusterIPs"):
            unneeded += ["clusterIP", "clusterIPs"]
        unneeded += ["ipFamilies", "ipFamilyPolicy"]
    if spec["type"] != LOAD_BALANCER:
        unneeded += ["allocateLoadBalancerNodePorts", "healthCheckNodePort", "loadBalancerClass"]
        new["status"] = {**(new.get("status") or {}), "loadBalancer": {}}
    if not service_rules.is_external(spec):
        unneeded.append("externalTrafficPolicy")
    for name in unneeded:
        if name in spec and spec[name] == old.get(name):
            del spec[name]
    if _has_node_ports(old) and not _has_node_ports(spec):
        given = {port.get("nodePort") for port in old.get("ports") or ()}
        if all(port.get("nodePort") in given for port in spec.get("ports") or () if port.get("nodePort")):
            for port in spec.get("ports") or ():
                port.pop("nodePort", None)


def _has_node_ports(spec: Obj) -> bool:
    return spec["type"] in (NODE_PORT, LOAD_BALANCER)


def _keep_what_was_given(spec: Obj, old: Obj) -> None:
    """A client that leaves out what the server gave keeps it. Models: patchAllocatedValues"""
    if EXTERNAL_NAME not in (spec["type"], old["type"]):
        for name in ("clusterIP", "clusterIPs"):
            if not spec.get(name) and old.get(name):
                spec[name] = old[name]
    if _has_node_ports(spec) and _has_node_ports(old):
        used = {port.get("nodePort") for port in spec.get("ports") or ()}
        given = {port.get("name") or "": port.get("nodePort") for port in old.get("ports") or ()}
        for port in spec.get("ports") or ():
            was = given.get(port.get("name") or "")
            if not port.get("nodePort") and was and was not in used:
                port["nodePort"] = was
    if (
        not spec.get("healthCheckNodePort")
        and old.get("healthCheckNodePort")
        and service_rules.needs_health_check(spec)
    ):
        spec["healthCheckNodePort"] = old["healthCheckNodePort"]


def _same_addresses(spec: Obj, old: Obj) -> None:
    """Who changes `clusterIP` alone means `clusterIPs` too. Models: normalizeClusterIPs"""
    now, was = spec.get("clusterIP"), old.get("clusterIP")
    if now != was and spec.get("clusterIPs") == old.get("clusterIPs"):
        if now:
            spec["clusterIPs"] = [now]
        else:
            spec.pop("clusterIPs", None)


# --- columns --------------------------------------------------------------------------------------------------------


def cluster_ip_cell(service: Obj, now: float) -> str:
    addresses = service["spec"].get("clusterIPs")
    return addresses[0] if addresses else columns.NONE


def external_ip_cell(service: Obj, now: float) -> str:
    spec = service["spec"]
    if spec["type"] == EXTERNAL_NAME:
        return spec.get("externalName", "")  # type: ignore[no-any-return]  # a string by its schema
    given = list(spec.get("externalIPs") or ())
    if spec["type"] != LOAD_BALANCER:
        return ",".join(given) or columns.NONE
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    balanced = {each.get("ip") or each.get("hostname") or "" for each in ingress} - {""}
    return ",".join([*sorted(balanced), *given]) or "<pending>"


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
        Column("Type", columns.field("spec", "type"), description="type determines how the Service is exposed."),
        Column("Cluster-IP", cluster_ip_cell, description="clusterIP is the IP address of the service."),
        Column(
            "External-IP",
            external_ip_cell,
            description="externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic "
            "for this service.",
        ),
        Column("Port(s)", ports_cell, description="The list of ports that are exposed by this service."),
        columns.AGE,
        Column(
            "Selector",
            lambda obj, now: columns.map_text(obj["spec"].get("selector")),
            description="Route service traffic to pods with label keys and values matching this selector.",
            priority=1,
        ),
    ),
    default=default,
    prepare=prepare,
    validate=service_rules.validate,
    selectable_fields={
        "spec.clusterIP": lambda service: service["spec"].get("clusterIP") or "",
        "spec.type": lambda service: service["spec"].get("type") or "",
    },
    subresources=(
        proxied.door("Service"),
        Subresource("status", prepare=strategy.status_door(), validate=service_rules.validate_status),
    ),
    storage_group="services/specs",
)
