"""A whole installation asked over REST: who is waited for when something is stopped, and what a refusal leaves."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.installation import Installation, installation

PODS = "/api/v1/namespaces/default/pods"
C = "/api/clusters/demo"
SECONDS = 60


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("live")) as installed:
        wait(lambda: all_ready(installed))
        yield installed


def all_ready(running: Installation) -> bool:
    nodes = running.kube("/api/v1/nodes")[1]["items"]
    ready = [each for node in nodes for each in node["status"].get("conditions", ()) if each["type"] == "Ready"]
    return len(nodes) == 4 and all(each["status"] == "True" for each in ready) and len(ready) == 4


def wait(condition: Callable[[], Any]) -> Any:
    """What `condition` gives once it gives something."""
    deadline = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {SECONDS} s"
        time.sleep(0.1)
    return found


def ask(running: Installation, name: str, **spec: Any) -> tuple[int, Any]:
    """POST a pod that a waiting thread would; the answer may say that it took too long."""
    body = {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}
    return running.kube(f"{PODS}?timeout=10s", "POST", body)


def journey(running: Installation, name: str) -> Any:
    return next((each for each in running.api(f"{C}/journeys/?limit=20") if each["pod"] == f"default/{name}"), None)


def stalled(running: Installation, name: str) -> Any:
    """(step, whom it waits for) once the journey is stalled."""
    found = journey(running, name)
    steps = [step["step"] for step in found["steps"] if step["state"] == "stalled"] if found else []
    return (steps[0], found["waiting_for"]) if steps else None


def switch(running: Installation, component: str, on: bool) -> Any:
    return running.api(f"{C}/components/{component}/", "PATCH", {"running": on})


ON_ONE = {"nodeSelector": {"kubernetes.io/hostname": "worker-1"}}


@pytest.mark.parametrize(
    ("component", "step", "spec"),
    [
        ("kube-scheduler", 6, {}),
        ("kubelet.worker-1", 9, ON_ONE),
        ("runtime.worker-1", 10, ON_ONE),
    ],
)
def test_a_stopped_component_stalls_the_journey_before_its_step_and_it_drains(
    running: Installation, component: str, step: int, spec: Any
) -> None:
    name = component.replace(".", "-")
    assert switch(running, component, False)["running"] is False
    assert ask(running, name, **spec)[0] == 201
    assert wait(lambda: stalled(running, name)) == (step, component)
    states = {each["id"]: each for each in running.api(f"{C}/components/")}
    assert states[component]["backlog"] == 1
    switch(running, component, True)
    found = wait(lambda: (one := journey(running, name)) and one["steps"][12]["state"] == "done" and one)
    assert [each["state"] for each in found["steps"]] == ["done"] * 13 + ["waiting"]
    assert running.api(f"{C}/components/{component}/")["backlog"] == 0


@pytest.mark.parametrize(("component", "step"), [("etcd", 4), ("kube-controller-manager", 2)])
def test_a_request_waits_with_the_journey_for_who_must_answer_it(
    running: Installation, component: str, step: int
) -> None:
    name, answers = f"waits-{component}", []
    switch(running, component, False)
    asking = threading.Thread(target=lambda: answers.append(ask(running, name)))
    asking.start()
    assert wait(lambda: stalled(running, name)) == (step, component)
    waiting = running.api(f"{C}/components/{component}/")
    assert waiting["backlog"] >= 2, "the journey and its message"
    switch(running, component, True)
    asking.join(SECONDS)
    assert answers[0][0] == 201, answers
    wait(lambda: (one := journey(running, name)) and one["steps"][12]["state"] == "done")


def test_a_stopped_api_server_closes_without_an_answer_and_the_journey_waits_at_its_first_step(
    running: Installation,
) -> None:
    switch(running, "kube-apiserver", False)
    with pytest.raises((OSError, urllib.error.URLError)):
        ask(running, "unheard")
    found = wait(lambda: journey(running, "unheard"))
    assert (found["steps"][0]["state"], found["waiting_for"]) == ("stalled", "kube-apiserver")
    switch(running, "kube-apiserver", True)
    wait(lambda: reachable(running))
    assert journey(running, "unheard")["steps"][0]["state"] == "refused"
    assert running.kube(f"{PODS}/unheard")[0] == 404


def reachable(running: Installation) -> bool:
    try:
        return running.kube("/api/v1/nodes")[0] == 200
    except OSError:
        return False


def test_a_stopped_proxy_stalls_no_pod_but_changes_of_services_wait_for_it(running: Installation) -> None:
    switch(running, "kube-proxy.worker-1", False)
    assert ask(running, "served", **ON_ONE)[0] == 201
    wait(lambda: (one := journey(running, "served")) and one["steps"][12]["state"] == "done")
    service = {"metadata": {"name": "web"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}
    assert running.kube("/api/v1/namespaces/default/services", "POST", service)[0] == 201
    wait(lambda: running.api(f"{C}/components/kube-proxy.worker-1/")["backlog"] >= 1)
    rules = wait(lambda: (found := rules_of(running, "worker-2")) >= 2 and found)
    switch(running, "kube-proxy.worker-1", True)
    wait(lambda: rules_of(running, "worker-1") == rules)
    assert running.api(f"{C}/components/kube-proxy.worker-1/")["backlog"] == 0


def rules_of(running: Installation, node: str) -> int:
    return int(running.api(f"{C}/components/kube-proxy.{node}/")["inspect"].get("rules", 0))


# --- refusals ----------------------------------------------------------------------------------------------------------


def refused(running: Installation, name: str, step: int, words: str) -> None:
    found = wait(lambda: (one := journey(running, name)) and one["refused"] and one)
    states = [each["state"] for each in found["steps"]]
    assert states == ["done"] * (step - 1) + ["refused"] + ["waiting"] * (14 - step)
    assert words in found["refused"]
    assert words in found["steps"][step - 1]["note"]
    keys = [each["key"] for each in running.api(f"{C}/keys/?prefix=/registry/pods/default/{name}")]
    assert keys == [], "something was written"


def test_an_invalid_field_ends_the_journey_at_the_api_server(running: Installation) -> None:
    body = {"metadata": {"name": "invalid"}, "spec": {"containers": [{"name": "c", "image": " nginx"}]}}
    assert running.kube(PODS, "POST", body)[0] == 422
    refused(running, "invalid", 2, "must not have leading or trailing whitespace")


def with_token(running: Installation, token: str, name: str) -> int:
    """POST a pod as whoever has the token; the answer's code."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    body = json.dumps({"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    request = urllib.request.Request(f"https://{running.https}/clusters/demo{PODS}", body.encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_an_unknown_user_ends_it_at_the_api_server_and_no_secret_is_shown(running: Installation) -> None:
    assert with_token(running, "nobody", "stranger") == 401
    refused(running, "stranger", 2, "Unauthorized")
    hop = journey(running, "stranger")["hop"]
    assert running.api(f"{C}/hops/{hop}/")["headers"]["authorization"] == "Bearer …"


