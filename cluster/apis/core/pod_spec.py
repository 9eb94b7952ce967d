"""What a pod's spec must satisfy, inside a Pod and inside templates.

Simplified: device claims, the pod's own resources, `os` and scheduling groups are checked by their schema only.
Models: pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec v1.37
"""

from __future__ import annotations

from cluster.apimachinery import labels, names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import metadata, validation
from cluster.apis.core import container, placement, pod_volumes, security_context

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
MOST_NAMESERVERS, MOST_SEARCHES, LONGEST_SEARCHES = 3, 32, 2048
NAMES = {
    "serviceAccountName": names.dns1123_subdomain,
    "nodeName": names.dns1123_subdomain,
    "hostname": names.dns1123_label,
    "subdomain": names.dns1123_label,
    "priorityClassName": names.dns1123_subdomain,
    "runtimeClassName": names.dns1123_subdomain,
}
RARE = (
    "hostNetwork", "dnsConfig", "affinity", "readinessGates", "schedulingGates", "topologySpreadConstraints",
    "activeDeadlineSeconds", "hostAliases", "preemptionPolicy",
)  # fmt: skip


def validate(spec: Obj, at: str, is_pod: bool) -> list[FieldError]:
    """The faults of a spec; `is_pod` when it is a Pod's own, not a template's."""
    faults: list[FieldError] = []
    volumes = pod_volumes.validate(spec["volumes"], f"{at}.volumes", faults) if spec.get("volumes") else set()
    around = container.Surroundings(spec, volumes)
    regular = spec.get("containers") or ()
    faults += container.containers(regular, f"{at}.containers", around)
    if found := spec.get("initContainers"):
        faults += container.init_containers(found, regular, f"{at}.initContainers", around)
    if spec.get("ephemeralContainers"):
        faults += container.ephemeral_containers(spec, f"{at}.ephemeralContainers", around)
    faults += _policies(spec, at)
    if selector := spec.get("nodeSelector"):
        faults += validation.label_map(f"{at}.nodeSelector", selector)
    if context := spec.get("securityContext"):
        faults += security_context.of_pod(context, spec, f"{at}.securityContext")
    for field, rule in NAMES.items():
        if (name := spec.get(field)) and (messages := rule(name)):
            faults += validation.each(f"{at}.{field}", name, messages)
    if tolerations := spec.get("tolerations"):
        faults += placement.tolerations(tolerations, f"{at}.tolerations")
    if any(spec.get(field) is not None for field in RARE):
        faults += _rare(spec, at, is_pod)
    return faults


