"""The fourteen steps are read from hops that were sent; what was not sent is not told."""

from __future__ import annotations

from typing import Any

from dashboard.journeys.reading import About, read

RUNNING = frozenset({"etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet.w", "runtime.w"})
BASE = "/api/v1/namespaces/default/pods"


def hop(number: int, source: str, target: str, verb: str, path: str, **more: Any) -> dict[str, Any]:
    subject = {"resource": "pods", "namespace": "default", "name": "web", "uid": "u"}
    found = {"id": number, "source": source, "target": target, "verb": verb, "path": path, "detail": "", "cause": 0}
    return {**found, "answers": 0, "revision": 0, "outcome": "200", "time": 1.0, "subject": subject, **more}


HOPS = [
    hop(1, "kubectl", "kube-apiserver", "POST", BASE, outcome="201"),
    hop(2, "kube-apiserver", "kube-controller-manager", "POST", "/admit/api/v1/pods", cause=1),
    hop(3, "kube-controller-manager", "kube-apiserver", "POST", "/admit/api/v1/pods", answers=2),
    hop(4, "kube-apiserver", "etcd", "Txn", "/registry/pods/default/web", cause=1),
    hop(5, "etcd", "kube-apiserver", "Txn", "/registry/pods/default/web", answers=4, cause=4, revision=9),
    hop(6, "kube-apiserver", "kube-scheduler", "WATCH", "/api/v1/pods", detail="ADDED"),
]


def about(**more: Any) -> About:
    return About("default", "web", "u", "course", **{"running": RUNNING, **more})


def states(found: dict[str, Any]) -> list[str]:
    return [step["state"] for step in found["steps"]]


def test_a_journey_waits_for_who_must_act_next() -> None:
    found = read(about(), HOPS)
    assert states(found) == ["done"] * 6 + ["now"] + ["waiting"] * 7
    assert found["steps"][4]["revision"] == 9


def test_it_is_stalled_before_a_stopped_component() -> None:
    found = read(about(running=RUNNING - {"kube-scheduler"}), HOPS)
    assert (found["steps"][6]["state"], found["waiting_for"]) == ("stalled", "kube-scheduler")


def test_a_refusal_ends_it_at_its_step() -> None:
    refused = [{**HOPS[0], "outcome": "403", "response": {"message": "pods is forbidden"}}]
    found = read(about(), refused)
    assert (found["steps"][1]["state"], found["refused"]) == ("refused", "pods is forbidden")
    assert "done" not in states(found)[1:]


def test_upstream_mode_asks_no_controller() -> None:
    found = read(About("default", "web", "u", "upstream", running=RUNNING), [HOPS[0], *HOPS[3:]])
    assert states(found)[1:3] == ["skipped", "skipped"]
