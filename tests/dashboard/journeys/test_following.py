"""Journeys of other kinds, read from what their first message caused."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.journeys import following, kinds
from dashboard.journeys.kinds import KINDS

API, MANAGER = "kube-apiserver", "kube-controller-manager"
RUNNING = frozenset({"etcd", API, MANAGER, f"{MANAGER}.deployment", "kube-scheduler", "kubelet.w", "kube-proxy.w"})
DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web"


def hop(number: int, source: str, target: str, verb: str, path: str, cause: int, **more: Any) -> dict[str, Any]:
    resource = next((part for part in ("deployments", "services", "pods", "nodes") if part in path), "")
    subject = {"resource": resource, "namespace": "default", "name": "web", "uid": "", "subresource": ""}
    found = {"id": number, "source": source, "target": target, "verb": verb, "path": path, "cause": cause}
    return {
        **found,
        "detail": "",
        "answers": 0,
        "revision": 0,
        "outcome": "200",
        "time": 1.0,
        "subject": subject,
        **more,
    }


SCALED = [
    hop(1, "kubectl", API, "PATCH", DEPLOYMENT, 0),
    hop(2, API, "etcd", "Txn", "/registry/deployments/default/web", 1),
    hop(3, API, MANAGER, "WATCH", "/apis/apps/v1/deployments", 1),
    hop(4, f"{MANAGER}.deployment", API, "PUT", "/apis/apps/v1/namespaces/default/replicasets/web-1", 3),
    hop(5, "kubelet.w", API, "PATCH", "/api/v1/nodes/w/status", 0),
    hop(6, API, MANAGER, "WATCH", "/apis/apps/v1/replicasets", 4),
    hop(7, f"{MANAGER}.replicaset", API, "DELETE", "/api/v1/namespaces/default/pods/web-1-a", 6),
]


def kind(name: str) -> kinds.Kind:
    return next(each for each in KINDS if each.name == name)


def read(name: str, hops: list[dict[str, Any]], running: frozenset[str] = RUNNING) -> dict[str, Any]:
    return following.read(kind(name), hops[0], following.descendants(1, hops), running, "alice")


def test_only_what_the_first_message_caused_belongs_to_it() -> None:
    assert [each["id"] for each in following.descendants(1, SCALED)] == [2, 3, 4, 6, 7]


def test_scaling_down_is_done_when_the_surplus_is_deleted() -> None:
    found = read("scale", SCALED)
    assert found["done"]
    assert [step["state"] for step in found["steps"][:6]] == ["done"] * 6
    assert {step["state"] for step in found["steps"][6:]} == {"skipped"}
    assert found["steps"][0]["sentence"] == "alice asks: PATCH deployments web."


@pytest.mark.parametrize(("running", "state"), [(RUNNING, "now"), (RUNNING - {MANAGER}, "stalled")])
def test_the_first_step_that_is_missing_says_who_is_waited_for(running: frozenset[str], state: str) -> None:
    found = read("scale", SCALED[:3], running)
    assert (found["waiting_for"], found["steps"][3]["state"]) == (f"{MANAGER}.deployment", state)
    assert found["steps"][4]["state"] == "waiting"


@pytest.mark.parametrize(
    ("asked", "body", "name"),
    [
        (hop(1, "kubectl", API, "POST", DEPLOYMENT, 0, outcome="201"), {}, "create"),
        (hop(1, "kubectl", API, "PATCH", DEPLOYMENT, 0), {"spec": {"replicas": 3}}, "scale"),
        (hop(1, "kubectl", API, "PATCH", f"{DEPLOYMENT}/scale", 0), {"spec": {"replicas": 3}}, "scale"),
        (hop(1, "kubectl", API, "PATCH", DEPLOYMENT, 0), {"spec": {"template": {}}}, "rollout"),
        (hop(1, "web-form", API, "DELETE", "/api/v1/namespaces/default/pods/web", 0), None, "delete"),
        (hop(1, "kubectl", API, "POST", "/api/v1/namespaces/default/services", 0, outcome="201"), {}, "service update"),
        (
            hop(1, f"{MANAGER}.nodelifecycle", API, "PATCH", "/api/v1/nodes/w", 0),
            {"spec": {"taints": [{"key": following.UNREACHABLE}]}},
            "node loss",
        ),
        (hop(1, f"{MANAGER}.nodelifecycle", API, "PATCH", "/api/v1/nodes/w", 0), {"status": {}}, None),
        (hop(1, f"{MANAGER}.deployment", API, "PUT", DEPLOYMENT, 0), {}, None),
        (hop(1, "kubectl", API, "PATCH", DEPLOYMENT, 0, outcome="409"), {}, None),
    ],
)
def test_a_request_begins_the_journey_of_its_kind(asked: dict[str, Any], body: Any, name: str | None) -> None:
    found = following.kind_of(asked, body)
    assert (found.name if found else None) == name
