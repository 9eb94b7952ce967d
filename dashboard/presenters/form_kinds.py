"""The forms that make objects, as data: each kind's fields, the object that they stand for, and the kubectl command. Pure.

A command is given only where it makes the same object; where kubectl has no flags for what was typed there is none, and
the object is piped into `kubectl create -f -`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from dashboard.presenters.pod_form import quantity_fault, read_labels

Obj = dict[str, Any]
Typed = dict[str, str]
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """`usual` is what the API server takes when nothing is typed; `paths` are the fields of the object that it fills."""

    name: str
    label: Words
    paths: tuple[str, ...] = ()
    start: str = ""
    usual: Words = ""
    example: str = ""
    hint: Words = ""
    choices: tuple[str, ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class FormKind:
    """`build` fills faults in; `command` answers with no words when no command makes exactly the object."""

    kind: str
    fields: tuple[Field, ...]
    build: Callable[[Typed, Typed], Obj]
    command: Callable[[Typed, Obj], list[str]]
    namespaced: bool = True


# --- reading what was typed --------------------------------------------------------------------------------------------


def _number(typed: Typed, name: str, errors: Typed, usual: int | None = None) -> int | None:
    text = typed[name]
    if not text:
        return usual
    if not text.removeprefix("-").isdecimal() or len(text) > 18:
        errors[name] = _("“%(text)s” is not a whole number.") % {"text": text}
        return usual
    return int(text)


def _pairs(typed: Typed, name: str, errors: Typed) -> dict[str, str]:
    found, fault = read_labels(typed[name])
    if fault:
        errors[name] = fault
    return found


def _metadata(typed: Typed, labels: dict[str, str] | None = None) -> Obj:
    found: Obj = {"name": typed["name"]}
    if "namespace" in typed:
        found["namespace"] = typed["namespace"] or "default"
    return {**found, "labels": labels} if labels else found


def _flags(**flags: Any) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in flags.items() if value not in (None, "")]


def _where(obj: Obj) -> list[str]:
    namespace = obj["metadata"].get("namespace", "default")
    return ["-n", namespace] if namespace != "default" else []


# --- the kinds ---------------------------------------------------------------------------------------------------------


def _deployment(typed: Typed, errors: Typed) -> Obj:
    replicas, port = _number(typed, "replicas", errors, 1), _number(typed, "port", errors)
    labels = {"app": typed["name"]}
    container: Obj = {"name": _container_name(typed["image"]), "image": typed["image"]}
    if port is not None:
        container["ports"] = [{"containerPort": port}]
    requests = {name: typed[name] for name in ("cpu", "memory") if typed[name]}
    errors.update({name: fault for name, text in requests.items() if (fault := quantity_fault(text))})
    if requests:
        container["resources"] = {"requests": requests}
    spec: Obj = {"replicas": replicas, "selector": {"matchLabels": labels}}
    if typed["strategy"] == "Recreate":
        spec["strategy"] = {"type": "Recreate"}
    spec["template"] = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _metadata(typed, labels), "spec": spec}


def _container_name(image: str) -> str:
    """As `kubectl create deployment` names it, but that it adds nothing random where a character is no name's."""
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    return name.replace("_", "-").replace(".", "-")[:63] or "app"


def _deployment_command(typed: Typed, obj: Obj) -> list[str]:
    image = typed["image"].rpartition("/")[2].partition(":")[0]
    if any(typed[name] for name in ("cpu", "memory")) or "strategy" in obj["spec"] or {".", "_"} & set(image):
        return []
    replicas = obj["spec"]["replicas"]
    flags = _flags(image=typed["image"], replicas=replicas if replicas != 1 else None, port=typed["port"])
    return ["create", "deployment", typed["name"], *flags]


def _service(typed: Typed, errors: Typed) -> Obj:
    port = _number(typed, "port", errors)
    target = typed["targetPort"]
    pair = typed["port"] + (f":{target}" if target else "")
    entry: Obj = {"name": pair.replace(":", "-"), "port": port, "protocol": "TCP"}
    entry["targetPort"] = int(target) if target.isdecimal() and len(target) < 10 else target or port
    if typed["nodePort"]:
        entry["nodePort"] = _number(typed, "nodePort", errors)
    if port is None and "port" not in errors:
        errors["port"] = _("A Service needs a port.")
    selector = _pairs(typed, "selector", errors) or {"app": typed["name"]}
    spec = {"type": typed["type"] or "ClusterIP", "selector": selector, "ports": [entry]}
    metadata = _metadata(typed, {"app": typed["name"]})
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _service_command(typed: Typed, obj: Obj) -> list[str]:
    spec = obj["spec"]
    if spec["selector"] != {"app": typed["name"]} or (typed["nodePort"] and spec["type"] != "NodePort"):
        return []
    pair = typed["port"] + (f":{typed['targetPort']}" if typed["targetPort"] else "")
    node_port = _flags(node_port=typed["nodePort"])
    return ["create", "service", spec["type"].lower(), typed["name"], f"--tcp={pair}", *node_port]


