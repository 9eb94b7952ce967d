"""Containers within a description of a pod or of a pod template.

Models: kubectl/pkg/describe/describe.go describeContainers v1.37
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import environment
from cluster.kubectl.describe.writer import NONE, Writer, go_list, rfc1123


def write(
    writer: Writer, label: str, containers: Sequence[Obj], statuses: Sequence[Obj], *, pod: Obj | None, space: str = ""
) -> None:
    """`pod` gives the values of its fields to environment variables; a template has none. `space` indents it."""
    known = {status["name"]: status for status in statuses}
    writer.put(f"{space}{label}:{'' if containers else ' ' + NONE}\n")
    for container in containers:
        status = known.get(container["name"])
        _basics(writer, container, status, space)
        _words(writer, "Command", container.get("command"))
        _words(writer, "Args", container.get("args"))
        if status is not None:
            _state(writer, status)
        resources(writer, container.get("resources"), 2)
        for title, name in (
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ):
            if container.get(name):
                writer.line(title, probe(container[name]), 2)
        environment.write(writer, container, pod)
        _mounts(writer, container)


def _basics(writer: Writer, container: Obj, status: Obj | None, space: str) -> None:
    writer.put(f"{' ' if space else ''}{container['name']}:\n", 1)
    if status is not None:
        writer.line("Container ID", status.get("containerID", ""), 2)
    writer.line("Image", container.get("image", ""), 2)
    if status is not None:
        writer.line("Image ID", status.get("imageID", ""), 2)
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        ports = ", ".join(_port(port, field) for port in container.get("ports") or ())
        writer.line(f"{title}s" if "," in ports else title, ports or NONE, 2)
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile:
        writer.line("SeccompProfile", profile.get("type", ""), 2)
        if profile.get("type") == "Localhost":
            writer.line("LocalhostProfile", profile.get("localhostProfile", ""), 3)


def _port(port: Obj, field: str) -> str:
    text = f"{port.get(field) or 0}/{port.get('protocol', '')}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _words(writer: Writer, title: str, words: Sequence[str] | None) -> None:
    if words:
        writer.put(f"{title}:\n", 2)
        for word in words:
            for part in word.split("\n"):
                writer.put(f"{part}\n", 3)


def _state(writer: Writer, status: Obj) -> None:
    _one_state(writer, "State", status.get("state") or {})
    if (status.get("lastState") or {}).get("terminated"):
        _one_state(writer, "Last State", status["lastState"])
    writer.line("Ready", str(bool(status.get("ready"))), 2)
    writer.line("Restart Count", status.get("restartCount") or 0, 2)


def _one_state(writer: Writer, title: str, state: Obj) -> None:
    if (running := state.get("running")) is not None:
        writer.line(title, "Running", 2)
        writer.line("Started", rfc1123(running.get("startedAt")), 3)
    elif (ended := state.get("terminated")) is not None:
        writer.line(title, "Terminated", 2)
        for name in ("reason", "message"):
            if ended.get(name):
                writer.line(name.title(), ended[name], 3)
        writer.line("Exit Code", ended.get("exitCode") or 0, 3)
        if ended.get("signal"):
            writer.line("Signal", ended["signal"], 3)
        writer.line("Started", rfc1123(ended.get("startedAt")), 3)
        writer.line("Finished", rfc1123(ended.get("finishedAt")), 3)
    else:
        writer.line(title, "Waiting", 2)
        if reason := (state.get("waiting") or {}).get("reason"):
            writer.line("Reason", reason, 3)


def resources(writer: Writer, found: Mapping[str, Any] | None, level: int) -> None:
    for title, name in (("Limits", "limits"), ("Requests", "requests")):
        amounts = (found or {}).get(name)
        if amounts:
            writer.put(f"{title}:\n", level)
            for resource in sorted(amounts):
                writer.line(resource, amounts[resource], level + 1)


def probe(found: Obj) -> str:
    """A probe on one line."""
    attributes = (
        f"delay={found.get('initialDelaySeconds', 0)}s timeout={found.get('timeoutSeconds', 0)}s "
        f"period={found.get('periodSeconds', 0)}s successThreshold={found.get('successThreshold', 0)} "
        f"failureThreshold={found.get('failureThreshold', 0)}"
    )
    if "exec" in found:
        return f"exec {go_list(found['exec'].get('command') or ())} {attributes}"
    if http := found.get("httpGet"):
        scheme, path = http.get("scheme", "").lower(), http.get("path", "")
        slash = "" if not path or path.startswith("/") else "/"
        return f"http-get {scheme}://{http.get('host', '')}:{http.get('port', '')}{slash}{path} {attributes}"
    if tcp := found.get("tcpSocket"):
        return f"tcp-socket {tcp.get('host', '')}:{tcp.get('port', '')} {attributes}"
    if grpc := found.get("grpc"):
        return f"grpc <pod>:{grpc.get('port', 0)} {grpc.get('service') or ''} {attributes}"
    return f"unknown {attributes}"


def _mounts(writer: Writer, container: Obj) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda mount: str(mount["mountPath"]))
    none = "" if mounts else f"\t{NONE}"
    writer.put(f"Mounts:{none}\n", 2)
    for mount in mounts:
        modes = ["ro" if mount.get("readOnly") else "rw"]
        if mount.get("subPath"):
            modes.append(f"path={json.dumps(mount['subPath'])}")
        writer.put(f"{mount['mountPath']} from {mount['name']} ({','.join(modes)})\n", 3)
    devices = sorted(container.get("volumeDevices") or (), key=lambda device: str(device["devicePath"]))
    if devices:
        writer.put(f"Devices:{none}\n", 2)
        for device in devices:
            writer.put(f"{device['devicePath']} from {device['name']}\n", 3)
