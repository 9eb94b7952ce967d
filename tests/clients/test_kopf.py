"""An operator made with kopf: it follows its kind, keeps its notes on the objects, writes Events and finalizers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, until

WIDGETS = "/apis/clients.example/v1/namespaces/default/widgets"
MAPS = "/api/v1/namespaces/default/configmaps"
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.clients.example"},
    "spec": {
        "group": "clients.example",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {"type": "object", "properties": {"text": STRING}},
                            "status": {
                                "type": "object",
                                "x-kubernetes-preserve-unknown-fields": True,
                                "properties": {"written": INTEGER},
                            },
                        },
                    }
                },
            }
        ],
    },
}


@pytest.fixture
def operator(running: Installation, tmp_path: Path) -> Iterator[None]:
    running.kube("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "POST", DEFINITION)
    until(lambda: running.kube(WIDGETS)[0] == 200)
    command = [sys.executable, "-m", "kopf", "run", "--standalone", "--namespace=default", "widget_operator.py"]
    where = {**os.environ, "KUBECONFIG": str(running.kubeconfig)}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=Path(__file__).parent, env=where, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
        print((tmp_path / "log").read_text()[-4000:])


def test_an_operator_reconciles_its_kind(running: Installation, operator: None) -> None:
    def found(path: str) -> Any:
        code, body = running.kube(path)
        return body if code == 200 else None

    body = {
        "apiVersion": "clients.example/v1",
        "kind": "Widget",
        "metadata": {"name": "one"},
        "spec": {"text": "first"},
    }
    assert running.kube(WIDGETS, "POST", body)[0] == 201
    made = until(lambda: found(f"{MAPS}/one"))
    assert made["data"] == {"text": "first"}
    assert made["metadata"]["ownerReferences"][0]["kind"] == "Widget"
    until(lambda: (found(f"{WIDGETS}/one").get("status") or {}).get("written") == 1)
    running.kube(f"{WIDGETS}/one", "PATCH", {"spec": {"text": "second"}}, content_type="application/merge-patch+json")
    until(lambda: found(f"{MAPS}/one")["data"] == {"text": "second"})
    until(lambda: found(f"{WIDGETS}/one")["status"].get("written") == 2)
    assert found(f"{WIDGETS}/one")["metadata"]["finalizers"] == ["widgets.clients.example/finalizer"]
    reasons = {each["reason"] for each in found("/api/v1/namespaces/default/events")["items"]}
    assert "Written" in reasons
    running.kube(f"{WIDGETS}/one", "DELETE")
    until(lambda: found(f"{MAPS}/one-was-here"))
    until(lambda: found(f"{WIDGETS}/one") is None)
    until(lambda: found(f"{MAPS}/one") is None)