def test_rbac_ends_it_at_the_api_server(running: Installation) -> None:
    token = running.kube("/api/v1/namespaces/default/serviceaccounts/default/token", "POST", {"spec": {}})[1]
    assert with_token(running, token["status"]["token"], "forbidden") == 403
    refused(running, "forbidden", 2, 'cannot create resource "pods"')


def test_a_quota_ends_it_at_the_controller_managers_answer(running: Installation) -> None:
    quota = {"metadata": {"name": "none-more"}, "spec": {"hard": {"pods": "0"}}}
    assert running.kube("/api/v1/namespaces/default/resourcequotas", "POST", quota)[0] == 201
    wait(lambda: ask(running, "one-more")[0] == 403)
    refused(running, "one-more", 3, "exceeded quota: none-more")
    assert running.kube("/api/v1/namespaces/default/resourcequotas/none-more", "DELETE")[0] == 200
    wait(lambda: ask(running, "again")[0] == 201)


# --- REST --------------------------------------------------------------------------------------------------------------


def test_hops_are_found_by_object_edge_and_time(running: Installation) -> None:
    wait(lambda: (one := journey(running, "again")) and one["steps"][12]["state"] == "done")
    of_pod = running.api(f"{C}/hops/?object=pods/default/again")
    assert {each["subject"]["name"] for each in of_pod} == {"again"}
    edge = running.api(f"{C}/hops/?edge=kube-apiserver,etcd&object=pods/default/again")
    assert {(each["source"], each["target"]) for each in edge} == {("kube-apiserver", "etcd")}
    middle = of_pod[len(of_pod) // 2]["time"]
    early = running.api(f"{C}/hops/?object=pods/default/again&until={middle}")
    late = running.api(f"{C}/hops/?object=pods/default/again&since={middle}")
    assert all(each["time"] <= middle for each in early)
    assert all(each["time"] >= middle for each in late)
    assert {each["id"] for each in of_pod} <= {each["id"] for each in (*early, *late)}
    with pytest.raises(urllib.error.HTTPError, match="400"):
        running.api(f"{C}/hops/?since=yesterday")


def test_a_hop_shows_headers_and_bodies(running: Installation) -> None:
    first = running.api(f"{C}/hops/?object=pods/default/again&verb=POST")[0]
    whole = running.api(f"{C}/hops/{first['id']}/")
    assert whole["request"]["metadata"]["name"] == "again"
    assert whole["headers"]["content-type"] == "application/json"


def test_a_journey_is_found_by_uid_and_its_steps_name_hops_that_are_there(running: Installation) -> None:
    found = wait(lambda: (one := journey(running, "again")) and one["steps"][12]["state"] == "done" and one)
    by_uid = running.api(f"{C}/journeys/{found['uid']}/")
    assert by_uid["mode"] == "course"
    for step in by_uid["steps"][:13]:
        hop = running.api(f"{C}/hops/{step['hop']}/")
        assert (hop["source"], hop["target"]) == (step["source"], step["target"])
    running.kube(PODS)
    assert wait(lambda: journey(running, "again")["done"])


def test_keys_revisions_and_decisions(running: Installation) -> None:
    key = "/registry/pods/default/again"
    listed = running.api(f"{C}/keys/?prefix={key}")
    assert [each["key"] for each in listed] == [key]
    history = running.api(f"{C}/revisions/?key={key}")
    assert history[0]["revision"] == listed[0]["mod_revision"]
    assert history[-1]["version"] == 1
    first = running.api(f"{C}/keys/?key={key}&revision={history[-1]['revision']}")["value"]
    assert "nodeName" not in first["spec"]
    decision = running.api(f"{C}/decisions/?namespace=default&pod=again")[0]
    assert decision["node"] == running.api(f"{C}/keys/?key={key}")["value"]["spec"]["nodeName"]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        running.api(f"{C}/keys/?key={key}&revision=99999999")


def test_health_is_open_on_both_ports(running: Installation) -> None:
    for path in ("/healthz", "/readyz"):
        for base in (f"http://{running.http}", f"https://{running.https}"):
            with urllib.request.urlopen(base + path, timeout=10, context=running.tls() if "s:" in base else None) as ok:
                assert ok.read() == b"ok"


def test_a_cluster_is_made_set_up_and_deleted_over_rest(running: Installation) -> None:
    made = running.api("/api/clusters/", "POST", {"name": "rest", "mode": "upstream", "nodes": 1})
    assert (made["name"], made["mode"]) == ("rest", "upstream")
    with pytest.raises(urllib.error.HTTPError, match="409"):
        running.api("/api/clusters/", "POST", {"name": "rest"})
    assert running.api("/api/clusters/rest/", "PATCH", {"mode": "course"})["mode"] == "course"
    ids = {each["id"] for each in running.api("/api/clusters/rest/components/")}
    assert {"etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager.replicaset"} <= ids
    running.api("/api/clusters/rest/", "DELETE")
    assert [each["name"] for each in running.api("/api/clusters/")] == ["demo"]
