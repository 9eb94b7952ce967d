"""What every container must satisfy, wherever it stands.

Models: pkg/apis/core/validation/validation.go validateContainerCommon, validateContainers v1.37
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery import names
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation
from cluster.apis.core import pod_resources, pod_volumes, probes, security_context

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
PROTOCOLS = ("SCTP", "TCP", "UDP")
RESTART_POLICIES = ("Always", "Never", "OnFailure")
VARIABLE_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
DOWNWARD_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
DOWNWARD_RESOURCES = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
    "requests.memory",
)  # fmt: skip
NOT_EPHEMERAL = (
    "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "restartPolicy",
    "resizePolicy",
)  # fmt: skip
ONE_SOURCE = "may not have more than one field specified at a time"
NO_SOURCE = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


class Surroundings:
    """What a pod's containers share: its volumes, resource claims, grace period; whether it is a Pod or a template."""

    __slots__ = ("claims", "grace", "host_users", "volumes")

    def __init__(self, spec: Obj, volumes: set[str]) -> None:
        self.volumes = volumes
        self.claims = frozenset(claim.get("name", "") for claim in spec.get("resourceClaims") or ())
        self.grace: int | None = spec.get("terminationGracePeriodSeconds")
        self.host_users = spec.get("hostUsers") is not False


def validate(container: Obj, at: str, around: Surroundings) -> list[FieldError]:
    faults: list[FieldError] = []
    name = container.get("name")
    if not name:
        faults.append(validation.required(f"{at}.name"))
    elif messages := names.dns1123_label(name):
        faults += validation.each(f"{at}.name", name, messages)
    if not container.get("image"):
        faults.append(validation.required(f"{at}.image"))
    if (policy := container.get("terminationMessagePolicy")) not in MESSAGE_POLICIES:
        faults += validation.one_of(f"{at}.terminationMessagePolicy", policy, MESSAGE_POLICIES)
    faults += _lists(container, at, around)
    if (policy := container.get("imagePullPolicy")) not in PULL_POLICIES:
        faults += validation.one_of(f"{at}.imagePullPolicy", policy, PULL_POLICIES)
    if resources := container.get("resources"):
        faults += pod_resources.requirements(resources, f"{at}.resources", around.claims)
    if context := container.get("securityContext"):
        faults += security_context.of_container(context, f"{at}.securityContext", around.host_users)
    return faults


def _lists(container: Obj, at: str, around: Surroundings) -> list[FieldError]:
    faults: list[FieldError] = []
    if ports := container.get("ports"):
        faults += _ports(ports, f"{at}.ports")
    if env := container.get("env"):
        faults += _env(env, f"{at}.env")
    if sources := container.get("envFrom"):
        faults += _env_from(sources, f"{at}.envFrom")
    if mounts := container.get("volumeMounts"):
        faults += _mounts(mounts, f"{at}.volumeMounts", around.volumes)
    return faults


def containers(found: Sequence[Obj], at: str, around: Surroundings) -> list[FieldError]:
    """The containers proper: one at least, with names of their own."""
    if not found:
        return [validation.required(at)]
    faults: list[FieldError] = []
    seen = set()
    for index, container in enumerate(found):
        where = f"{at}[{index}]"
        faults += validate(container, where, around)
        name = container.get("name", "")
        if name in seen:
            faults.append(validation.duplicate(f"{where}.name", name))
        seen.add(name)
        faults += probes.validate(container, where, around.grace)
        faults += _restart_policy(container, where)
    return faults + _host_ports(found, at)


def init_containers(found: Sequence[Obj], regular: Sequence[Obj], at: str, around: Surroundings) -> list[FieldError]:
    faults: list[FieldError] = []
    seen = {container.get("name", "") for container in regular}
    for index, container in enumerate(found):
        where = f"{at}[{index}]"
        faults += validate(container, where, around)
        faults += _restart_policy(container, where)
        name = container.get("name", "")
        if name in seen:
            faults.append(validation.duplicate(f"{where}.name", name))
        elif name:
            seen.add(name)
        faults += _host_ports([container], at)
        if container.get("restartPolicy") == "Always":
            faults += probes.validate(container, where, around.grace)
        else:
            faults += probes.forbidden(container, where)
    return faults


def ephemeral_containers(spec: Obj, at: str, around: Surroundings) -> list[FieldError]:
    faults: list[FieldError] = []
    others = {each.get("name") for key in ("containers", "initContainers") for each in spec.get(key) or ()}
    seen = set(others)
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        where = f"{at}[{index}]"
        faults += validate(container, where, around)
        name, target = container.get("name"), container.get("targetContainerName")
        if name in seen:
            faults.append(validation.duplicate(f"{where}.name", name))
        seen.add(name)
        if target and target not in others:
            faults.append(validation.not_found(f"{where}.targetContainerName", target))
        for field in NOT_EPHEMERAL:
            if container.get(field):
                faults.append(validation.forbidden(f"{where}.{field}", "cannot be set for an Ephemeral Container"))
    return faults


def _restart_policy(container: Obj, at: str) -> list[FieldError]:
    policy = container.get("restartPolicy")
    if policy is None:
        if container.get("restartPolicyRules"):
            return [
                validation.required(f"{at}.restartPolicy", "must specify restartPolicy when restart rules are used")
            ]
        return []
    return (
        []
        if policy in RESTART_POLICIES
        else [validation.not_supported(f"{at}.restartPolicy", policy, RESTART_POLICIES)]
    )


