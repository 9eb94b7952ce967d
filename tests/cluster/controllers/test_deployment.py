"""Roll-outs: rolling, recreating, paused, scaled half-way, rolled back, adopted; and their arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.controllers.deployment import deployment_util, rolling

from .conftest import Office


def spec(image: str = "nginx:1", replicas: int = 3, **more: Any) -> Obj:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}
    return {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **more}


async def deploy(office: Office, **more: Any) -> None:
    await office.start("deployment", "replicaset")
    await office.make("Deployment", "web", spec=spec(**more))
    await office.all_run()


async def set_image(office: Office, image: str) -> None:
    template = {"spec": {"containers": [{"name": "c", "image": image}]}}
    await office.change("Deployment", "web", {"spec": {"template": template}})


async def sizes(office: Office) -> dict[str, int]:
    """Image → replicas of its set."""
    return {
        each["spec"]["template"]["spec"]["containers"][0]["image"]: each["spec"]["replicas"]
        for each in await office.list("ReplicaSet")
    }


async def condition(office: Office, kind: str) -> tuple[str, str]:
    found = meta.condition_of(await office.get("Deployment", "web"), kind) or {}
    return found.get("status", ""), found.get("reason", "")


async def test_a_rollout_goes_pod_by_pod_and_tells_of_it(office: Office) -> None:
    await deploy(office)
    await set_image(office, "nginx:2")
    assert await sizes(office) == {"nginx:1": 3, "nginx:2": 1}
    await office.all_run()
    assert await sizes(office) == {"nginx:1": 0, "nginx:2": 3}
    old, new = (f"replica set {meta.name_of(each)}" for each in sorted(
        await office.list("ReplicaSet"), key=lambda each: each["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
    ))  # fmt: skip
    assert await office.events("ScalingReplicaSet") == [
        f"Scaled up {old} from 0 to 3",
        f"Scaled up {new} from 0 to 1",
        f"Scaled down {old} from 3 to 2",
        f"Scaled up {new} from 1 to 2",
        f"Scaled down {old} from 2 to 1",
        f"Scaled up {new} from 2 to 3",
        f"Scaled down {old} from 1 to 0",
    ]
    assert await condition(office, "Progressing") == ("True", "NewReplicaSetAvailable")


async def test_recreate_waits_until_the_old_pods_are_gone(office: Office) -> None:
    await deploy(office, strategy={"type": "Recreate"})
    for pod in await office.list("Pod"):
        await office.change("Pod", meta.name_of(pod), {"metadata": {"finalizers": ["example.com/hold"]}})
    await set_image(office, "nginx:2")
    assert await sizes(office) == {"nginx:1": 0}
    for pod in await office.list("Pod"):
        await office.change("Pod", meta.name_of(pod), {"metadata": {"finalizers": None}})
    await office.all_run()
    assert await sizes(office) == {"nginx:1": 0, "nginx:2": 3}


async def test_noting_its_revision_is_no_new_generation(office: Office) -> None:
    await deploy(office)
    deployment = await office.get("Deployment", "web")
    assert meta.annotations_of(deployment)["deployment.kubernetes.io/revision"] == "1"
    assert (deployment["metadata"]["generation"], deployment["status"]["observedGeneration"]) == (1, 1)


async def test_a_rollback_takes_the_old_set_and_a_new_revision(office: Office) -> None:
    await deploy(office)
    await set_image(office, "nginx:2")
    await office.all_run()
    await set_image(office, "nginx:1")
    await office.all_run()
    assert await sizes(office) == {"nginx:1": 3, "nginx:2": 0}
    notes = {
        each["spec"]["template"]["spec"]["containers"][0]["image"]: meta.annotations_of(each)
        for each in await office.list("ReplicaSet")
    }
    assert notes["nginx:1"]["deployment.kubernetes.io/revision"] == "3"
    assert notes["nginx:1"]["deployment.kubernetes.io/revision-history"] == "1"
    assert meta.annotations_of(await office.get("Deployment", "web"))["deployment.kubernetes.io/revision"] == "3"


async def test_a_paused_deployment_scales_but_does_not_roll(office: Office) -> None:
    await deploy(office)
    await office.change("Deployment", "web", {"spec": {"paused": True}})
    await set_image(office, "nginx:2")
    await office.change("Deployment", "web", {"spec": {"replicas": 5}})
    await office.all_run()
    assert await sizes(office) == {"nginx:1": 5}
    assert await condition(office, "Progressing") == ("Unknown", "DeploymentPaused")
    await office.change("Deployment", "web", {"spec": {"paused": None}})
    await office.all_run()
    assert await sizes(office) == {"nginx:1": 0, "nginx:2": 5}


async def test_a_deployment_scaled_half_way_grows_both_sets_by_their_share(office: Office) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    await deploy(office, replicas=10, strategy=strategy)
    await set_image(office, "nginx:2")
    assert await sizes(office) == {"nginx:1": 8, "nginx:2": 5}
    await office.change("Deployment", "web", {"spec": {"replicas": 15}})
    assert await sizes(office) == {"nginx:1": 11, "nginx:2": 7}


async def test_no_progress_in_time_is_said(office: Office) -> None:
    await deploy(office, progressDeadlineSeconds=30)
    await set_image(office, "nginx:2")
    await office.clock.advance(25)
    assert await condition(office, "Progressing") == ("True", "ReplicaSetUpdated")
    await office.clock.advance(10)
    assert await condition(office, "Progressing") == ("False", "ProgressDeadlineExceeded")


async def test_a_pod_counts_as_available_after_its_seconds(office: Office) -> None:
    await office.start("deployment", "replicaset")
    await office.make("Deployment", "web", spec=spec(replicas=1, minReadySeconds=20))
    await office.all_run()
    assert (await office.get("Deployment", "web"))["status"].get("availableReplicas", 0) == 0
    await office.clock.advance(21)
    assert (await office.get("Deployment", "web"))["status"]["availableReplicas"] == 1


async def test_only_so_many_old_sets_are_kept(office: Office) -> None:
    await deploy(office, replicas=1, revisionHistoryLimit=1)
    for number in (2, 3, 4):
        await set_image(office, f"nginx:{number}")
        await office.all_run()
    assert await sizes(office) == {"nginx:3": 0, "nginx:4": 1}


async def test_a_set_that_nobody_owns_is_adopted(office: Office) -> None:
    await deploy(office)
    await office.start("garbagecollector")
    await office.delete("Deployment", "web", propagationPolicy="Orphan")
    await office.clock.advance(2)
    [left] = await office.list("ReplicaSet")
    assert not left["metadata"].get("ownerReferences")
    await office.make("Deployment", "web", spec=spec())
    await office.all_run()
    [adopted] = await office.list("ReplicaSet")
    assert (meta.name_of(adopted), adopted["metadata"]["ownerReferences"][0]["kind"]) == (
        meta.name_of(left),
        "Deployment",
    )


def deployment(replicas: int, surge: Any = 0, unavailable: Any = 0) -> Obj:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"spec": {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}}


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "found"),
    [
        (10, "25%", "25%", (3, 2)),
        (1, "25%", "25%", (1, 0)),
        (10, 0, 0, (0, 1)),
        (3, 1, "100%", (1, 3)),
        (0, "25%", "25%", (0, 1)),
    ],
)
def test_surge_and_unavailable_as_counts(replicas: int, surge: Any, unavailable: Any, found: tuple[int, int]) -> None:
    counts = deployment_util.limits(deployment(replicas, surge, unavailable))
    assert counts[0] == found[0]
    assert counts[1] == min(found[1], max(replicas, found[1]))


@pytest.mark.parametrize(
    ("wanted", "before", "found"),
    [
        (20, {"a": 10}, {"a": 20}),
        (10, {"a": 5, "b": 5}, {"a": 5, "b": 5}),
        (20, {"a": 5, "b": 5}, {"a": 10, "b": 10}),
        (5, {"a": 7, "b": 3}, {"a": 3, "b": 2}),
        (0, {"a": 7, "b": 3}, {"a": 0, "b": 0}),
    ],
)
def test_the_share_of_each_set(wanted: int, before: dict[str, int], found: dict[str, int]) -> None:
    most = str(sum(before.values()))
    sets = [
        {
            "metadata": {"name": name, "creationTimestamp": name, "annotations": {deployment_util.MAX: most}},
            "spec": {"replicas": size},
        }
        for name, size in before.items()
    ]
    assert deployment_util.proportions(deployment(wanted), sets) == found


def test_pods_beyond_the_size_of_a_set_that_was_made_smaller_do_not_count() -> None:
    """Its status is late: two of three available pods stay, and one of them may go."""
    new = {"metadata": {"name": "new"}, "spec": {"replicas": 3}, "status": {"availableReplicas": 2}}
    old = {"metadata": {"name": "old"}, "spec": {"replicas": 2}, "status": {"availableReplicas": 3}}
    assert rolling.shrunk(new, [old], 3) == {"old": 1}