def _config_map(typed: Typed, errors: Typed) -> Obj:
    data = {}
    for line in filter(str.strip, typed["data"].splitlines()):
        key, sign, value = line.partition("=")
        if not sign:
            errors["data"] = _("“%(line)s” is not key=value.") % {"line": line}
        data[key.strip()] = value
    obj: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _metadata(typed)}
    if data:
        obj["data"] = data
    if typed["immutable"] == "true":
        obj["immutable"] = True
    return obj


def _config_map_command(typed: Typed, obj: Obj) -> list[str]:
    if obj.get("immutable"):
        return []
    literals = [f"--from-literal={key}={value}" for key, value in (obj.get("data") or {}).items()]
    return ["create", "configmap", typed["name"], *literals]


def _namespace(typed: Typed, errors: Typed) -> Obj:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": _metadata(typed, _pairs(typed, "labels", errors))}


def _namespace_command(typed: Typed, obj: Obj) -> list[str]:
    return [] if typed["labels"] else ["create", "namespace", typed["name"]]


def _node(typed: Typed, errors: Typed) -> Obj:
    spec: Obj = {}
    if taints := list(_taints(typed["taints"], errors)):
        spec["taints"] = taints
    if typed["unschedulable"] == "true":
        spec["unschedulable"] = True
    metadata = _metadata(typed, _pairs(typed, "labels", errors))
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec}


def _taints(text: str, errors: Typed) -> Iterable[Obj]:
    """`key=value:Effect`, as `kubectl taint` takes them."""
    for part in filter(None, (each.strip() for each in text.split(","))):
        pair, sign, effect = part.rpartition(":")
        key, equals, value = pair.partition("=")
        if not sign or not key:
            errors["taints"] = _("“%(part)s” is not key=value:Effect.") % {"part": part}
        yield {"key": key, **({"value": value} if equals else {}), "effect": effect}


def _no_command(typed: Typed, obj: Obj) -> list[str]:
    return []


NAME = Field("name", lazy("Name"), ("metadata.name",))
NAMESPACE = Field("namespace", lazy("Namespace"), ("metadata.namespace",), start="default", usual="default")
LABELS = Field("labels", lazy("Labels"), ("metadata.labels",), usual=lazy("none"), example="team=a,tier=front")
TEMPLATE = "spec.template.spec.containers[0]."
FORMS = {
    form.kind: form
    for form in (
        FormKind(
            "Deployment",
            (
                NAME,
                NAMESPACE,
                Field("image", lazy("Image"), (TEMPLATE + "image", TEMPLATE + "name"), start="nginx"),
                Field("replicas", lazy("Replicas"), ("spec.replicas",), usual="1"),
                Field("port", lazy("Container port"), (TEMPLATE + "ports",), usual=lazy("none"), example="80"),
                Field("strategy", lazy("Strategy"), ("spec.strategy",), choices=("RollingUpdate", "Recreate")),
                Field("memory", lazy("Memory request"), (TEMPLATE + "resources.requests[memory]",), example="64Mi"),
                Field("cpu", lazy("CPU request"), (TEMPLATE + "resources",), example="100m"),
            ),
            _deployment,
            _deployment_command,
        ),
        FormKind(
            "Service",
            (
                NAME,
                NAMESPACE,
                Field("type", lazy("Type"), ("spec.type",), choices=("ClusterIP", "NodePort", "LoadBalancer")),
                Field("selector", lazy("Selector"), ("spec.selector",), usual=lazy("app=the name"), example="app=web"),
                Field("targetPort", lazy("Target port"), ("spec.ports[0].targetPort",), usual=lazy("the port")),
                Field(
                    "nodePort", lazy("Node port"), ("spec.ports[0].nodePort",), usual=lazy("allocated, 30000 to 32767")
                ),
                Field("port", lazy("Port"), ("spec.ports",), start="80"),
            ),
            _service,
            _service_command,
        ),
        FormKind(
            "ConfigMap",
            (
                NAME,
                NAMESPACE,
                Field("immutable", lazy("Immutable"), ("immutable",), choices=("false", "true")),
                Field("data", lazy("Data"), ("data",), hint=lazy("One key=value a line."), long=True),
            ),
            _config_map,
            _config_map_command,
        ),
        FormKind("Namespace", (NAME, LABELS), _namespace, _namespace_command, namespaced=False),
        FormKind(
            "Node",
            (
                NAME,
                LABELS,
                Field("taints", lazy("Taints"), ("spec.taints",), usual=lazy("none"), example="gpu=yes:NoSchedule"),
                Field("unschedulable", lazy("Unschedulable"), ("spec.unschedulable",), choices=("false", "true")),
            ),
            _node,
            _no_command,
            namespaced=False,
        ),
    )
}


def command_of(form: FormKind, typed: Typed, obj: Obj) -> list[str]:
    """kubectl's words that make exactly `obj`; [] when there are none."""
    found = form.command(typed, obj)
    return ["kubectl", *found, *_where(obj)] if found else []