def _ports(ports: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        where, number, name = f"{at}[{index}]", port.get("containerPort"), port.get("name")
        if name:
            if messages := validation.port_name(name):
                faults += validation.each(f"{where}.name", name, messages)
            elif name in seen:
                faults.append(validation.duplicate(f"{where}.name", name))
            seen.add(name)
        faults += (
            validation.port(f"{where}.containerPort", number)
            if number
            else [validation.required(f"{where}.containerPort")]
        )
        if port.get("hostPort"):
            faults += validation.port(f"{where}.hostPort", port["hostPort"])
        if (protocol := port.get("protocol")) not in PROTOCOLS:
            faults += validation.one_of(f"{where}.protocol", protocol, PROTOCOLS)
    return faults


def _host_ports(found: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen = set()
    for index, container in enumerate(found):
        for position, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            text = f"{port.get('protocol')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if text in seen:
                faults.append(validation.duplicate(f"{at}[{index}].ports[{position}].hostPort", text))
            seen.add(text)
    return faults


def _env(env: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, variable in enumerate(env):
        where, name = f"{at}[{index}]", variable.get("name")
        if not name:
            faults.append(validation.required(f"{where}.name"))
        elif messages := validation.env_name(name):
            faults += validation.each(f"{where}.name", name, messages)
        if (source := variable.get("valueFrom")) is not None:
            faults += _source(source, variable.get("value"), f"{where}.valueFrom")
    return faults


def _source(source: Obj, value: str | None, at: str) -> list[FieldError]:
    found = [name for name in VARIABLE_SOURCES if source.get(name) is not None]
    faults: list[FieldError] = []
    for name in found:
        where, part = f"{at}.{name}", source[name]
        if name == "fieldRef":
            faults += _field(part, where)
        elif name == "resourceFieldRef":
            faults += _resource_field(part, where)
        elif name != "fileKeyRef":
            faults += _key(part, where)
    if not found:
        faults.append(validation.invalid(at, "", NO_SOURCE))
    elif value:
        faults.append(validation.invalid(at, "", "may not be specified when `value` is not empty"))
    elif len(found) > 1:
        faults.append(validation.invalid(at, "", ONE_SOURCE))
    return faults


def _field(reference: Obj, at: str) -> list[FieldError]:
    path = reference.get("fieldPath") or ""
    if not path:
        return [validation.required(f"{at}.fieldPath")]
    main, bracket, _ = path.partition("['")
    if path in DOWNWARD_FIELDS or (
        bracket and main in ("metadata.labels", "metadata.annotations") and path.endswith("']")
    ):
        return []
    if bracket:
        return [validation.invalid(at, main, "does not support subscript")]
    if main in ("metadata.labels", "metadata.annotations"):
        return [validation.not_supported(f"{at}.fieldPath", path, DOWNWARD_FIELDS)]
    return [
        validation.invalid(f"{at}.fieldPath", path, f"error converting fieldPath: field label not supported: {path}")
    ]


def _resource_field(reference: Obj, at: str) -> list[FieldError]:
    name = reference.get("resource") or ""
    if not name:
        return [validation.required(f"{at}.resource")]
    if name in DOWNWARD_RESOURCES or name.startswith(("limits.hugepages-", "requests.hugepages-")):
        return []
    return [validation.not_supported(f"{at}.resource", name, DOWNWARD_RESOURCES)]


def _key(reference: Obj, at: str) -> list[FieldError]:
    name, key = reference.get("name") or "", reference.get("key") or ""
    faults = validation.each(f"{at}.name", name, names.dns1123_subdomain(name))
    return faults + (
        validation.each(f"{at}.key", key, validation.config_key(key)) if key else [validation.required(f"{at}.key")]
    )


def _env_from(sources: Sequence[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, source in enumerate(sources):
        where, prefix = f"{at}[{index}]", source.get("prefix")
        if prefix:
            faults += validation.each(f"{where}.prefix", prefix, validation.env_name(prefix))
        found = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
        for name in found:
            target = source[name].get("name")
            if not target:
                faults.append(validation.required(f"{where}.{name}.name"))
            else:
                faults += validation.each(f"{where}.{name}.name", target, names.dns1123_subdomain(target))
        if not found:
            faults.append(validation.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(found) > 1:
            faults.append(validation.invalid(at, "", ONE_SOURCE))
    return faults


def _mounts(mounts: Sequence[Obj], at: str, volumes: set[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    seen = set()
    for index, mount in enumerate(mounts):
        where, name, path = f"{at}[{index}]", mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            faults.append(validation.required(f"{where}.name"))
        if name not in volumes:
            faults.append(validation.not_found(f"{where}.name", name))
        if not path:
            faults.append(validation.required(f"{where}.mountPath"))
        if path in seen:
            faults.append(validation.invalid(f"{where}.mountPath", path, "must be unique"))
        seen.add(path)
        if part := mount.get("subPath"):
            faults += pod_volumes.local_path(part, f"{at}.subPath")
        if expression := mount.get("subPathExpr"):
            if mount.get("subPath"):
                text = "subPathExpr and subPath are mutually exclusive"
                faults.append(validation.invalid(f"{where}.subPathExpr", expression, text))
            faults += pod_volumes.local_path(expression, f"{at}.subPathExpr")
    return faults
