"""Which pods a drain evicts, which it refuses, which it leaves: without a server."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import status
from tests.cluster.kubectl.conftest import Kubectl

NODE = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "n"}, "spec": {"unschedulable": True}}


def pod(name: str, owner: str = "", phase: str = "Running", volumes: Any = ()) -> dict[str, Any]:
    references = [{"controller": True, "kind": owner, "name": "o"}] if owner else []
    metadata = {"name": name, "namespace": "default", "uid": name, "ownerReferences": references}
    return {"metadata": metadata, "spec": {"volumes": list(volumes)}, "status": {"phase": phase}}


def serve(kubectl: Kubectl, *pods: dict[str, Any]) -> None:
    kubectl.answers.by_path["/api/v1/nodes/n"] = NODE
    kubectl.answers.by_path["/api/v1/pods"] = {"items": list(pods)}
    for each in pods:
        path = f"/api/v1/namespaces/default/pods/{each['metadata']['name']}/eviction"
        kubectl.answers.by_path[path] = {"kind": "Status", "status": "Success"}


@pytest.mark.parametrize(
    ("pods", "flags", "refusal"),
    [
        ([pod("p")], [], "cannot delete Pods that declare no controller (use --force to override): default/p"),
        (
            [pod("p", "DaemonSet")],
            [],
            "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/p",
        ),
        (
            [pod("p", "ReplicaSet", volumes=[{"name": "v", "emptyDir": {}}])],
            [],
            "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/p",
        ),
    ],
)
async def test_a_pod_that_must_not_go_keeps_all_others(
    kubectl: Kubectl, pods: list[dict[str, Any]], flags: list[str], refusal: str
) -> None:
    serve(kubectl, *pods, pod("other", "ReplicaSet"))
    code, out, err = await kubectl("drain", "n", *flags)
    assert (code, out) == (1, "node/n already cordoned\n")
    assert f'error: unable to drain node "n" due to error: {refusal}, continuing command...\n' in err
    assert not [each for each in kubectl.requests() if each.startswith("POST")]


async def test_what_may_go_is_evicted_and_daemon_pods_stay(kubectl: Kubectl) -> None:
    serve(kubectl, pod("web", "ReplicaSet"), pod("agent", "DaemonSet"), pod("done", phase="Succeeded"))
    code, out, err = await kubectl("drain", "n", "--ignore-daemonsets")
    assert code == 0, err
    assert err == "Warning: ignoring DaemonSet-managed Pods: default/agent\n"
    assert sorted(out.splitlines()) == [
        "evicting pod default/done",
        "evicting pod default/web",
        "node/n already cordoned",
        "node/n drained",
        "pod/done evicted",
        "pod/web evicted",
    ]


async def test_a_refused_eviction_is_told(kubectl: Kubectl) -> None:
    serve(kubectl, pod("web", "ReplicaSet"))
    kubectl.answers.by_path["/api/v1/namespaces/default/pods/web/eviction"] = status.failure(403, "Forbidden", "no")
    code, _, err = await kubectl("drain", "n")
    assert code == 1
    assert 'error when evicting pods/"web" -n "default": no' in err
