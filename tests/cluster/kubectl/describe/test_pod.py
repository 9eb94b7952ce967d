"""A pod's description, from a pod alone."""

from __future__ import annotations

from typing import Any

from cluster.kubectl.describe import pod

POD: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "default", "labels": {"b": "2", "a": "1"}},
    "spec": {
        "nodeName": "n",
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "command": ["sh", "-c", "one\ntwo"],
                "ports": [{"containerPort": 80, "protocol": "TCP", "name": "http"}],
                "env": [
                    {"name": "PLAIN", "value": "x"},
                    {"name": "NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
                    {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                ],
                "readinessProbe": {"httpGet": {"path": "/ok", "port": 80, "scheme": "HTTP"}, "periodSeconds": 10},
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
        "tolerations": [{"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
    },
    "status": {
        "phase": "Running",
        "hostIP": "10.0.0.1",
        "qosClass": "BestEffort",
        "containerStatuses": [
            {
                "name": "c",
                "restartCount": 2,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
            }
        ],
    },
}


def lines() -> list[str]:
    return pod.text(POD, [], 0.0).splitlines()


def test_titles_are_aligned_and_labels_below_each_other() -> None:
    found = lines()
    assert found[0] == "Name:         web"
    assert "Labels:       a=1" in found
    assert found[found.index("Labels:       a=1") + 1] == "              b=2"
    assert "Node:         n/10.0.0.1" in found


def test_a_container_tells_its_state_words_and_environment() -> None:
    found = "\n".join(" ".join(line.split()) for line in lines())
    for text in (
        "Port: 80/TCP (http)",
        "Command:\nsh\n-c\none\ntwo",
        "State: Waiting\nReason: CrashLoopBackOff",
        "Last State: Terminated\nReason: Error\nExit Code: 1",
        "Restart Count: 2",
        "Readiness: http-get http://:80/ok delay=0s timeout=0s period=10s successThreshold=0 failureThreshold=0",
        "PLAIN: x",
        "NAME: web (v1:metadata.name)",
        "KEY: <set to the key 'k' in secret 's'> Optional: false",
        "CPU: node allocatable (limits.cpu)",
        "Tolerations: k:NoExecute op=Exists for 300s",
        "Events: <none>",
    ):
        assert text in found, text
