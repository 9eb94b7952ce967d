"""Defaults of a pod's spec, also inside templates. Models: pkg/apis/core/v1/defaults.go v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE_DEFAULTS = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def default_pod_spec(spec: Obj) -> None:
    """In place."""
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("schedulerName", "default-scheduler")
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    host_network = bool(spec.get("hostNetwork"))
    for name in ("containers", "initContainers", "ephemeralContainers"):
        for container in spec.get(name) or ():
            _default_container(container, host_network)
    for volume in spec.get("volumes") or ():
        _default_volume(volume)


def _default_container(container: Obj, host_network: bool) -> None:
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = "Always" if tag_of(container.get("image", "")) == "latest" else "IfNotPresent"
    resources = container.setdefault("resources", {})
    if limits := resources.get("limits"):
        requests = resources.setdefault("requests", {})
        for name, amount in limits.items():
            requests.setdefault(name, amount)
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if host_network:
            port.setdefault("hostPort", port.get("containerPort"))
    for name in PROBES:
        if (probe := container.get(name)) is not None:
            _default_probe(probe)
    for variable in container.get("env") or ():
        source = (variable.get("valueFrom") or {}).get("fieldRef")
        if source is not None:
            source.setdefault("apiVersion", "v1")


def _default_probe(probe: Obj) -> None:
    for name, value in PROBE_DEFAULTS.items():
        if not probe.get(name):
            probe[name] = value
    if (get := probe.get("httpGet")) is not None:
        get.setdefault("path", "/")
        get.setdefault("scheme", "HTTP")
    if (grpc := probe.get("grpc")) is not None:
        grpc.setdefault("service", "")


def _default_volume(volume: Obj) -> None:
    for name in ("secret", "configMap", "downwardAPI", "projected"):
        if (source := volume.get(name)) is not None:
            source.setdefault("defaultMode", 0o644)
    if (host_path := volume.get("hostPath")) is not None:
        host_path.setdefault("type", "")
    for source in (volume.get("projected") or {}).get("sources") or ():
        if (token := source.get("serviceAccountToken")) is not None:
            token.setdefault("expirationSeconds", 3600)
        for item in (source.get("downwardAPI") or {}).get("items") or ():
            if (reference := item.get("fieldRef")) is not None:
                reference.setdefault("apiVersion", "v1")
    if len(volume) == 1:
        volume["emptyDir"] = {}


def tag_of(image: str) -> str:
    """An image's tag, "latest" when it names none; "" for a digest."""
    if "@" in image:
        return ""
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag or "latest"
