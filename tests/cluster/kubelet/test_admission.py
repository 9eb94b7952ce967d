"""The kubelet's own admission: pods that were never scheduled meet the same questions."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.client.rest import MERGE_PATCH

from .conftest import NODE, Machine

CPU = {"resources": {"requests": {"cpu": "3"}}}


async def test_a_pod_that_does_not_fit_is_rejected_with_upstreams_words(machine: Machine) -> None:
    await machine.run("one", container=CPU)
    await machine.run("two", container=CPU)
    status = await machine.status("two")
    message = "Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000"
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfcpu")
    assert status["message"] == f"Pod was rejected: {message}"
    assert await machine.events("OutOfcpu") == [message]
    assert await machine.phase("one") == "Running"


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        (
            {"nodeSelector": {"disk": "ssd"}},
            "NodeAffinity",
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
        ({"os": {"name": "windows"}}, "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"),
    ],
)
async def test_a_pod_the_node_is_not_for(machine: Machine, spec: Any, reason: str, message: str) -> None:
    await machine.run(**spec)
    status = await machine.status()
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", reason, f"Pod was rejected: {message}")


async def test_a_taint_that_does_not_execute_lets_a_named_node_take_its_pod(machine: Machine) -> None:
    for effect, phase in (("NoSchedule", "Running"), ("NoExecute", "Failed")):
        taints = {"spec": {"taints": [{"key": "k", "effect": effect}]}}
        await machine.client.patch("Node", NODE, taints, content_type=MERGE_PATCH)
        await machine.clock.settle()
        await machine.run(f"for-{effect.lower()}")
        assert await machine.phase(f"for-{effect.lower()}") == phase


async def test_room_is_free_again_when_a_pod_has_finished(machine: Machine) -> None:
    await machine.run("one", image="busybox", restartPolicy="Never", container={**CPU, "command": ["sleep", "1"]})
    await machine.clock.advance(2)
    await machine.run("two", container=CPU)
    assert await machine.phase("two") == "Running"