def _policies(spec: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    if (policy := spec.get("restartPolicy")) not in RESTART_POLICIES:
        faults += validation.one_of(f"{at}.restartPolicy", policy, RESTART_POLICIES)
    if (policy := spec.get("dnsPolicy")) not in DNS_POLICIES or policy == "None":
        faults += _dns_policy(spec, at)
    return faults


def template(found: Obj, at: str) -> list[FieldError]:
    """The faults of a pod template."""
    faults: list[FieldError] = []
    meta = found.get("metadata") or {}
    if meta.get("labels"):
        faults += validation.label_map(f"{at}.labels", meta["labels"])
    if meta.get("annotations"):
        faults += metadata.annotation_faults(meta["annotations"], f"{at}.annotations")
    spec = found.get("spec") or {}
    faults += validate(spec, f"{at}.spec", is_pod=False)
    if spec.get("ephemeralContainers"):
        text = "ephemeral containers not allowed in pod template"
        faults.append(validation.forbidden(f"{at}.spec.ephemeralContainers", text))
    return faults


def _rare(spec: Obj, at: str, is_pod: bool) -> list[FieldError]:
    """The fields that few pods have."""
    faults = _host_network(spec, at, is_pod) if spec.get("hostNetwork") else []
    if affinity := spec.get("affinity"):
        faults += placement.affinity(affinity, f"{at}.affinity")
    if config := spec.get("dnsConfig"):
        faults += _dns_config(config, f"{at}.dnsConfig")
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        name = gate.get("conditionType") or ""
        faults += validation.each(f"{at}.readinessGates[{index}].conditionType", name, names.qualified_name(name))
    faults += placement.gates(spec.get("schedulingGates") or (), f"{at}.schedulingGates")
    faults += placement.spread(spec.get("topologySpreadConstraints") or (), f"{at}.topologySpreadConstraints")
    if (deadline := spec.get("activeDeadlineSeconds")) is not None:
        faults += validation.in_range(f"{at}.activeDeadlineSeconds", deadline, 1, validation.INT32_MAX)
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        faults += validation.ip(f"{at}.hostAliases[{index}].ip", alias.get("ip") or "")
        for position, name in enumerate(alias.get("hostnames") or ()):
            where = f"{at}.hostAliases[{index}].hostnames[{position}]"
            faults += validation.each(where, name, names.dns1123_subdomain(name))
    if (policy := spec.get("preemptionPolicy")) is not None:
        faults += validation.one_of(f"{at}.preemptionPolicy", policy, PREEMPTION_POLICIES)
    return faults


def _host_network(spec: Obj, at: str, is_pod: bool) -> list[FieldError]:
    faults: list[FieldError] = []
    text = "must match `containerPort` when `hostNetwork` is true"
    for index, each in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(each.get("ports") or ()):
            host = port.get("hostPort") or 0
            if (is_pod or host) and host != (port.get("containerPort") or 0):
                faults.append(validation.invalid(f"{at}.containers[{index}].ports[{position}].hostPort", host, text))
    return faults


def _dns_policy(spec: Obj, at: str) -> list[FieldError]:
    policy, config = spec.get("dnsPolicy"), spec.get("dnsConfig")
    if policy != "None":
        return validation.one_of(f"{at}.dnsPolicy", policy, DNS_POLICIES)
    if config is None:
        return [validation.required(f"{at}.dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None")]
    if not config.get("nameservers"):
        text = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        return [validation.required(f"{at}.dnsConfig.nameservers", text)]
    return []


def _dns_config(config: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    if len(servers) > MOST_NAMESERVERS:
        text = f"must not have more than {MOST_NAMESERVERS} nameservers"
        faults.append(validation.invalid(f"{at}.nameservers", servers, text))
    for index, server in enumerate(servers):
        faults += validation.ip(f"{at}.nameservers[{index}]", server)
    if len(searches) > MOST_SEARCHES:
        text = f"must not have more than {MOST_SEARCHES} search paths"
        faults.append(validation.invalid(f"{at}.searches", searches, text))
    if len(" ".join(searches)) > LONGEST_SEARCHES:
        text = f"must not have more than {LONGEST_SEARCHES} characters (including spaces) in the search list"
        faults.append(validation.invalid(f"{at}.searches", searches, text))
    for index, search in enumerate(searches):
        if search != "." and (messages := names.dns1123_subdomain(search.removesuffix(".").replace("_", "-"))):
            faults += validation.each(f"{at}.searches[{index}]", search.removesuffix("."), messages)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            faults.append(validation.required(f"{at}.options[{index}]", "must not be empty"))
    return faults


def of_owner(found: Obj | None, selector: labels.Selector | None, at: str, owner: str) -> list[FieldError]:
    """The template of what keeps so many pods: it carries what the owner selects, and its pods live for ever.

    Models: ValidatePodTemplateSpecForRC, ValidatePodTemplateSpecForReplicaSet
    """
    if found is None:
        return [validation.required(at)]
    faults: list[FieldError] = []
    carried = (found.get("metadata") or {}).get("labels") or {}
    if selector is not None and not selector.empty and not selector.matches(carried):
        text = "`selector` does not match template `labels`"
        faults.append(validation.invalid(f"{at}.metadata.labels", carried or None, text))
    faults += template(found, at)
    spec = found.get("spec") or {}
    if (policy := spec.get("restartPolicy")) != "Always":
        faults.append(validation.not_supported(f"{at}.spec.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        text = f"activeDeadlineSeconds in {owner} is not Supported"
        faults.append(validation.forbidden(f"{at}.spec.activeDeadlineSeconds", text))
    return faults
