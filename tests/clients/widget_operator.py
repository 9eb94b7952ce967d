"""A small operator: every Widget has a ConfigMap, adopted by it, with its text; its status counts the changes."""

from __future__ import annotations

from typing import Any

import kopf
from kubernetes import client, config


@kopf.on.startup()
def begin(settings: kopf.OperatorSettings, **_: Any) -> None:
    config.load_kube_config()
    settings.persistence.finalizer = "widgets.clients.example/finalizer"


@kopf.on.create("clients.example", "v1", "widgets")
@kopf.on.update("clients.example", "v1", "widgets", field="spec")
def write(
    body: kopf.Body, spec: kopf.Spec, name: str, namespace: str, status: kopf.Status, patch: kopf.Patch, **_: Any
) -> None:
    content = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": spec["text"]}}
    kopf.adopt(content)
    core = client.CoreV1Api()
    try:
        core.create_namespaced_config_map(namespace, content)
    except client.ApiException as error:
        if error.status != 409:
            raise
        core.patch_namespaced_config_map(name, namespace, {"data": content["data"]})
    kopf.event(body, type="Normal", reason="Written", message=f"wrote {name}")
    patch.status["written"] = status.get("written", 0) + 1


@kopf.on.delete("clients.example", "v1", "widgets")
def tell(name: str, namespace: str, **_: Any) -> None:
    metadata = client.V1ObjectMeta(name=f"{name}-was-here")
    client.CoreV1Api().create_namespaced_config_map(namespace, client.V1ConfigMap(metadata=metadata))
