"""Defaults of a pod's spec, inside a Pod and inside templates. All functions fill in place.

Simplified: of the volume sources only those that a cluster without storage drivers can mount are filled in.
Models: pkg/apis/core/v1/defaults.go, pkg/util/parsers/parsers.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import quantity
from cluster.apimachinery.meta import Obj

CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE_DEFAULTS = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
MODE = 0o644
MODED_VOLUMES = ("secret", "configMap", "downwardAPI", "projected")


def default_template(template: Obj) -> None:
    template.setdefault("metadata", {})
    default_pod_spec(template.setdefault("spec", {}))


def default_pod(spec: Obj) -> None:
    """What a Pod has beyond its template: requests from limits, service links, host ports."""
    default_pod_spec(spec)
    if (grace := spec["terminationGracePeriodSeconds"]) is not None and grace < 0:
        spec["terminationGracePeriodSeconds"] = 1
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    host_network = spec.get("hostNetwork")
    for name in ("containers", "initContainers"):
        for container in spec.get(name) or ():
            if limits := container["resources"].get("limits"):
                _requests_from(limits, container["resources"])
            if host_network:
                for port in container.get("ports") or ():
                    port["hostPort"] = port.get("hostPort") or port.get("containerPort")


def default_pod_spec(spec: Obj) -> None:
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    if not spec.get("dnsPolicy"):
        spec["dnsPolicy"] = "ClusterFirst"
    if not spec.get("restartPolicy"):
        spec["restartPolicy"] = "Always"
    if not spec.get("schedulerName"):
        spec["schedulerName"] = "default-scheduler"
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    for name in CONTAINER_LISTS:
        for container in spec.get(name) or ():
            _default_container(container)
    for volume in spec.get("volumes") or ():
        _default_volume(volume)


def _default_container(container: Obj) -> None:
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(container.get("image") or "")
    if not container.get("terminationMessagePath"):
        container["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        container["terminationMessagePolicy"] = "File"
    if resources := container.get("resources"):
        default_resources(resources.get("requests"))
        default_resources(resources.get("limits"))
    elif resources is None:
        container["resources"] = {}
    for port in container.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
    for variable in container.get("env") or ():
        _default_source(variable.get("valueFrom"))
    _default_handlers(container)


def _default_handlers(container: Obj) -> None:
    for name in PROBES:
        if (probe := container.get(name)) is not None:
            _default_probe(probe)
    for handler in (container.get("lifecycle") or {}).values():
        if isinstance(handler, dict):
            _default_get(handler)


def default_resources(amounts: Obj | None) -> None:
    """Amounts finer than a thousandth are rounded up to one."""
    for name, amount in (amounts or {}).items():
        if isinstance(amount, str) and amount[-1:] in ("n", "u"):
            amounts[name] = quantity.canonical(f"{quantity.milli(amount)}m")  # type: ignore[index]  # not None: it has items


def _requests_from(limits: Obj, resources: Obj) -> None:
    requests = resources.get("requests")
    if requests is None:
        requests = resources["requests"] = {}
    for name, amount in limits.items():
        requests.setdefault(name, amount)


def _default_probe(probe: Obj) -> None:
    for name, value in PROBE_DEFAULTS.items():
        if not probe.get(name):
            probe[name] = value
    _default_get(probe)
    if (grpc := probe.get("grpc")) is not None:
        grpc.setdefault("service", "")


def _default_get(handler: Obj) -> None:
    if (get := handler.get("httpGet")) is not None:
        if not get.get("path"):
            get["path"] = "/"
        if not get.get("scheme"):
            get["scheme"] = "HTTP"


def _default_source(source: Obj | None) -> None:
    """Of an environment variable or a file of the downward API."""
    if not source:
        return
    if (field := source.get("fieldRef")) is not None and not field.get("apiVersion"):
        field["apiVersion"] = "v1"
    if (resource := source.get("resourceFieldRef")) is not None:
        resource.setdefault("divisor", "0")


def _default_volume(volume: Obj) -> None:
    if not any(value is not None for name, value in volume.items() if name != "name"):
        volume["emptyDir"] = {}
        return
    for name in MODED_VOLUMES:
        if (source := volume.get(name)) is not None and source.get("defaultMode") is None:
            source["defaultMode"] = MODE
    if (host_path := volume.get("hostPath")) is not None and host_path.get("type") is None:
        host_path["type"] = ""
    if (image := volume.get("image")) is not None and not image.get("pullPolicy"):
        image["pullPolicy"] = pull_policy(image.get("reference") or "")
    for item in (volume.get("downwardAPI") or {}).get("items") or ():
        _default_source(item)
    for source in (volume.get("projected") or {}).get("sources") or ():
        if (token := source.get("serviceAccountToken")) is not None and token.get("expirationSeconds") is None:
            token["expirationSeconds"] = 3600
        for item in (source.get("downwardAPI") or {}).get("items") or ():
            _default_source(item)


def pull_policy(image: str) -> str:
    """`latest` is always pulled; so is an image that names no tag."""
    return "Always" if tag_of(image) == "latest" else "IfNotPresent"


def tag_of(image: str) -> str:
    """An image's tag, "latest" when it names none; "" for one that is named by digest only, or by nothing."""
    name, _, digest = image.partition("@")
    _, _, tag = name.rpartition("/")[2].partition(":")
    return tag or ("latest" if image and not digest else "")
