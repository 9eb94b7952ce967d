"""One pod, end to end: the real kubectl creates it, and every step is a hop that was sent."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.installation import Installation, installation, until

pytestmark = pytest.mark.kubectl
C = "/api/clusters/demo"
PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("kubectl")) as installed:
        until(lambda: ready_nodes(installed) == 4)
        yield installed


def ready_nodes(installed: Installation) -> int:
    _, nodes = installed.kube("/api/v1/nodes")
    conditions = [each for node in nodes["items"] for each in node.get("status", {}).get("conditions", ())]
    taints = [each for node in nodes["items"] for each in node["spec"].get("taints", ()) if "not-ready" in each["key"]]
    return 0 if taints else sum(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def journey(installed: Installation, name: str) -> dict[str, Any]:
    found = [each for each in installed.api(f"{C}/journeys/") if each["pod"] == f"default/{name}"]
    return found[0] if found else {"steps": [], "waiting_for": ""}


def states(installed: Installation, name: str) -> list[str]:
    return [step["state"] for step in journey(installed, name)["steps"]]


def stalled_for(installed: Installation, name: str) -> str:
    """Whom a stalled journey waits for, "" while it is not stalled."""
    found = journey(installed, name)
    return found["waiting_for"] if "stalled" in [step["state"] for step in found["steps"]] else ""


def backlog(installed: Installation, component_id: str) -> int:
    return {each["id"]: each["backlog"] for each in installed.api(f"{C}/components/")}[component_id]


def phase(installed: Installation, name: str) -> str:
    code, pod = installed.kube(f"{PODS}/{name}")
    return pod["status"].get("phase", "") if code == 200 else str(code)


def switch(installed: Installation, component_id: str, running: bool) -> None:
    installed.api(f"{C}/components/{component_id}/", "PATCH", {"running": running})


def pod_named(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {**spec, "containers": [{"name": "c", "image": "nginx"}]}}


def test_the_fourteen_steps_are_hops_in_order(running: Installation, kubectl_path: str) -> None:
    done = running.kubectl(kubectl_path, "run", "web", "--image=nginx")
    assert (done.stdout, done.returncode) == ("pod/web created\n", 0), done.stderr
    done = running.kubectl(kubectl_path, "wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
    assert done.stdout == "pod/web condition met\n", done.stderr
    until(lambda: states(running, "web") == ["done"] * 14)
    steps = journey(running, "web")["steps"]
    assert all(running.api(f"{C}/hops/{step['hop']}/")["id"] == step["hop"] for step in steps)
    sources = ["kubectl", "kube-apiserver", "kube-controller-manager", "kube-apiserver", "etcd", "kube-apiserver"]
    assert [step["source"] for step in steps[:8]] == [*sources, "kube-scheduler", "kube-scheduler"]
    assert "nginx" in running.kubectl(kubectl_path, "logs", "web").stdout
    described = running.kubectl(kubectl_path, "describe", "pod", "web").stdout
    assert "Successfully assigned default/web to worker-" in described


def test_a_deployment_is_made_scaled_rolled_exposed_and_deleted(running: Installation, kubectl_path: str) -> None:
    def kubectl(*arguments: str) -> str:
        done = running.kubectl(kubectl_path, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert kubectl("create", "deployment", "shop", "--image=nginx", "--replicas=3") == "deployment.apps/shop created\n"
    assert "successfully rolled out" in kubectl("rollout", "status", "deploy/shop", "--timeout=30s")
    assert kubectl("scale", "deploy/shop", "--replicas=5") == "deployment.apps/shop scaled\n"
    until(lambda: "5/5" in kubectl("get", "deploy", "shop"))
    assert "replicaset.apps/shop-" in kubectl("get", "all")
    assert "app=shop,pod-template-hash=" in kubectl("get", "rs", "-o", "wide")
    kubectl("set", "image", "deploy/shop", "nginx=nginx:1.27")
    assert "successfully rolled out" in kubectl("rollout", "status", "deploy/shop", "--timeout=30s")
    assert kubectl("expose", "deploy/shop", "--port=80") == "service/shop exposed\n"
    ready = "jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}"
    until(
        lambda: len(kubectl("get", "endpointslices", "-l", "kubernetes.io/service-name=shop", "-o", ready).split()) == 5
    )
    kubectl("delete", "deploy/shop", "service/shop")
    until(lambda: "shop" not in kubectl("get", "pods", "-o", "name"))


@pytest.mark.parametrize("component_id", ["kube-scheduler", "kube-controller-manager", "etcd"])
def test_a_stopped_component_stalls_the_flow_there_and_drains_on_start(
    running: Installation, component_id: str
) -> None:
    name = f"stall-{component_id}".replace("kube-", "")
    switch(running, component_id, False)
    answers: list[Any] = []
    post = threading.Thread(target=lambda: answers.append(running.kube(PODS, "POST", pod_named(name))))
    post.start()
    try:
        until(lambda: stalled_for(running, name) == component_id)
        until(lambda: backlog(running, component_id) >= 1)
    finally:
        switch(running, component_id, True)
    post.join(30)
    assert answers[0][0] == 201, answers
    until(lambda: phase(running, name) == "Running")


@pytest.mark.parametrize("role", ["kubelet", "runtime"])
def test_a_stopped_kubelet_or_runtime_stalls_its_nodes_pods(running: Installation, role: str) -> None:
    switch(running, f"{role}.worker-1", False)
    try:
        assert running.kube(PODS, "POST", pod_named(f"on-{role}", nodeName="worker-1"))[0] == 201
        time.sleep(1)
        assert phase(running, f"on-{role}") == "Pending"
    finally:
        switch(running, f"{role}.worker-1", True)
    until(lambda: phase(running, f"on-{role}") == "Running")


def test_a_stopped_api_server_closes_connections_unanswered(running: Installation) -> None:
    switch(running, "kube-apiserver", False)
    try:
        with pytest.raises(OSError, match=r"(?i)closed|reset|EOF|remote"):
            running.kube("/api/v1/nodes")
    finally:
        switch(running, "kube-apiserver", True)
    until(lambda: ready_nodes(running) == 4)


def test_a_stopped_kube_proxy_is_shown_so_and_syncs_again_on_start(running: Installation) -> None:
    switch(running, "kube-proxy.worker-1", False)
    assert running.api(f"{C}/components/kube-proxy.worker-1/")["running"] is False
    switch(running, "kube-proxy.worker-1", True)
    until(lambda: running.api(f"{C}/components/kube-proxy.worker-1/")["inspect"].get("syncs"))


def test_a_refused_pod_is_told_why_and_nothing_is_written(running: Installation, kubectl_path: str) -> None:
    done = running.kubectl(kubectl_path, "run", "Bad_Name", "--image=nginx")
    assert done.returncode == 1
    assert 'metadata.name: Invalid value: "Bad_Name"' in done.stderr
    assert running.kube(f"{PODS}/Bad_Name")[0] == 404
    assert [step["state"] for step in journey(running, "Bad_Name")["steps"]].count("refused") == 1


def test_a_pod_that_names_its_node_skips_the_scheduler(running: Installation) -> None:
    assert running.kube(PODS, "POST", pod_named("bound", nodeName="worker-2"))[0] == 201
    until(lambda: phase(running, "bound") == "Running")
    assert states(running, "bound")[5:8] == ["skipped"] * 3


def test_kubelearns_own_rest_is_never_open(running: Installation) -> None:
    for path in (f"{C}/", f"{C}/hops/", "/api/clusters/"):
        with pytest.raises(urllib.error.HTTPError, match="401") as refused:
            urllib.request.urlopen(f"http://{running.http}{path}", timeout=10)
        refused.value.close()
    assert running.api(f"{C}/revisions/")[0]["component"]
    assert until(lambda: running.api(f"{C}/decisions/"))[0]["nodes"] == 4
