"""Whatever is created, changed, stopped, lost or delayed: afterwards the cluster is as its specs ask, and until then no
invariant breaks.

A plan is drawn by hypothesis; a failing one is printed, as short as it can be. `make convergence` runs a thousand.
"""

from __future__ import annotations

import asyncio
import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.wire.message import ConnectionLost

from .world import COMPONENTS, WANTS, World, new_key, pod_spec, unlike

PLANS = int(os.environ.get("KUBELEARN_PLANS", "4"))
REST_SECONDS, STEP_SECONDS = 1800, 20
KINDS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
NAMES = ("a", "b")
IMAGES = ("nginx:1.27", "nginx:1.28", "httpd:2.4")

Step = tuple[Any, ...]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(
        st.just("apply"), st.sampled_from(KINDS), st.sampled_from(NAMES), st.integers(0, 5), st.sampled_from(IMAGES)
    ),
    st.tuples(st.just("job"), st.sampled_from(NAMES), st.integers(1, 4)),
    st.tuples(st.just("tight"), st.integers(1, 12)),
    st.tuples(st.just("delete"), st.sampled_from((*KINDS, "Job")), st.sampled_from(NAMES)),
    st.tuples(st.just("kill a pod"), st.integers(0, 20)),
    st.tuples(st.just("stop"), st.sampled_from(COMPONENTS)),
    st.tuples(st.just("start"), st.sampled_from(COMPONENTS)),
    st.tuples(st.just("drop"), st.integers(0, 2)),
    st.tuples(st.just("delay"), st.integers(0, 2)),
    st.tuples(st.just("advance"), st.sampled_from((1, 7, 30, 90))),
)
given_plans = settings(
    max_examples=PLANS,
    deadline=None,
    derandomize="KUBELEARN_PLANS" not in os.environ,
    database=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def key() -> bytes:
    return new_key()


def spec_of(kind: str, name: str, replicas: int, image: str) -> Obj:
    labels = {"app": f"{kind.lower()}-{name}"}
    spec: Obj = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod_spec(image)},
    }
    if kind != "DaemonSet":
        spec["replicas"] = replicas
    if kind == "StatefulSet":
        spec["serviceName"] = name
    return spec


async def take(world: World, step: Step) -> None:
    match step:
        case ("apply", kind, name, replicas, image):
            await world.apply(kind, f"{kind.lower()}-{name}", spec_of(kind, name, replicas, image))
        case ("job", name, completions):
            template = {"spec": {**pod_spec("busybox", command=["sleep", "5"]), "restartPolicy": "Never"}}
            spec = {"completions": completions, "parallelism": 2, "backoffLimit": 100, "template": template}
            await world.client.create("Job", {"metadata": {"name": f"job-{name}"}, "spec": spec}, "default")
        case ("tight", replicas):
            await world.apply("ReplicaSet", "tight", spec_of("ReplicaSet", "tight", replicas, IMAGES[0]), "tight")
        case ("delete", kind, name):
            await world.delete(kind, f"{kind.lower()}-{name}")
        case ("kill a pod", number):
            pods = (await world.client.list("Pod", "default")).items
            if pods:
                await world.delete("Pod", meta.name_of(pods[number % len(pods)]))
        case ("stop" | "start" as what, component):
            await world.turn(component, on=what == "start")
        case ("drop" | "delay" as what, line):
            world.trouble(line, drop=what == "drop")
        case ("advance", seconds):
            await world.clock.advance(seconds)


async def walk(world: World, plan: list[Step]) -> list[str]:
    """What did not hold, or is not as it should be when all is mended and time has passed."""
    await world.start()
    try:
        for step in plan:
            if {"kube-apiserver", "etcd"} & world.stopped and step[0] not in (
                "stop",
                "start",
                "advance",
                "drop",
                "delay",
            ):
                continue
            try:
                await (
                    take(world, step) if step[0] in ("advance", "stop", "start") else world.pumped(take(world, step))
                )
            except (ApiError, ConnectionLost):
                continue  # a request that was refused or lost changes nothing of what is asked for
            await world.clock.settle()
            await world.look()
        await world.mend()
        left: list[str] = []
        for _ in range(REST_SECONDS // STEP_SECONDS):
            await world.clock.advance(STEP_SECONDS)
            await world.look()
            objects = {kind: await world.listed(kind) for kind in WANTS}
            left = unlike(objects, await world.listed("Pod"))
            if not left:
                break
        return [*world.faults, *left]
    finally:
        await world.stop()


@given_plans
@given(plan=st.lists(STEPS, min_size=6, max_size=16), seed=st.integers(0, 2**16))
def test_the_cluster_comes_to_what_its_specs_ask_for(
    transactional_db: None, tmp_path: Path, key: bytes, plan: list[Step], seed: int
) -> None:
    assert asyncio.run(walk(World(tmp_path, key, seed), plan)) == []


# --- rollouts -------------------------------------------------------------------------------------------------------

COUNTS = st.one_of(st.integers(0, 3), st.sampled_from(("0%", "25%", "50%", "100%")))


def _share(value: int | str, replicas: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    return (math.ceil if up else math.floor)(int(value.removesuffix("%")) * replicas / 100)


@given_plans
@given(
    replicas=st.integers(1, 7),
    unavailable=COUNTS,
    surge=COUNTS,
    images=st.lists(st.sampled_from(IMAGES), min_size=1, max_size=3),
)
def test_a_rollout_keeps_enough_pods_and_makes_not_too_many(
    transactional_db: None, tmp_path: Path, key: bytes, replicas: int, unavailable: Any, surge: Any, images: list[str]
) -> None:
    if str(unavailable) in ("0", "0%") and str(surge) in ("0", "0%"):
        surge = 1  # both may not be nothing
    faults = asyncio.run(roll(World(tmp_path, key, replicas), replicas, unavailable, surge, images))
    assert faults == []


async def roll(world: World, replicas: int, unavailable: Any, surge: Any, images: list[str]) -> list[str]:
    most, fewest = _share(surge, replicas, up=True), _share(unavailable, replicas, up=False)
    if most == fewest == 0:
        fewest = 1  # upstream's way out: neither may be nothing
    await world.start()
    try:
        strategy = {"rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": surge}}
        spec = {**spec_of("Deployment", "a", replicas, "nginx:1.0"), "strategy": strategy}
        await world.apply("Deployment", "deployment-a", spec)
        await world.clock.advance(60)
        await world.follow_pods()

        def judge() -> None:
            pods = [pod for pod in world.pods.values() if not meta.is_being_deleted(pod)]
            ready = sum(meta.is_condition_true(pod, "Ready") for pod in pods)
            if ready < replicas - fewest:
                world.faults.append(f"{ready} ready of {replicas}, at most {fewest} may be missing")
            if len(pods) > replicas + most:
                world.faults.append(f"{len(pods)} pods where {replicas + most} may be")

        judge()
        world.on_pods = judge
        for image in images:
            spec["template"]["spec"]["containers"][0]["image"] = image
            await world.apply("Deployment", "deployment-a", spec)
            await world.clock.advance(120)
        return world.faults + unlike({"Deployment": (await world.client.list("Deployment")).items}, [])
    finally:
        await world.stop()
