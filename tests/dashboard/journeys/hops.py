"""A pod's hops as the wire recorded them, in one line each."""

from __future__ import annotations

from typing import Any

RUNNING = frozenset({"etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet.w", "runtime.w"})
PODS = "/api/v1/namespaces/default/pods"
KEY = "/registry/pods/default/web"
RPC = "/runtime.v1.RuntimeService/"


def hop(number: int, source: str, target: str, verb: str, path: str, **more: Any) -> dict[str, Any]:
    subject = {"resource": "pods", "namespace": "default", "name": "web", "uid": "u"}
    found = {"id": number, "source": source, "target": target, "verb": verb, "path": path, "detail": "", "cause": 0}
    return {**found, "answers": 0, "revision": 0, "outcome": "200", "time": 1.0, "subject": subject, **more}


def whole(mode: str = "course", client: str = "kubectl") -> list[dict[str, Any]]:
    """Every hop of a pod that runs, up to step 13."""
    review = [
        hop(2, "kube-apiserver", "kube-controller-manager", "POST", "/admit/api/v1/pods", cause=1),
        hop(3, "kube-controller-manager", "kube-apiserver", "POST", "/admit/api/v1/pods", answers=2, cause=2),
    ]
    return [
        hop(1, client, "kube-apiserver", "POST", PODS, outcome="201", revision=9),
        *(review if mode == "course" else ()),
        hop(4, "kube-apiserver", "etcd", "Txn", KEY, cause=1, revision=9),
        hop(5, "etcd", "kube-apiserver", "Txn", KEY, answers=4, cause=4, revision=9),
        hop(6, "kube-apiserver", "kube-scheduler", "WATCH", "/api/v1/pods", detail="ADDED", revision=9, cause=1),
        hop(7, "kube-scheduler", "kube-scheduler", "NOTE", f"{PODS}/web", detail="Dequeue", cause=6),
        hop(8, "kube-scheduler", "kube-apiserver", "POST", f"{PODS}/web/binding", revision=10, node="w", cause=7),
        hop(9, "kube-apiserver", "kubelet.w", "WATCH", "/api/v1/pods", detail="ADDED", revision=10, cause=8),
        hop(10, "kubelet.w", "runtime.w", "CreateContainer", f"{RPC}CreateContainer", cause=9),
        hop(11, "kubelet.w", "runtime.w", "StartContainer", f"{RPC}StartContainer", cause=9),
        hop(12, "runtime.w", "kubelet.w", "StartContainer", f"{RPC}StartContainer", cause=11, answers=11),
        hop(13, "kubelet.w", "kube-apiserver", "PATCH", f"{PODS}/web/status", cause=9, revision=11, phase="Running"),
        hop(14, "kube-apiserver", "etcd", "Txn", KEY, cause=13, revision=11),
    ]


OF_STEP = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 10: 10, 11: 12, 12: 13, 13: 14}
"""step → the id of its hop in `whole()`"""


def until(step: int, mode: str = "course") -> list[dict[str, Any]]:
    """The hops up to and with a step's."""
    return [each for each in whole(mode) if each["id"] <= OF_STEP[step]]
