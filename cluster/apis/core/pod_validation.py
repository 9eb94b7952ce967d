"""What a pod's spec must satisfy, also inside templates. Models: pkg/apis/core/validation/validation.go v1.37

Simplified: security contexts, volume sources and affinity terms are checked by their schema only.
"""

from __future__ import annotations

from cluster.apimachinery import names, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import FieldError
from cluster.apis import validation

RESTART_POLICIES = ("Always", "Never", "OnFailure")
DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")


def validate_pod_spec(spec: Obj, at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    volumes = _volumes(spec, at, faults)
    seen: set[str] = set()
    containers = spec.get("containers") or []
    if not containers:
        faults.append(validation.required(f"{at}.containers"))
    for name in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(name) or ()):
            faults += _container(container, f"{at}.{name}[{index}]", volumes, seen)
    faults += validation.one_of(f"{at}.restartPolicy", spec.get("restartPolicy"), RESTART_POLICIES)
    faults += validation.one_of(f"{at}.dnsPolicy", spec.get("dnsPolicy"), DNS_POLICIES)
    faults += validation.not_negative(f"{at}.terminationGracePeriodSeconds", spec.get("terminationGracePeriodSeconds"))
    if (deadline := spec.get("activeDeadlineSeconds")) is not None and deadline < 1:
        faults.append(
            validation.invalid(f"{at}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive")
        )
    if (node_name := spec.get("nodeName")) and (messages := names.dns1123_subdomain(node_name)):
        faults += validation.each(f"{at}.nodeName", node_name, messages)
    if selector := spec.get("nodeSelector"):
        faults += validation.label_map(f"{at}.nodeSelector", selector)
    faults += _tolerations(spec.get("tolerations") or (), f"{at}.tolerations")
    return faults


def _volumes(spec: Obj, at: str, faults: list[FieldError]) -> set[str]:
    found: set[str] = set()
    for index, volume in enumerate(spec.get("volumes") or ()):
        name, field = volume.get("name", ""), f"{at}.volumes[{index}].name"
        if not name:
            faults.append(validation.required(field))
        elif messages := names.dns1123_label(name):
            faults += validation.each(field, name, messages)
        elif name in found:
            faults.append(validation.duplicate(field, name))
        found.add(name)
    return found


def _container(container: Obj, at: str, volumes: set[str], seen: set[str]) -> list[FieldError]:  # noqa: C901  # one branch a field
    faults: list[FieldError] = []
    name, image = container.get("name", ""), container.get("image", "")
    if not name:
        faults.append(validation.required(f"{at}.name"))
    elif messages := names.dns1123_label(name):
        faults += validation.each(f"{at}.name", name, messages)
    elif name in seen:
        faults.append(validation.duplicate(f"{at}.name", name))
    seen.add(name)
    if not image:
        faults.append(validation.required(f"{at}.image"))
    elif image != image.strip():
        faults.append(validation.invalid(f"{at}.image", image, "must not have leading or trailing whitespace"))
    if ports := container.get("ports"):
        faults += _ports(ports, f"{at}.ports")
    if env := container.get("env"):
        faults += _env(env, f"{at}.env")
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        if not mount.get("name"):
            faults.append(validation.required(f"{at}.volumeMounts[{index}].name"))
        elif mount["name"] not in volumes:
            faults.append(validation.not_found(f"{at}.volumeMounts[{index}].name", mount["name"]))
        if not mount.get("mountPath"):
            faults.append(validation.required(f"{at}.volumeMounts[{index}].mountPath"))
    faults += validation.one_of(f"{at}.imagePullPolicy", container.get("imagePullPolicy"), PULL_POLICIES)
    if resources := container.get("resources"):
        faults += _resources(resources, f"{at}.resources")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe in container:
            faults += _probe(container[probe], f"{at}.{probe}", readiness=probe == "readinessProbe")
    return faults


def _ports(ports: list[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        where = f"{at}[{index}]"
        if (name := port.get("name")) and name in seen:
            faults.append(validation.duplicate(f"{where}.name", name))
        seen.add(port.get("name", ""))
        if port.get("containerPort") is None or port["containerPort"] == 0:
            faults.append(validation.required(f"{where}.containerPort"))
        else:
            faults += validation.port(f"{where}.containerPort", port["containerPort"])
        if port.get("hostPort"):
            faults += validation.port(f"{where}.hostPort", port["hostPort"])
        faults += validation.one_of(f"{where}.protocol", port.get("protocol"), PROTOCOLS)
    return faults


def _env(env: list[Obj], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, variable in enumerate(env):
        if not variable.get("name"):
            faults.append(validation.required(f"{at}[{index}].name"))
        elif "=" in variable["name"]:
            message = "a valid environment variable name must consist only of printable ASCII characters other than '='"
            faults.append(validation.invalid(f"{at}[{index}].name", variable["name"], message))
        if variable.get("value") and variable.get("valueFrom"):
            faults.append(
                validation.invalid(f"{at}[{index}].valueFrom", "", "may not be specified when `value` is not empty")
            )
    return faults


def _resources(resources: Obj, at: str) -> list[FieldError]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    faults = validation.quantities(f"{at}.limits", limits) + validation.quantities(f"{at}.requests", requests)
    for name, amount in requests.items():
        limit = limits.get(name)
        if limit is not None and quantity.parse(amount) > quantity.parse(limit):
            message = f"must be less than or equal to {name} limit of {limit}"
            faults.append(validation.invalid(f"{at}.requests", amount, message))
    return faults


def _probe(probe: Obj, at: str, *, readiness: bool) -> list[FieldError]:
    handlers = [name for name in ("exec", "httpGet", "tcpSocket", "grpc") if name in probe]
    faults: list[FieldError] = []
    if not handlers:
        faults.append(validation.required(at, "must specify a handler type"))
    for extra in handlers[1:]:
        faults.append(validation.forbidden(f"{at}.{extra}", "may not specify more than 1 handler type"))
    for name in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        faults += validation.not_negative(f"{at}.{name}", probe.get(name))
    if not readiness and probe.get("successThreshold", 1) != 1:
        faults.append(validation.invalid(f"{at}.successThreshold", probe["successThreshold"], "must be 1"))
    return faults


def _tolerations(tolerations: list[Obj] | tuple[Obj, ...], at: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, toleration in enumerate(tolerations):
        where = f"{at}[{index}]"
        operator = toleration.get("operator") or "Equal"
        if toleration.get("key"):
            faults += validation.each(f"{where}.key", toleration["key"], names.qualified_name(toleration["key"]))
        elif operator != "Exists":
            faults.append(
                validation.invalid(
                    f"{where}.operator",
                    operator,
                    'operator must be Exists when `key` is empty, which means "match all values and all keys"',
                )
            )
        if operator not in ("Equal", "Exists", "Lt", "Gt"):
            faults.append(validation.not_supported(f"{where}.operator", operator, ("Equal", "Exists")))
        if operator == "Exists" and toleration.get("value"):
            faults.append(
                validation.invalid(f"{where}.operator", toleration, "value must be empty when `operator` is 'Exists'")
            )
        if toleration.get("effect"):
            faults += validation.one_of(f"{where}.effect", toleration["effect"], EFFECTS)
    return faults
