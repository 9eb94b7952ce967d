"""A pod's way on its node: starting, restarting, ending, in virtual time."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.wire import component
from cluster.wire.control import HOLD, Rule

from .conftest import NODE, Machine


async def test_a_pod_runs_with_its_status_as_upstream_writes_it(machine: Machine) -> None:
    await machine.run()
    pod = await machine.pod()
    status = pod["status"]
    assert (status["phase"], status["podIP"], status["hostIP"][:7]) == ("Running", "10.244.1.2", "172.18.")
    assert [each["type"] for each in status["conditions"]] == [
        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
    ]  # fmt: skip
    assert {each["status"] for each in status["conditions"]} == {"True"}
    assert await machine.events() == [
        "Starting kubelet.",
        'Pulling image "nginx"',
        *await machine.events("Pulled"),
        "Container created",
        "Container started",
    ]


async def test_a_crashing_container_restarts_after_10_20_40_seconds(machine: Machine) -> None:
    await machine.run(image="crash")
    begin = machine.clock.now()
    starts: list[float] = []
    while len(starts) < 5:
        await machine.clock.advance_until(lambda: len(machine.runtime.containers) and _newest(machine) not in starts)
        starts.append(_newest(machine))
    gaps = [round(later - earlier) for earlier, later in itertools.pairwise(starts)]
    assert (round(starts[0] - begin), gaps) == (0, [1, 11, 21, 41])
    await machine.clock.advance(2)
    found = await machine.container()
    assert found["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert found["state"]["waiting"]["message"].startswith(
        "back-off 1m20s restarting failed container=c pod=web_default("
    )
    assert (found["lastState"]["terminated"]["exitCode"], found["restartCount"]) == (1, 4)
    assert await machine.phase() == "Running"


def _newest(machine: Machine) -> float:
    return max(each.started for each in machine.runtime.containers.values())


@pytest.mark.parametrize(
    ("policy", "script", "phase", "restarts"),
    [
        ("Never", "exit 0", "Succeeded", 0),
        ("Never", "exit 3", "Failed", 0),
        ("OnFailure", "exit 0", "Succeeded", 0),
        ("OnFailure", "exit 3", "Running", 1),
        ("Always", "exit 0", "Running", 1),
    ],
)
async def test_the_restart_policy_decides_what_an_end_means(
    machine: Machine, policy: str, script: str, phase: str, restarts: int
) -> None:
    await machine.run(image="busybox", restartPolicy=policy, container={"command": ["sh", "-c", f"sleep 1; {script}"]})
    await machine.clock.advance(3)
    assert (await machine.phase(), (await machine.container())["restartCount"]) == (phase, restarts)


async def test_an_image_that_cannot_be_pulled_is_tried_again_ever_more_rarely(machine: Machine) -> None:
    await machine.run(image="nope")
    first = (await machine.container())["state"]["waiting"]
    assert first["reason"] == "ErrImagePull"
    await machine.clock.advance(2)
    second = (await machine.container())["state"]["waiting"]
    assert second["reason"] == "ImagePullBackOff"
    assert second["message"] == f'Back-off pulling image "nope": ErrImagePull: {first["message"]}'
    await machine.clock.advance(130)
    calls = [hop for hop in machine.wire.ring if hop.verb == "PullImage" and not hop.answers]
    assert [round(hop.time - calls[0].time) for hop in calls] == [0, 10, 30, 70]
    assert await machine.phase() == "Pending"


@pytest.mark.parametrize(
    ("image", "policy", "reason", "message"),
    [
        ("nginx", "Never", "ErrImageNeverPull", 'Container image "nginx" is not present with pull policy of Never'),
        (
            "Nginx",
            "Always",
            "InvalidImageName",
            'Failed to apply default image tag "Nginx": couldn\'t parse image name "Nginx": invalid reference format: '
            "repository name must be lowercase",
        ),
    ],
)
async def test_an_image_that_is_never_pulled(
    machine: Machine, image: str, policy: str, reason: str, message: str
) -> None:
    await machine.run(image=image, container={"imagePullPolicy": policy})
    assert (await machine.container())["state"] == {"waiting": {"reason": reason, "message": message}}
    assert message in await machine.events()


async def test_init_containers_run_in_turn_and_a_sidecar_stays(machine: Machine) -> None:
    init = [
        {"name": "one", "image": "busybox", "command": ["sleep", "2"]},
        {"name": "side", "image": "proxy", "restartPolicy": "Always"},
        {"name": "two", "image": "busybox", "command": ["sleep", "3"]},
    ]
    await machine.run(
        initContainers=init, restartPolicy="Never", container={"image": "busybox", "command": ["sleep", "5"]}
    )
    status = await machine.status()
    assert status["phase"] == "Pending"
    assert "running" in status["initContainerStatuses"][0]["state"]
    condition = meta.condition_of(await machine.pod(), "Initialized") or {}
    assert condition["message"] == "containers with incomplete status: [one side two]"
    await machine.clock.advance(2.5)
    assert [list(each["state"]) for each in (await machine.status())["initContainerStatuses"]] == [
        ["terminated"], ["running"], ["running"],
    ]  # fmt: skip
    await machine.clock.advance(3)
    assert await machine.phase() == "Running"
    await machine.clock.advance(6)
    status = await machine.status()
    assert (status["phase"], list(status["initContainerStatuses"][1]["state"])) == ("Succeeded", ["terminated"])


async def test_a_failing_init_container_fails_a_pod_that_never_restarts(machine: Machine) -> None:
    await machine.run(initContainers=[{"name": "i", "image": "busybox", "command": ["false"]}], restartPolicy="Never")
    await machine.clock.advance(1)
    assert await machine.phase() == "Failed"


async def test_a_deleted_pod_runs_its_hook_and_keeps_its_grace(machine: Machine) -> None:
    hook = {"lifecycle": {"preStop": {"sleep": {"seconds": 4}}}}
    await machine.run(image="stubborn", terminationGracePeriodSeconds=10, container=hook)
    await machine.delete()
    await machine.clock.advance(9.5)
    assert await machine.exists()
    await machine.clock.advance(1)
    assert not await machine.exists()
    stop = next(hop for hop in machine.wire.ring if hop.verb == "StopContainer")
    assert round(stop.request.object["timeout"]) == 6
    assert await machine.events("Killing") == ["Stopping container c"]
    assert not machine.runtime.sandboxes


async def test_a_shorter_grace_is_obeyed_while_the_longer_one_runs(machine: Machine) -> None:
    await machine.run(image="stubborn", terminationGracePeriodSeconds=300)
    await machine.delete()
    await machine.clock.advance(5)
    await machine.delete(gracePeriodSeconds=1)
    await machine.clock.advance(2)
    assert not await machine.exists()


async def test_a_deleted_pod_tells_how_it_ended_before_it_goes(machine: Machine) -> None:
    await machine.run()
    await machine.delete()
    assert not await machine.exists()
    last = [hop for hop in machine.wire.ring if hop.verb == "PATCH" and hop.path.endswith("/pods/web/status")][-1]
    [found] = last.request.object["status"]["containerStatuses"]
    assert found["state"]["terminated"]["exitCode"] == 0


async def test_a_pod_over_its_deadline_fails(machine: Machine) -> None:
    await machine.run(activeDeadlineSeconds=30)
    await machine.clock.advance(31)
    status = await machine.status()
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == "Pod was active on the node longer than the specified deadline"


async def test_a_changed_image_restarts_its_container_only(machine: Machine) -> None:
    more = [{"name": "a", "image": "nginx:1"}, {"name": "b", "image": "redis"}]
    await machine.run(containers=more)
    await machine.client.patch("Pod", "web", {"spec": {"containers": [{"name": "a", "image": "nginx:2"}]}}, "default")
    await machine.clock.advance(1)
    status = await machine.status()
    assert [(each["restartCount"], each["image"]) for each in status["containerStatuses"]] == [
        (1, "nginx:2"),
        (0, "redis"),
    ]
    assert await machine.events("Killing") == ["Container a definition changed, will be restarted"]


async def test_a_missing_config_map_holds_a_pod_up_until_it_is_there(machine: Machine) -> None:
    volume = {"name": "conf", "configMap": {"name": "conf"}}
    await machine.run(volumes=[volume])
    assert (await machine.container())["state"] == {"waiting": {"reason": "ContainerCreating"}}
    text = 'MountVolume.SetUp failed for volume "conf" : configmap "conf" not found'
    assert text in await machine.events("FailedMount")
    await machine.client.create("ConfigMap", {"metadata": {"name": "conf"}, "data": {}}, "default")
    await machine.clock.advance(5)
    assert await machine.phase() == "Running"


async def test_an_environment_that_cannot_be_made_says_which_key(machine: Machine) -> None:
    await machine.client.create("ConfigMap", {"metadata": {"name": "conf"}, "data": {}}, "default")
    source = {"configMapKeyRef": {"name": "conf", "key": "color"}}
    await machine.run(container={"env": [{"name": "COLOR", "valueFrom": source}]})
    waiting = (await machine.container())["state"]["waiting"]
    message = "couldn't find key color in ConfigMap default/conf"
    assert waiting == {"reason": "CreateContainerConfigError", "message": message}


async def test_a_failed_post_start_hook_ends_the_container(machine: Machine) -> None:
    hook = {"lifecycle": {"postStart": {"exec": {"command": ["false"]}}}}
    await machine.run(restartPolicy="Never", container=hook)
    assert "PostStartHook failed" in await machine.events("FailedPostStartHook")
    assert (await machine.container())["state"]["waiting"]["reason"] == "PostStartHookError"


async def test_after_a_power_cut_pods_come_back_and_count_it(machine: Machine) -> None:
    await machine.run()
    await machine.run("once", restartPolicy="Never")
    await machine.stop()
    await machine.clock.advance(60)
    await machine.start_runtime()
    await machine.start_kubelet()
    await machine.clock.advance(2)
    found = await machine.container()
    assert (found["restartCount"], list(found["state"])) == (1, ["running"])
    assert (found["lastState"]["terminated"]["exitCode"], found["lastState"]["terminated"]["reason"]) == (
        255,
        "Unknown",
    )
    assert await machine.phase("once") == "Failed"
    assert "Pod sandbox changed, it will be killed and re-created." in await machine.events("SandboxChanged")


async def test_a_kubelet_that_restarts_finds_its_containers_running(machine: Machine) -> None:
    await machine.run()
    before = await machine.pod()
    await machine.stop(component.kubelet(NODE))
    await machine.start_kubelet()
    await machine.clock.advance(30)
    after = await machine.pod()
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    assert len(machine.runtime.containers) == 1


async def test_a_runtime_that_comes_back_empty_has_its_pods_started_again(machine: Machine) -> None:
    await machine.run()
    await machine.stop(component.runtime(NODE))
    await machine.start_runtime()
    await machine.clock.advance(5)
    found = await machine.container()
    assert (found["restartCount"], list(found["state"])) == (1, ["running"])


async def test_a_held_message_of_one_pod_holds_no_other(machine: Machine) -> None:
    machine.wire.control.add(Rule(action=HOLD, verb="PullImage", once=True))
    await machine.run("one", image="first")
    await machine.run("two", image="second")
    assert (await machine.phase("one"), await machine.phase("two")) == ("Pending", "Running")
    machine.wire.control.release_all()
    assert await machine.phase("one") == "Running"


async def test_one_poisoned_pod_stops_no_other(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from cluster.kubelet import pod_worker

    real = pod_worker.PodWorker.sync

    async def poisoned(self: Any) -> None:
        if meta.name_of(self.pod) == "bad":
            raise RuntimeError("poison")
        await real(self)

    monkeypatch.setattr(pod_worker.PodWorker, "sync", poisoned)
    await machine.run("bad")
    await machine.run("good")
    assert await machine.phase("good") == "Running"
