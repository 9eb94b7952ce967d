"""Components that stop: where the journey stalls, what waits, what other clusters notice; and the wire's hooks on real
requests. `manage.py cluster` does the switching.
"""

from __future__ import annotations

import base64
import functools
import http.client
import json
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.installation import Installation, installation, until

pytestmark = pytest.mark.kubectl
within_a_minute = functools.partial(until, seconds=60)
C = "/api/clusters/demo"
PODS = "/api/v1/namespaces/default/pods"
MAPS = "/api/v1/namespaces/default/configmaps"
SERVICES = "/api/v1/namespaces/default/services"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("stops")) as running:
        running.api("/api/clusters/", "POST", {"name": "other", "nodes": 1})
        within_a_minute(lambda: len(ready_nodes(running)) == 4)
        yield running


def ready_nodes(installed: Installation) -> list[str]:
    nodes = installed.kube("/api/v1/nodes")[1]["items"]
    return [
        each["metadata"]["name"]
        for each in nodes
        for condition in each.get("status", {}).get("conditions", ())
        if condition["type"] == "Ready"
        and condition["status"] == "True"
        and not any("not-ready" in taint["key"] for taint in each["spec"].get("taints", ()))
    ]


def switch(installed: Installation, component_id: str, running: bool) -> None:
    installed.api(f"{C}/components/{component_id}/", "PATCH", {"running": running})


def pod(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {**spec, "containers": [{"name": "c", "image": "nginx"}]}}


def phase(installed: Installation, name: str) -> str:
    return str(installed.kube(f"{PODS}/{name}")[1].get("status", {}).get("phase", ""))


def stalled(installed: Installation, name: str) -> tuple[int, str]:
    """(the step at which a pod's journey is stalled, whom it waits for); (0, "") while it is not."""
    for journey in installed.api(f"{C}/journeys/"):
        if journey["pod"] == f"default/{name}":
            steps = [step["step"] for step in journey["steps"] if step["state"] == "stalled"]
            return (steps[0], journey["waiting_for"]) if steps else (0, "")
    return 0, ""


def backlog(installed: Installation, component_id: str) -> int:
    return int(installed.api(f"{C}/components/{component_id}/")["backlog"])


def in_background(function: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(function())
        except (OSError, ValueError) as error:
            answers.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


@contextmanager
def watching(installed: Installation, path: str, *, other: Other | None = None) -> Iterator[http.client.HTTPResponse]:
    context = other.context if other else installed.tls()
    connection = http.client.HTTPSConnection(installed.https, context=context, timeout=30)
    connection.request("GET", f"/clusters/{'other' if other else 'demo'}{path}?watch=true")
    answer = connection.getresponse()
    try:
        assert answer.status == 200
        yield answer
    finally:
        answer.close()
        connection.close()


# --- stops -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component_id", "step"),
    [("kube-controller-manager", 2), ("kube-scheduler", 6), ("kubelet.worker-1", 9), ("runtime.worker-1", 10)],
)
def test_a_journey_stalls_exactly_before_the_stopped_components_step(
    installed: Installation, component_id: str, step: int
) -> None:
    name = f"before-{component_id}".replace(".", "-")
    spec = {"nodeSelector": {"kubernetes.io/hostname": "worker-1"}} if "." in component_id else {}
    switch(installed, component_id, False)
    thread, answers = in_background(lambda: installed.kube(PODS, "POST", pod(name, **spec)))
    try:
        within_a_minute(lambda: stalled(installed, name) == (step, component_id))
        within_a_minute(lambda: backlog(installed, component_id) >= 1)
    finally:
        switch(installed, component_id, True)
    thread.join(40)
    assert answers[0][0] == 201
    within_a_minute(lambda: phase(installed, name) == "Running")
    assert backlog(installed, component_id) == 0


def test_running_pods_of_a_stopped_kubelet_and_runtime_stay(installed: Installation) -> None:
    assert installed.kube(PODS, "POST", pod("stays", nodeName="worker-2"))[0] == 201
    within_a_minute(lambda: phase(installed, "stays") == "Running")
    for role in ("kubelet", "runtime"):
        switch(installed, f"{role}.worker-2", False)
    time.sleep(2)
    assert phase(installed, "stays") == "Running"
    assert "worker-2" in ready_nodes(installed)
    for role in ("runtime", "kubelet"):
        switch(installed, f"{role}.worker-2", True)


