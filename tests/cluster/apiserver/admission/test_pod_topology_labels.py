"""PodTopologyLabels: the zone of the node becomes the pod's."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission import pod_topology_labels
from tests.cluster.apiserver.admission.conftest import Desk, pod, request

ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"


@pytest.fixture
def desk_with_node(desk: Desk) -> Desk:
    labels = {ZONE: "zone-a", REGION: "here", "kubernetes.io/hostname": "w1"}
    desk.put("Node", "w1", "", metadata={"labels": labels})
    return desk


async def test_a_binding_gets_the_zone_and_region_of_its_node(desk_with_node: Desk) -> None:
    binding = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "w1"}}
    await pod_topology_labels.admit(desk_with_node, request(binding, subresource="binding"))
    assert binding["metadata"]["labels"] == {ZONE: "zone-a", REGION: "here"}


async def test_a_pod_that_names_its_node_gets_them_at_once_over_its_own(desk_with_node: Desk) -> None:
    obj = pod(nodeName="w1")
    obj["metadata"]["labels"] = {ZONE: "mine", "app": "web"}
    await pod_topology_labels.admit(desk_with_node, request(obj))
    assert obj["metadata"]["labels"] == {ZONE: "zone-a", REGION: "here", "app": "web"}


@pytest.mark.parametrize("name", ["", "w2"])
async def test_no_node_no_labels(desk_with_node: Desk, name: str) -> None:
    obj = pod(nodeName=name)
    await pod_topology_labels.admit(desk_with_node, request(obj))
    assert "labels" not in obj["metadata"]
