"""TaintNodesByCondition: a new node takes no pods until it is ready."""

from __future__ import annotations

from cluster.apiserver.admission import taint_nodes_by_condition
from cluster.apiserver.admission.request import UPDATE
from tests.cluster.apiserver.admission.conftest import Desk, request

TAINT = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


async def test_a_new_node_is_tainted_once(desk: Desk) -> None:
    node = {"metadata": {"name": "w1"}, "spec": {}}
    for _ in range(2):
        await taint_nodes_by_condition.admit(desk, request(node, kind="Node"))
    assert node["spec"] == {"taints": [TAINT]}


async def test_a_node_that_is_there_is_left_alone(desk: Desk) -> None:
    node = {"metadata": {"name": "w1"}, "spec": {}}
    await taint_nodes_by_condition.admit(desk, request(node, UPDATE, kind="Node", old=node))
    assert node["spec"] == {}