def test_while_etcd_is_stopped_writes_time_out_and_watches_stay_silent(installed: Installation) -> None:
    with watching(installed, MAPS) as watch:
        switch(installed, "etcd", False)
        try:
            assert b"[-]etcd failed" in not_ready(installed)
            thread, answers = in_background(lambda: installed.kube(MAPS, "POST", {"metadata": {"name": "too-late"}}))
            assert installed.kube(f"{MAPS}?resourceVersion=0")[0] == 200, (
                "the cache answers who asks for no newer state"
            )
            thread.join(30)
            code, status = answers[0]
            assert (code, status["message"]) == (500, "etcdserver: request timed out")
            thread, answers = in_background(lambda: installed.kube(MAPS, "POST", {"metadata": {"name": "in-time"}}))
            time.sleep(0.5)
        finally:
            switch(installed, "etcd", True)
        thread.join(30)
        assert answers[0][0] == 201
        told = []
        while "in-time" not in told:
            told.append(json.loads(watch.readline())["object"]["metadata"]["name"])
        assert "too-late" not in told
        assert installed.kube(f"{MAPS}/too-late")[0] == 404


def not_ready(installed: Installation) -> bytes:
    """What /readyz says when it says no."""
    with pytest.raises(urllib.error.HTTPError, match="500") as refused:
        urllib.request.urlopen(f"https://{installed.https}/clusters/demo/readyz", context=installed.tls(), timeout=20)
    with refused.value:
        return refused.value.read()


def test_a_stopped_api_server_ends_its_watches_and_leaves_other_clusters_alone(installed: Installation) -> None:
    other = other_cluster(installed)
    with watching(installed, PODS) as ours, watching(installed, PODS, other=other) as theirs:
        switch(installed, "kube-apiserver", False)
        try:
            while ours.readline():
                pass
            with pytest.raises(OSError, match=r"(?i)closed|reset|EOF|remote"):
                installed.kube("/api/v1/nodes")
            assert other.ask("/api/v1/nodes")[0] == 200
            assert other.ask(PODS, "POST", pod("elsewhere"))[0] == 201
            assert json.loads(theirs.readline())["object"]["metadata"]["name"] == "elsewhere"
        finally:
            switch(installed, "kube-apiserver", True)
        within_a_minute(lambda: len(answered(lambda: ready_nodes(installed)) or []) == 4)


