"""How a Pod is shown: READY, STATUS, RESTARTS as `kubectl get pods` prints them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339

NOW = 1_000_000.0
AGO = rfc3339(NOW - 5)


def one(name: str, restarts: int = 0, ready: bool = False, **state: Obj) -> Obj:
    return {"name": name, "restartCount": restarts, "ready": ready, "state": state}


RUNNING = one("c", ready=True, running={})
COMPLETED = {"exitCode": 0, "reason": "Completed"}
CASES: list[tuple[str, Obj, tuple[str, str, str]]] = [
    ("new", {"phase": "Pending"}, ("0/1", "Pending", "0")),
    (
        "pulling",
        {"phase": "Pending", "containerStatuses": [one("c", waiting={"reason": "ContainerCreating"})]},
        ("0/1", "ContainerCreating", "0"),
    ),
    ("running", {"phase": "Running", "containerStatuses": [RUNNING]}, ("1/1", "Running", "0")),
    ("not ready", {"phase": "Running", "containerStatuses": [one("c", running={})]}, ("0/1", "Running", "0")),
    (
        "no image",
        {"phase": "Pending", "containerStatuses": [one("c", waiting={"reason": "ImagePullBackOff"})]},
        ("0/1", "ImagePullBackOff", "0"),
    ),
    (
        "crashing",
        {
            "phase": "Running",
            "containerStatuses": [
                {
                    **one("c", 3, waiting={"reason": "CrashLoopBackOff"}),
                    "lastState": {"terminated": {"exitCode": 1, "finishedAt": AGO}},
                }
            ],
        },
        ("0/1", "CrashLoopBackOff", "3 (5s ago)"),
    ),
    ("done", {"phase": "Succeeded", "containerStatuses": [one("c", terminated=COMPLETED)]}, ("0/1", "Completed", "0")),
    (
        "failed",
        {"phase": "Failed", "containerStatuses": [one("c", terminated={"exitCode": 3, "reason": "Error"})]},
        ("0/1", "Error", "0"),
    ),
    (
        "exit code",
        {"phase": "Failed", "containerStatuses": [one("c", terminated={"exitCode": 3})]},
        ("0/1", "ExitCode:3", "0"),
    ),
    (
        "signal",
        {"phase": "Failed", "containerStatuses": [one("c", terminated={"exitCode": 137, "signal": 9})]},
        ("0/1", "Signal:9", "0"),
    ),
    ("evicted", {"phase": "Failed", "reason": "Evicted"}, ("0/1", "Evicted", "0")),
    (
        "one done, one running, ready",
        {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [one("a", terminated=COMPLETED), RUNNING],
        },
        ("1/1", "Running", "0"),
    ),
    (
        "one done, one running, not ready",
        {"phase": "Running", "containerStatuses": [one("a", terminated=COMPLETED), RUNNING]},
        ("1/1", "NotReady", "0"),
    ),
    (
        "one done, one failed",
        {
            "phase": "Failed",
            "containerStatuses": [
                one("a", terminated=COMPLETED),
                one("b", terminated={"exitCode": 1, "reason": "Error"}),
            ],
        },
        ("0/1", "Error", "0"),
    ),
]


@pytest.mark.parametrize(("status", "shown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_pod_is_shown_as_upstream_shows_it(status: Obj, shown: tuple[str, str, str], pods: Any, a_pod: Any) -> None:
    obj = {**a_pod(), "status": status}
    assert tuple(pods.row(obj, NOW)[1:4]) == shown


INIT = [{"name": "a", "image": "x"}, {"name": "b", "image": "x"}]


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (
            [one("a", waiting={"reason": "PodInitializing"}), one("b", waiting={"reason": "PodInitializing"})],
            "Init:0/2",
        ),
        ([one("a", running={})], "Init:0/2"),
        ([one("a", terminated={"exitCode": 0}), one("b", running={})], "Init:1/2"),
        (
            [one("a", terminated={"exitCode": 0}), one("b", waiting={"reason": "ImagePullBackOff"})],
            "Init:ImagePullBackOff",
        ),
        ([one("a", terminated={"exitCode": 1, "reason": "Error"})], "Init:Error"),
        ([one("a", terminated={"exitCode": 2})], "Init:ExitCode:2"),
        ([one("a", terminated={"exitCode": 137, "signal": 9})], "Init:Signal:9"),
        ([one("a", waiting={"reason": "CrashLoopBackOff"})], "Init:CrashLoopBackOff"),
        ([one("a", terminated={"exitCode": 0}), one("b", terminated={"exitCode": 0})], "Pending"),
    ],
)
def test_init_containers_are_counted_while_they_hold_the_pod_up(
    statuses: list[Obj], shown: str, pods: Any, a_pod: Any
) -> None:
    obj = {**a_pod(initContainers=INIT), "status": {"phase": "Pending", "initContainerStatuses": statuses}}
    assert pods.row(obj, NOW)[2] == shown


def test_restarts_of_init_containers_count_until_the_pod_is_initialized(pods: Any, a_pod: Any) -> None:
    held = {"phase": "Pending", "initContainerStatuses": [one("a", 2, waiting={"reason": "CrashLoopBackOff"})]}
    assert pods.row({**a_pod(initContainers=INIT), "status": held}, NOW)[3] == "2"
    ended = [one("a", 2, terminated={"exitCode": 0}), one("b", 1, terminated={"exitCode": 0})]
    runs = {"phase": "Running", "initContainerStatuses": ended, "containerStatuses": [{**RUNNING, "restartCount": 4}]}
    assert pods.row({**a_pod(initContainers=INIT), "status": runs}, NOW)[3] == "4"


def test_a_sidecar_counts_as_a_container(pods: Any, a_pod: Any) -> None:
    sidecar = {**one("s", 1, ready=True, running={}), "started": True}
    status = {"phase": "Running", "initContainerStatuses": [sidecar], "containerStatuses": [RUNNING]}
    obj = {**a_pod(initContainers=[{"name": "s", "image": "x", "restartPolicy": "Always"}]), "status": status}
    assert pods.row(obj, NOW)[1:4] == ["2/2", "Running", "1"]


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ({"phase": "Running", "containerStatuses": [RUNNING]}, "Terminating"),
        ({"phase": "Running", "reason": "NodeLost"}, "Unknown"),
        ({"phase": "Succeeded", "containerStatuses": [one("c", terminated=COMPLETED)]}, "Completed"),
    ],
)
def test_a_pod_that_goes_says_so(status: Obj, shown: str, pods: Any, a_pod: Any) -> None:
    obj = {**a_pod(), "status": status}
    obj["metadata"]["deletionTimestamp"] = AGO
    assert pods.row(obj, NOW)[2] == shown


def test_wide_cells(pods: Any, a_pod: Any) -> None:
    obj = a_pod(nodeName="n1", readinessGates=[{"conditionType": "a"}, {"conditionType": "b"}])
    obj["metadata"]["creationTimestamp"] = rfc3339(NOW - 90)
    conditions = [{"type": "a", "status": "True"}, {"type": "b", "status": "False"}]
    obj["status"] = {"phase": "Running", "podIPs": [{"ip": "10.0.0.7"}], "conditions": conditions}
    assert pods.row(obj, NOW, wide=True)[4:] == ["90s", "10.0.0.7", "n1", "<none>", "1/2"]
    assert pods.row(a_pod(), NOW, wide=True)[4:] == ["<unknown>", "<none>", "<none>", "<none>", "<none>"]
