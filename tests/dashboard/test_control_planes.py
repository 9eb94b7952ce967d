"""A control plane of three nodes, asked over REST: who leads, and who follows when the leader is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.installation import Installation, installation, until

C = "/api/clusters/three"
SCHEDULER, MANAGER = "kube-scheduler", "kube-controller-manager"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("three")) as installed:
        installed.api("/api/clusters/", "POST", {"name": "three", "nodes": 1, "control_planes": 3})
        until(lambda: leader(installed, SCHEDULER) and leader(installed, MANAGER))
        yield installed


def instances(running: Installation, role: str) -> dict[str, Any]:
    """node name → what the instance on it says; of those that run."""
    found = running.api(f"{C}/components/")
    return {
        each["id"].partition(".")[2]: each["inspect"]
        for each in found
        if each["id"].startswith(f"{role}.control-plane") and each["running"]
    }


def leader(running: Installation, role: str) -> str:
    """The node of the instance that leads, "" while none does."""
    return next((node for node, said in instances(running, role).items() if said["leads"]), "")


def switch(running: Installation, component: str, on: bool) -> Any:
    return running.api(f"{C}/components/{component}/", "PATCH", {"running": on})


def forward(running: Installation, seconds: float) -> None:
    running.api(f"{C}/time/", "PUT", {"forward": seconds})


def kube(running: Installation, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    return running.kube(path, method, body, cluster="three")


def node_of(running: Installation, name: str) -> str:
    pod = kube(running, f"/api/v1/namespaces/default/pods/{name}")[1]
    return str(pod.get("spec", {}).get("nodeName", ""))


def create(running: Installation, name: str) -> None:
    body = {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert kube(running, "/api/v1/namespaces/default/pods", "POST", body)[0] == 201


def test_the_nodes_are_there_and_one_instance_of_each_leads(running: Installation) -> None:
    nodes = kube(running, "/api/v1/nodes")[1]["items"]
    tainted = [node["metadata"]["name"] for node in nodes if node["spec"].get("taints")]
    assert {"control-plane", "control-plane-2", "control-plane-3"} <= set(tainted)
    for role in (SCHEDULER, MANAGER):
        assert sorted(said["leads"] for said in instances(running, role).values()) == [False, False, True]
        lease = kube(running, f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{role}")[1]
        assert lease["spec"]["holderIdentity"].partition("_")[0] == leader(running, role)


def test_a_standby_takes_over_and_pods_go_on(running: Installation) -> None:
    first = leader(running, SCHEDULER)
    create(running, "before")
    until(lambda: node_of(running, "before") == "worker-1")
    switch(running, f"{SCHEDULER}.{first}", False)
    assert running.api(f"{C}/components/{SCHEDULER}/")["running"] is False
    create(running, "between")
    assert node_of(running, "between") == ""
    forward(running, 20)
    second = until(lambda: leader(running, SCHEDULER))
    assert second != first
    until(lambda: node_of(running, "between") == "worker-1")
    switch(running, f"{SCHEDULER}.{first}", True)
    until(lambda: len(instances(running, SCHEDULER)) == 3)
    assert leader(running, SCHEDULER) == second


def test_a_stopped_loop_stays_stopped_under_the_next_leader(running: Installation) -> None:
    switch(running, f"{MANAGER}.replicaset", False)
    first = leader(running, MANAGER)
    switch(running, f"{MANAGER}.{first}", False)
    forward(running, 20)
    until(lambda: leader(running, MANAGER))
    assert running.api(f"{C}/components/{MANAGER}.replicaset/")["running"] is False
    assert running.api(f"{C}/components/{MANAGER}.deployment/")["running"] is True
    switch(running, f"{MANAGER}.replicaset", True)
    switch(running, f"{MANAGER}.{first}", True)


def test_a_power_cut_takes_a_node_s_instances_and_power_brings_them_back(running: Installation) -> None:
    first = leader(running, SCHEDULER)
    switch(running, f"node.{first}", False)
    assert first not in instances(running, SCHEDULER)
    assert first not in instances(running, MANAGER)
    forward(running, 20)
    until(lambda: leader(running, SCHEDULER) and leader(running, MANAGER))
    switch(running, f"node.{first}", True)
    until(lambda: len(instances(running, SCHEDULER)) == len(instances(running, MANAGER)) == 3)


def test_the_whole_component_is_one_switch(running: Installation) -> None:
    switch(running, SCHEDULER, False)
    assert instances(running, SCHEDULER) == {}
    switch(running, SCHEDULER, True)
    forward(running, 20)
    until(lambda: leader(running, SCHEDULER))


def test_it_survives_a_restart(running: Installation) -> None:
    running.kill()
    running.start()
    until(lambda: len(instances(running, MANAGER)) == 3)
    forward(running, 20)
    until(lambda: leader(running, SCHEDULER) and leader(running, MANAGER))


def test_two_nodes_are_refused(running: Installation) -> None:
    with pytest.raises(Exception, match="400"):
        running.api("/api/clusters/", "POST", {"name": "two", "control_planes": 2})