def answered(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except OSError:
        return None


def test_a_stopped_kube_proxys_rules_freeze(installed: Installation) -> None:
    def rules(node: str) -> str:
        shown = installed.api(f"{C}/components/kube-proxy.{node}/")["inspect"]
        return json.dumps({name: value for name, value in shown.items() if name != "syncs"}, sort_keys=True)

    def of(component: str) -> Any:
        return installed.api(f"{C}/components/kube-proxy.{component}/")["inspect"].get("syncs")

    switch(installed, "kube-proxy.worker-3", False)
    before = rules("worker-2")
    service = {"metadata": {"name": "frozen"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}
    assert installed.kube(SERVICES, "POST", service)[0] == 201
    within_a_minute(lambda: rules("worker-2") != before)
    within_a_minute(lambda: backlog(installed, "kube-proxy.worker-3") >= 1)
    assert installed.api(f"{C}/components/kube-proxy.worker-3/")["running"] is False
    switch(installed, "kube-proxy.worker-3", True)
    within_a_minute(lambda: rules("worker-3") == rules("worker-2"))
    assert of("worker-3")


def test_a_stopped_loop_leaves_its_work_and_takes_it_up(installed: Installation) -> None:
    loop = "kube-controller-manager.replicaset"
    switch(installed, loop, False)
    labels = {"app": "looped"}
    template = {"metadata": {"labels": labels}, "spec": pod("x")["spec"]}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    installed.kube(DEPLOYMENTS, "POST", {"metadata": {"name": "looped"}, "spec": spec})
    sets = f"{DEPLOYMENTS.replace('deployments', 'replicasets')}?labelSelector=app%3Dlooped"
    within_a_minute(lambda: installed.kube(sets)[1]["items"])
    time.sleep(0.5)
    assert installed.kube(f"{PODS}?labelSelector=app%3Dlooped")[1]["items"] == []
    switch(installed, loop, True)
    within_a_minute(lambda: installed.kube(f"{DEPLOYMENTS}/looped")[1]["status"].get("readyReplicas") == 2)


# --- clusters apart ----------------------------------------------------------------------------------------------------


class Other:
    """The administrator of the cluster `other`."""

    def __init__(self, installed: Installation, folder: Path) -> None:
        self.installed = installed
        config = yaml.safe_load(installed.api("/api/clusters/other/kubeconfig/")["kubeconfig"])
        trusted, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        ca = base64.b64decode(trusted["certificate-authority-data"]).decode()
        self.context = ssl.create_default_context(cadata=ca)
        pem = folder / "other.pem"
        pem.write_bytes(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
        self.context.load_cert_chain(pem)
        pem.unlink()

    def ask(self, path: str, method: str = "GET", body: Any = None, cluster: str = "other") -> tuple[int, Any]:
        request = urllib.request.Request(f"https://{self.installed.https}/clusters/{cluster}{path}", method=method)
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode() if body is not None else None
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())


def other_cluster(installed: Installation) -> Other:
    return Other(installed, installed.data)


def test_clusters_do_not_share_keys_tokens_or_identities(installed: Installation) -> None:
    other = other_cluster(installed)
    assert other.ask(MAPS, "POST", {"metadata": {"name": "theirs"}})[0] == 201
    assert installed.kube(f"{MAPS}/theirs")[0] == 404
    assert other.ask("/api/v1/nodes", cluster="demo")[0] == 401
    token_of = "/api/v1/namespaces/default/serviceaccounts/default/token"
    made = other.ask(token_of, "POST", {"spec": {}})
    assert made[0] == 201, made
    request = urllib.request.Request(f"https://{installed.https}/clusters/demo/api/v1/nodes")
    request.add_header("Authorization", f"Bearer {made[1]['status']['token']}")
    bare = ssl.create_default_context()
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(request, context=bare, timeout=20)
    refused.value.close()


# --- the wire's hooks --------------------------------------------------------------------------------------------------


def test_real_kubectl_waits_for_a_held_request_and_others_pass(installed: Installation, kubectl_path: str) -> None:
    rule = {
        "action": "hold",
        "target": "kube-apiserver",
        "verb": "POST",
        "resource": "pods",
        "name": "held",
        "once": True,
    }
    installed.api(f"{C}/rules/", "POST", rule)
    results: list[subprocess.CompletedProcess[str]] = []
    run = threading.Thread(
        target=lambda: results.append(installed.kubectl(kubectl_path, "run", "held", "--image=nginx"))
    )
    run.start()
    hop = within_a_minute(lambda: installed.api(f"{C}/rules/")["held"])[0]
    assert installed.kube(PODS, "POST", pod("passes"))[0] == 201
    within_a_minute(lambda: phase(installed, "passes") == "Running")
    assert not results
    assert installed.kube(f"{PODS}/held")[0] == 404
    installed.api(f"{C}/held/{hop['id']}/release/", "POST")
    run.join(30)
    assert results[0].stdout == "pod/held created\n", results[0].stderr
    within_a_minute(lambda: phase(installed, "held") == "Running")
    left = installed.api(f"{C}/rules/")
    assert (left["pace_seconds"], left["rules"], left["held"]) == (0.0, [], [])


def test_real_kubectl_feels_a_pause_and_the_clock_stands_still(installed: Installation, kubectl_path: str) -> None:
    installed.api(f"{C}/pace/", "PUT", {"mode": "pause"})
    results: list[subprocess.CompletedProcess[str]] = []
    run = threading.Thread(
        target=lambda: results.append(installed.kubectl(kubectl_path, "create", "configmap", "paused"))
    )
    run.start()
    within_a_minute(lambda: [hop for hop in installed.api(f"{C}/rules/")["held"] if hop["source"] == "kubectl"])
    stands = installed.api(f"{C}/time/")
    assert (stands["pace"], stands["rate"]) == (0, 1)
    time.sleep(0.5)
    assert (installed.api(f"{C}/time/")["time"], results) == (stands["time"], [])
    installed.api(f"{C}/pace/", "PUT", {"mode": "real"})
    run.join(30)
    assert results[0].stdout == "configmap/paused created\n", results[0].stderr
    assert installed.api(f"{C}/time/")["pace"] == 1


def test_delay_drop_and_pace_act_on_their_messages_only(installed: Installation) -> None:
    def seconds(function: Callable[[], Any]) -> float:
        began = time.monotonic()
        function()
        return time.monotonic() - began

    delay = {"action": "delay", "target": "etcd", "verb": "Txn", "name": "slow", "delay_seconds": 1.5}
    rule = installed.api(f"{C}/rules/", "POST", delay)
    assert seconds(lambda: installed.kube(MAPS, "POST", {"metadata": {"name": "slow"}})) >= 1.5
    assert installed.kube(MAPS, "POST", {"metadata": {"name": "quick"}})[0] == 201
    installed.api(f"{C}/rules/{rule['id']}/", "DELETE")
    drop = {"action": "drop", "target": "kube-apiserver", "verb": "POST", "resource": "configmaps", "once": True}
    installed.api(f"{C}/rules/", "POST", drop)
    with pytest.raises(OSError, match=r"(?i)closed|reset|EOF|remote"):
        installed.kube(MAPS, "POST", {"metadata": {"name": "dropped"}})
    assert installed.kube(f"{MAPS}/dropped")[0] == 404
    installed.api(f"{C}/pace/", "PUT", {"seconds": 0.3})
    assert seconds(lambda: installed.kube(f"{MAPS}/quick")) >= 0.6, "a request and its answer"
    installed.api(f"{C}/pace/", "PUT", {"seconds": 0})
    assert installed.kube(f"{MAPS}/quick")[0] == 200
