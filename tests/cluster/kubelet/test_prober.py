"""Probes by their period and thresholds, against what simulated images say."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Machine

HTTP = {"httpGet": {"path": "/healthz", "port": 80}}


async def test_readiness_follows_the_image_and_says_why_not(machine: Machine) -> None:
    await machine.run(image="slow-start", container={"readinessProbe": {**HTTP, "periodSeconds": 5}})
    assert not await machine.is_ready()
    message = 'Readiness probe failed: Get "http://10.244.1.2:80/healthz": dial tcp 10.244.1.2:80: connect: connection refused'
    assert message in await machine.events("Unhealthy")
    await machine.clock.advance(19)
    assert not await machine.is_ready()
    await machine.clock.advance(2)
    assert await machine.is_ready()
    assert (await machine.container())["restartCount"] == 0


async def test_initial_delay_and_success_threshold_hold_readiness_back(machine: Machine) -> None:
    probe = {**HTTP, "initialDelaySeconds": 7, "periodSeconds": 2, "successThreshold": 3}
    await machine.run(container={"readinessProbe": probe})
    await machine.clock.advance(10.5)
    assert not await machine.is_ready()
    await machine.clock.advance(1)
    assert await machine.is_ready()


async def test_a_failed_liveness_probe_restarts_the_container(machine: Machine) -> None:
    probe = {**HTTP, "periodSeconds": 10, "failureThreshold": 2}
    await machine.run(image="unhealthy", container={"livenessProbe": probe})
    await machine.clock.advance(39)
    assert (await machine.container())["restartCount"] == 0
    await machine.clock.advance(2)
    assert (await machine.container())["restartCount"] == 1
    assert "Liveness probe failed: HTTP probe failed with statuscode: 500" in await machine.events("Unhealthy")
    assert await machine.events("Killing") == ["Container c failed liveness probe, will be restarted"]


async def test_a_startup_probe_holds_the_others_back(machine: Machine) -> None:
    probes = {
        "startupProbe": {**HTTP, "periodSeconds": 4, "failureThreshold": 10},
        "livenessProbe": {**HTTP, "periodSeconds": 1, "failureThreshold": 1},
        "readinessProbe": {**HTTP, "periodSeconds": 60},
    }
    await machine.run(image="slow-start", container=probes)
    await machine.clock.advance(19)
    found = await machine.container()
    assert (found["started"], found["ready"], found["restartCount"]) == (False, False, 0)
    await machine.clock.advance(2)
    found = await machine.container()
    assert (found["started"], found["ready"], found["restartCount"]) == (True, True, 0)


async def test_a_startup_probe_that_never_succeeds_restarts_the_container(machine: Machine) -> None:
    probe = {**HTTP, "periodSeconds": 5, "failureThreshold": 2}
    await machine.run(image="never-ready", container={"startupProbe": probe})
    await machine.clock.advance(6)
    assert await machine.events("Killing") == ["Container c failed startup probe, will be restarted"]


async def test_the_well_known_exec_probe_of_a_vanishing_file(machine: Machine) -> None:
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    await machine.run(image="busybox", container={"args": ["/bin/sh", "-c", script], "livenessProbe": probe})
    await machine.clock.advance(29)
    assert (await machine.container())["restartCount"] == 0
    await machine.clock.advance(15)
    assert (await machine.container())["restartCount"] == 1
    [text] = set(await machine.events("Unhealthy"))
    assert text == "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n"


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        ({"tcpSocket": {"port": 5432}}, "dial tcp 10.244.1.2:5432: connect: connection refused"),
        (
            {"grpc": {"port": 9}},
            'timeout: failed to connect service "10.244.1.2:9" within 1s: context deadline exceeded',
        ),
        ({"exec": {"command": ["sleep", "3"]}}, 'command timed out: "sleep 3" timed out after 1s'),
        ({"exec": {"command": ["sh", "-c", "exit 2"]}}, ""),
    ],
)
async def test_each_handler_says_what_it_met(machine: Machine, handler: Any, said: str) -> None:
    probe = {**handler, "periodSeconds": 60}
    await machine.run(image="busybox", container={"command": ["sleep", "600"], "readinessProbe": probe})
    await machine.clock.advance(2)
    assert await machine.events("Unhealthy") == [f"Readiness probe failed: {said}"]
    assert not await machine.is_ready()


async def test_a_port_is_found_by_its_name(machine: Machine) -> None:
    ports = [{"name": "web", "containerPort": 8080}]
    await machine.run(image="never-ready", container={"ports": ports, "readinessProbe": {"tcpSocket": {"port": "web"}}})
    assert "dial tcp 10.244.1.2:8080" in (await machine.events("Unhealthy"))[0]


async def test_a_readiness_gate_is_somebody_elses_word(machine: Machine) -> None:
    await machine.run(readinessGates=[{"conditionType": "lb"}])
    assert not await machine.is_ready()
    patch = {"status": {"conditions": [{"type": "lb", "status": "True"}]}}
    await machine.client.patch("Pod", "web", patch, "default", subresource="status")
    assert await machine.is_ready()
