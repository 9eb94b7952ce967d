"""kill -9 at any step: the pod's journey is held there, the process killed, and on restart it goes on and reads on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.installation import Installation, installation, until

pytestmark = pytest.mark.crash
C = "/api/clusters/demo"
PODS = "/api/v1/namespaces/default/pods"
API, ETCD, MANAGER, SCHEDULER = "kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler"
FLUSHED_SECONDS = 0.7
HELD_AT: dict[int, tuple[str, str, str]] = {
    1: ("*", API, "POST"),
    2: (API, MANAGER, "POST"),
    3: (MANAGER, API, "POST"),
    4: (API, ETCD, "Txn"),
    5: (ETCD, API, "Txn"),
    6: (API, SCHEDULER, "WATCH"),
    7: (SCHEDULER, SCHEDULER, "NOTE"),
    8: (SCHEDULER, API, "POST"),
    9: (API, "kubelet.*", "WATCH"),
    10: ("kubelet.*", "runtime.*", "CreateContainer"),
    11: ("runtime.*", "kubelet.*", "StartContainer"),
    12: ("kubelet.*", API, "PATCH"),
    13: (API, ETCD, "Txn"),
}
"""step → source, target and verb of the message that is held."""
LAST_UNWRITTEN = 4


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("journey")) as running:
        yield running


def pod(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def phase(installed: Installation, name: str) -> str:
    return str(installed.kube(f"{PODS}/{name}")[1].get("status", {}).get("phase", ""))


def hold(installed: Installation, step: int, name: str) -> int:
    source, target, verb = HELD_AT[step]
    rule = {"action": "hold", "source": source, "target": target, "verb": verb, "name": name}
    return int(installed.api(f"{C}/rules/", "POST", rule)["id"])


def held(installed: Installation, step: int) -> dict[str, Any]:
    """The hop that is held at a step."""
    verb = HELD_AT[step][2]
    return until(lambda: [hop for hop in installed.api(f"{C}/rules/")["held"] if hop["verb"] == verb])[0]


def create_until_held(installed: Installation, step: int, name: str) -> None:
    """POST a pod; return when its journey stands before `step` and what went before is kept."""
    first = 12 if step == 13 else step
    rule = hold(installed, first, name)
    threading.Thread(target=post, args=(installed, name), daemon=True).start()
    hop = held(installed, first)
    if step == 13:
        hold(installed, step, name)
        installed.api(f"{C}/rules/{rule}/", "DELETE")
        installed.api(f"{C}/held/{hop['id']}/release/", "POST")
        held(installed, step)
    time.sleep(FLUSHED_SECONDS)


def let_go(installed: Installation) -> None:
    """Rules outlive the crash: take them away, and release what they hold again."""
    rules = installed.api(f"{C}/rules/")["rules"]
    assert rules, "the rules are forgotten"
    for rule in rules:
        installed.api(f"{C}/rules/{rule['id']}/", "DELETE")
    for hop in installed.api(f"{C}/rules/")["held"]:
        installed.api(f"{C}/held/{hop['id']}/release/", "POST")


def post(installed: Installation, name: str) -> None:
    try:
        installed.kube(PODS, "POST", pod(name))
    except (OSError, ValueError):
        return


def journey(installed: Installation, name: str) -> dict[str, Any]:
    return next(each for each in installed.api(f"{C}/journeys/") if each["pod"] == f"default/{name}")


@pytest.mark.parametrize("step", sorted(HELD_AT))
def test_a_journey_survives_a_crash_at_any_step(installed: Installation, step: int) -> None:
    name = f"step-{step}"
    create_until_held(installed, step, name)
    installed.kill()
    installed.start()
    let_go(installed)
    if step <= LAST_UNWRITTEN:
        assert installed.kube(f"{PODS}/{name}")[0] == 404
        cut = journey(installed, name)["steps"]
        assert [each["state"] for each in cut] == ["done"] * (step - 1) + ["refused"] + ["waiting"] * (14 - step)
        assert "The client must ask again" in cut[step - 1]["note"]
        assert installed.kube(PODS, "POST", pod(name))[0] == 201
    until(lambda: phase(installed, name) == "Running")
    uid = installed.kube(f"{PODS}/{name}")[1]["metadata"]["uid"]
    until(lambda: states(installed, uid)[:13] == ["done"] * 13)
    assert journey(installed, name)["uid"] == uid


def states(installed: Installation, uid: str) -> list[str]:
    return [each["state"] for each in installed.api(f"{C}/journeys/{uid}/")["steps"]]


def test_a_pod_written_just_before_the_crash_has_a_journey_too(installed: Installation) -> None:
    _, made = installed.kube(PODS, "POST", pod("just-before"))
    installed.kill()
    installed.start()
    until(lambda: phase(installed, "just-before") == "Running")
    until(lambda: states(installed, made["metadata"]["uid"])[:13] == ["done"] * 13)
