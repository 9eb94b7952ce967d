"""What the diagram shows of pods and nodes."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.presenters import diagram


def pod(phase: str = "Running", **more: Any) -> dict[str, Any]:
    status = {"phase": phase, "conditions": [{"type": "Ready", "status": "True"}], **more}
    container = {"name": "c", "resources": {"requests": {"cpu": "250m", "memory": "1Gi"}}}
    metadata = {"name": "web", "namespace": "default", "uid": "u", "resourceVersion": "7"}
    return {"metadata": metadata, "spec": {"containers": [container] * 2, "nodeName": "w"}, "status": status}


def waiting(reason: str) -> list[dict[str, Any]]:
    return [{"name": "c", "state": {"waiting": {"reason": reason, "message": f"why {reason}"}}, "ready": False}]


def test_a_pod_is_told_with_its_revision_node_and_requests() -> None:
    shown = diagram.shown("Pod", pod())
    assert (shown["key"], shown["revision"], shown["node"], shown["look"]) == ("default/web", 7, "w", "run")
    assert (shown["containers"], shown["cpu"], shown["memory"]) == (2, 0.5, 2 * 2**30)


@pytest.mark.parametrize(
    ("phase", "ready", "look"),
    [
        ("Running", True, "run"),
        ("Running", False, "pend"),
        ("Pending", False, "pend"),
        ("ContainerCreating", False, "pend"),
        ("ErrImagePull", False, "crash"),
        ("ImagePullBackOff", False, "crash"),
        ("CrashLoopBackOff", False, "crash"),
        ("Error", False, "crash"),
        ("Completed", False, "end"),
        ("Terminating", True, "leave"),
    ],
)
def test_pods_are_coloured_by_phase(phase: str, ready: bool, look: str) -> None:
    assert diagram.look(phase, ready=ready) == look


def test_why_a_pod_does_not_run_is_told_in_its_statuss_words() -> None:
    pulling = pod("Pending", containerStatuses=waiting("ImagePullBackOff"))
    assert diagram.shown("Pod", pulling)["reason"] == "why ImagePullBackOff"
    unscheduled = [{"type": "PodScheduled", "status": "False", "message": "0/4 nodes are available"}]
    assert diagram.reason({"conditions": unscheduled}) == "0/4 nodes are available"
    assert diagram.shown("Pod", pod())["reason"] == ""


def test_a_node_is_told_with_its_role_taints_and_room() -> None:
    node = {
        "metadata": {"name": "cp", "labels": {"node-role.kubernetes.io/control-plane": ""}},
        "spec": {"taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]},
        "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}, "conditions": [{"type": "Ready", "status": "True"}]},
    }
    shown = diagram.shown("Node", node)
    assert (shown["role"], shown["ready"], shown["cordoned"]) == ("control-plane", True, False)
    assert (shown["taints"], shown["cpu"]) == (["control-plane:NoSchedule"], 4.0)


def test_components_say_one_line_of_themselves() -> None:
    loops = [{"name": "a", "running": True}, {"name": "b", "running": False}]
    assert diagram.facts("kube-controller-manager", {"loops": loops}) == "1 of 2 loops on"
    assert diagram.facts("etcd", {"revision": 4, "keys": 2}) == "revision 4 · 2 keys"
    assert diagram.facts("kubelet.worker-1", {"pods": 3}) == "3 pods"
    assert diagram.facts("kube-controller-manager.replicaset", {}) == ""
