"""The forms that make objects: what was typed is the object and its command, and faults stand beside their fields."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from cluster.apimachinery.status import ApiError
from cluster.kubectl import process
from dashboard.presenters import form_kinds, making, pod_form

TYPED = {
    "Deployment": {"name": "web", "image": "nginx:1.27", "replicas": "3", "port": "80", "namespace": "shop"},
    "Service": {"name": "web", "port": "80", "targetPort": "8080", "type": "NodePort", "nodePort": "30080"},
    "ConfigMap": {"name": "settings", "data": "a=1\n\nb=x = y"},
    "Namespace": {"name": "shop"},
}
ADDED = ("status", "creationTimestamp")


def bare(obj: Any) -> Any:
    """Without the empty fields that kubectl prints of Go's structs."""
    if not isinstance(obj, dict):
        return [bare(each) for each in obj] if isinstance(obj, list) else obj
    return {name: bare(each) for name, each in obj.items() if name not in ADDED and each not in (None, {})}


def of_kubectl(words: list[str], environment: dict[str, str]) -> Any:
    told: list[str] = []
    arguments = [*words[1:], "--dry-run=client", "-o", "json"]
    if "--" in words:
        arguments = [*words[1 : words.index("--")], "--dry-run=client", "-o", "json", *words[words.index("--") :]]
    code = asyncio.run(process.run(arguments, environment, str, told.append, told.append))
    assert code == 0, told
    return json.loads("".join(told))


@pytest.mark.parametrize("kind", TYPED)
def test_the_command_makes_the_object(kind: str, tmp_path: Any) -> None:
    made = making.read(kind, TYPED[kind])
    assert made.errors == {}
    command = form_kinds.command_of(made.form, made.typed, made.obj)
    obj = of_kubectl(command, {"KUBECONFIG": str(tmp_path / "none")})
    obj["metadata"].setdefault("namespace", "default") if made.form.namespaced else None
    assert bare(obj) == made.obj


def test_the_command_of_a_pod_makes_it(tmp_path: Any) -> None:
    form = pod_form.read({"name": "one", "image": "busybox", "command": "sleep 60", "restartPolicy": "Never"})
    obj = of_kubectl(pod_form.command(form), {"KUBECONFIG": str(tmp_path / "none")})
    obj["spec"].pop("dnsPolicy", None)
    assert bare(obj) == form.pod


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("Deployment", {"memory": "64Mi"}),
        ("Deployment", {"strategy": "Recreate"}),
        ("Service", {"selector": "app=other"}),
        ("ConfigMap", {"immutable": "true"}),
        ("Namespace", {"labels": "a=b"}),
    ],
)
def test_what_has_no_flags_is_piped_in(kind: str, more: dict[str, str]) -> None:
    made = making.read(kind, {**TYPED[kind], **more})
    assert made.errors == {}
    assert form_kinds.command_of(made.form, made.typed, made.obj) == []


def test_a_node_has_its_taints() -> None:
    made = making.read("Node", {"name": "gpu-1", "taints": "gpu=yes:NoSchedule, old:NoExecute", "labels": "zone=a"})
    assert made.obj["metadata"] == {"name": "gpu-1", "labels": {"zone": "a"}}
    assert made.obj["spec"]["taints"] == [
        {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
        {"key": "old", "effect": "NoExecute"},
    ]


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        ("Deployment", "replicas", "three"),
        ("Deployment", "cpu", "fast"),
        ("Service", "port", "http"),
        ("Service", "port", ""),
        ("Service", "selector", "app"),
        ("ConfigMap", "data", "no sign"),
        ("Node", "taints", "gpu"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_field(kind: str, field: str, text: str) -> None:
    assert set(making.read(kind, {**TYPED.get(kind, {"name": "n"}), field: text}).errors) == {field}


@pytest.mark.parametrize(
    ("kind", "path", "field"),
    [
        ("Deployment", "spec.template.spec.containers[0].image", "image"),
        ("Deployment", "spec.template.spec.containers[0].resources.requests[memory]", "memory"),
        ("Deployment", "spec.replicas", "replicas"),
        ("Service", "spec.ports[0].nodePort", "nodePort"),
        ("Service", "spec.ports[0].port", "port"),
        ("ConfigMap", "data[a b]", "data"),
        ("Node", "spec.taints[0].effect", "taints"),
    ],
)
def test_the_api_servers_causes_stand_beside_their_fields(kind: str, path: str, field: str) -> None:
    details = {"causes": [{"field": path, "message": "no"}]}
    error = ApiError({"code": 422, "message": "it is invalid", "details": details})
    assert making.errors_of(form_kinds.FORMS[kind], error) == {field: "no"}
