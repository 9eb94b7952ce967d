"""get: tables, pages, failures, without a server."""

from __future__ import annotations

from typing import Any

from cluster.wire.message import Request
from tests.cluster.kubectl.conftest import Kubectl

PODS = "/api/v1/namespaces/default/pods"
COLUMNS = [{"name": "Name", "priority": 0}, {"name": "Age", "priority": 0}, {"name": "IP", "priority": 1}]


def table(*names: str, token: str = "") -> dict[str, Any]:
    rows = [
        {
            "cells": [name, "1s", "10.0.0.1"],
            "object": {"metadata": {"name": name, "namespace": "default", "labels": {"a": name}}},
        }
        for name in names
    ]
    metadata = {"resourceVersion": "7", **({"continue": token} if token else {})}
    return {"kind": "Table", "metadata": metadata, "columnDefinitions": COLUMNS, "rows": rows}


async def test_a_table_is_asked_for_and_aligned(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[PODS] = table("web", "a-long-name")
    assert await kubectl("get", "pods") == (0, "NAME          AGE\nweb           1s\na-long-name   1s\n", "")
    assert "as=Table" in kubectl.answers.sent[-1].headers["accept"]


async def test_wide_labels_and_namespaces_are_columns(kubectl: Kubectl) -> None:
    kubectl.answers.by_path["/api/v1/pods"] = table("web")
    code, out, _ = await kubectl("get", "pods", "-A", "-o", "wide", "-L", "a", "--show-labels")
    assert (code, out.split()) == (
        0,
        ["NAMESPACE", "NAME", "AGE", "IP", "A", "LABELS", "default", "web", "1s", "10.0.0.1", "web", "a=web"],
    )


async def test_a_long_list_is_read_page_by_page(kubectl: Kubectl) -> None:
    def page(request: Request) -> dict[str, Any]:
        return table("b") if request.query.get("continue") == "more" else table("a", token="more")

    kubectl.answers.by_path[PODS] = page
    code, out, _ = await kubectl("get", "pods", "--no-headers")
    assert (code, out) == (0, "a     1s\nb     1s\n")


async def test_nothing_is_told_on_stderr(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[PODS] = table()
    assert await kubectl("get", "pods") == (0, "", "No resources found in default namespace.\n")
    kubectl.answers.by_path["/api/v1/nodes"] = table()
    assert await kubectl("get", "nodes") == (0, "", "No resources found\n")


async def test_several_types_are_named_and_parted(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[PODS] = table("web")
    kubectl.answers.by_path["/apis/apps/v1/namespaces/default/deployments"] = table("shop")
    _, out, _ = await kubectl("get", "pods,deploy", "--no-headers")
    assert out == "pod/web   1s\n\ndeployment.apps/shop   1s\n" or out == "pod/web   1s\ndeployment.apps/shop   1s\n"
    _, out, _ = await kubectl("get", "pods,deploy")
    assert "pod/web   1s\n\nNAME" in out


async def test_what_is_found_is_shown_besides_what_is_not(kubectl: Kubectl) -> None:
    kubectl.answers.by_path[f"{PODS}/web"] = table("web")
    code, out, err = await kubectl("get", "pods", "web", "nope", "--no-headers")
    assert (code, out) == (1, "web   1s\n")
    assert err.startswith("Error from server (NotFound): ")
    assert (await kubectl("get", "pods", "web", "nope", "--ignore-not-found"))[0] == 0
