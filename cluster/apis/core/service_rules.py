"""What a Service must satisfy. Models: pkg/apis/core/validation/validation.go validateService v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, validation
from cluster.apis.core.container import PROTOCOLS

CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT = "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
TYPES = (CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT)
HEADLESS = "None"
AFFINITIES = ("ClientIP", "None")
TRAFFIC_POLICIES = ("Cluster", "Local")
FAMILIES = ("IPv4", "IPv6")
FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
LONGEST_AFFINITY_SECONDS = 86400
ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"
PORT_FIELDS = (("Name", ""), ("Protocol", ""), ("AppProtocol", None), ("Port", 0), ("TargetPort", 0), ("NodePort", 0))


def is_external(spec: Obj) -> bool:
    """Reachable from outside the cluster."""
    return spec["type"] in (LOAD_BALANCER, NODE_PORT) or (spec["type"] == CLUSTER_IP and bool(spec.get("externalIPs")))


def needs_health_check(spec: Obj) -> bool:
    return spec["type"] == LOAD_BALANCER and spec.get("externalTrafficPolicy") == "Local"


def validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec = new["spec"]
    faults = metadata.validate(new, old, names.dns1035_label)
    if old is not None:
        faults += _unchanged(spec, old["spec"])
    faults += _of_type(spec) + _ports(spec.get("ports") or ())
    if selector := spec.get("selector"):
        faults += validation.label_map("spec.selector", selector)
    faults += _affinity(spec) + _addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        faults += validation.ip(f"spec.externalIPs[{index}]", address)
    faults += validation.one_of("spec.type", spec.get("type"), TYPES)
    faults += _unique_ports(spec) + _load_balancer(spec) + _traffic(spec)
    return faults


def _of_type(spec: Obj) -> list[FieldError]:
    kind, faults = spec["type"], []
    if not spec.get("ports") and spec.get("clusterIP") != HEADLESS and kind != EXTERNAL_NAME:
        faults.append(validation.required("spec.ports"))
    if kind in (LOAD_BALANCER, NODE_PORT) and spec.get("clusterIP") == HEADLESS:
        text = f"may not be set to 'None' for {kind} services"
        faults.append(validation.invalid("spec.clusterIPs[0]", HEADLESS, text))
    if kind == EXTERNAL_NAME:
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(field):
                faults.append(validation.forbidden(f"spec.{field}", "may not be set for ExternalName services"))
        target = (spec.get("externalName") or "").removesuffix(".")
        if not target:
            faults.append(validation.required("spec.externalName"))
        else:
            faults += validation.each("spec.externalName", target, names.dns1123_subdomain(target))
    return faults


def _ports(ports: Sequence[Obj]) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        at, name = f"spec.ports[{index}]", port.get("name") or ""
        if not name and len(ports) > 1:
            faults.append(validation.required(f"{at}.name"))
        elif name:
            faults += validation.each(f"{at}.name", name, names.dns1123_label(name))
            if name in seen:
                faults.append(validation.duplicate(f"{at}.name", name))
            seen.add(name)
        faults += validation.port(f"{at}.port", port.get("port") or 0)
        faults += validation.one_of(f"{at}.protocol", port.get("protocol"), PROTOCOLS)
        faults += validation.port_or_name(f"{at}.targetPort", port.get("targetPort"))
        if protocol := port.get("appProtocol"):
            faults += validation.each(f"{at}.appProtocol", protocol, names.qualified_name(protocol))
    return faults


def _unique_ports(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    node_ports, numbers = set(), set()
    for index, port in enumerate(spec.get("ports") or ()):
        at, protocol, node_port = f"spec.ports[{index}]", port.get("protocol"), port.get("nodePort")
        if node_port and spec["type"] == CLUSTER_IP:
            faults.append(validation.forbidden(f"{at}.nodePort", "may not be used when `type` is 'ClusterIP'"))
        if node_port and (protocol, node_port) in node_ports:
            faults.append(validation.duplicate(f"{at}.nodePort", node_port))
        node_ports.add((protocol, node_port))
        if (protocol, port.get("port")) in numbers:
            shown = validation.internal({"protocol": protocol, "port": port.get("port")}, PORT_FIELDS)
            faults.append(FieldError("FieldValueDuplicate", at, f"Duplicate value: {shown}"))
        numbers.add((protocol, port.get("port")))
    return faults


def _affinity(spec: Obj) -> list[FieldError]:
    faults = validation.one_of("spec.sessionAffinity", spec.get("sessionAffinity"), AFFINITIES)
    if spec.get("sessionAffinity") == "ClientIP":
        seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds") or 0
        if not 0 < seconds <= LONGEST_AFFINITY_SECONDS:
            at, text = (
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                f"must be greater than 0 and less than {LONGEST_AFFINITY_SECONDS}",
            )
            faults.append(validation.invalid(at, seconds, text))
    return faults


def _addresses(spec: Obj) -> list[FieldError]:
    if spec["type"] == EXTERNAL_NAME:
        return []
    at, address, addresses = "spec.clusterIPs", spec.get("clusterIP"), spec.get("clusterIPs") or []
    faults: list[FieldError] = []
    if address and not addresses:
        faults.append(validation.required(at))
    elif address and addresses[0] != address:
        faults.append(validation.invalid(at, addresses, "first value must match `clusterIP`"))
    elif not address and addresses:
        faults.append(validation.invalid(at, addresses, "must be empty when `clusterIP` is not specified"))
    faults += _families(spec)
    if addresses and addresses[0] == HEADLESS:
        if len(addresses) > 1:
            faults.append(validation.invalid(at, addresses, "'None' must be the first and only value"))
        return faults
    for index, each in enumerate(addresses):
        faults += validation.ip(f"{at}[{index}]", each)
    if len(addresses) > 2:
        faults.append(validation.invalid(at, addresses, "may only hold up to 2 values"))
    return faults


def _families(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    families = spec.get("ipFamilies") or []
    for index, family in enumerate(families):
        if family not in FAMILIES:
            faults.append(validation.not_supported(f"spec.ipFamilies[{index}]", family, FAMILIES))
        if family in families[:index]:
            faults.append(validation.duplicate(f"spec.ipFamilies[{index}]", family))
    if (policy := spec.get("ipFamilyPolicy")) is not None and policy not in FAMILY_POLICIES:
        faults.append(validation.not_supported("spec.ipFamilyPolicy", policy, FAMILY_POLICIES))
    return faults


def _load_balancer(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    balanced = spec["type"] == LOAD_BALANCER
    if ranges := spec.get("loadBalancerSourceRanges"):
        at = "spec.LoadBalancerSourceRanges"
        if not balanced:
            faults.append(validation.forbidden(at, ONLY_LOAD_BALANCER))
        for index, each in enumerate(ranges):
            faults += validation.cidr(f"{at}[{index}]", each.strip())
    if spec.get("allocateLoadBalancerNodePorts") is not None and not balanced:
        faults.append(validation.forbidden("spec.allocateLoadBalancerNodePorts", ONLY_LOAD_BALANCER))
    if (name := spec.get("loadBalancerClass")) is not None:
        if not balanced:
            faults.append(
                validation.forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")
            )
        else:
            faults += validation.each("spec.loadBalancerClass", name, names.qualified_name(name))
    return faults


def _traffic(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    policy, at = spec.get("externalTrafficPolicy"), "spec.externalTrafficPolicy"
    if is_external(spec):
        faults += validation.one_of(at, policy, TRAFFIC_POLICIES)
    elif policy:
        faults.append(validation.invalid(at, policy, "may only be set for externally-accessible services"))
    if (port := spec.get("healthCheckNodePort")) and not needs_health_check(spec):
        text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        faults.append(validation.invalid("spec.healthCheckNodePort", port, text))
    if (policy := spec.get("internalTrafficPolicy")) is not None and policy not in TRAFFIC_POLICIES:
        faults.append(validation.not_supported("spec.internalTrafficPolicy", policy, TRAFFIC_POLICIES))
    if (wanted := spec.get("trafficDistribution")) is not None and wanted not in DISTRIBUTIONS:
        faults.append(validation.not_supported("spec.trafficDistribution", wanted, DISTRIBUTIONS))
    return faults


def _unchanged(spec: Obj, old: Obj) -> list[FieldError]:
    """An address stays once it is given, but for a move from or to ExternalName."""
    if EXTERNAL_NAME in (spec["type"], old["type"]):
        return []
    now, was = spec.get("clusterIPs") or [], old.get("clusterIPs") or []
    faults: list[FieldError] = []
    if was and not now:
        faults.append(validation.invalid("spec.clusterIPs[0]", None, "primary clusterIP can not be unset"))
    for index, (address, before) in enumerate(zip(now, was, strict=False)):
        if address != before:
            faults.append(validation.invalid(f"spec.clusterIPs[{index}]", now, "may not change once set"))
    if (
        was
        and now
        and spec.get("ipFamilies")
        and old.get("ipFamilies")
        and spec["ipFamilies"][0] != old["ipFamilies"][0]
    ):
        faults.append(validation.invalid("spec.ipFamilies[0]", spec["ipFamilies"], "may not change once set"))
    return faults


def validate_status(new: Obj, old: Obj | None) -> list[FieldError]:
    faults = metadata.validate(new, old, names.dns1035_label)
    ingress, at = (
        ((new.get("status") or {}).get("loadBalancer") or {}).get("ingress") or (),
        "status.loadBalancer.ingress",
    )
    if ingress and new["spec"]["type"] != LOAD_BALANCER:
        return [*faults, validation.forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'")]
    for index, each in enumerate(ingress):
        if each.get("ip"):
            faults += validation.ip(f"{at}[{index}].ip", each["ip"])
        if name := each.get("hostname"):
            faults += validation.each(f"{at}[{index}].hostname", name, names.dns1123_subdomain(name))
    return faults
