"""Jobs: as many pods as it takes, each counted once; failures, limits, indexes, policies, suspension, the end."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.clock import rfc3339
from cluster.controllers.job import back_off, indexes

from .conftest import Office

CONTAINERS = [{"name": "c", "image": "busybox"}]


async def start(office: Office, restart: str = "Never", **spec: Any) -> None:
    await office.start("job")
    template = {"spec": {"restartPolicy": restart, "containers": CONTAINERS, "nodeName": "n1"}}
    await office.make("Job", "pi", spec={"template": template, **spec})


async def active(office: Office) -> list[Obj]:
    found = [pod for pod in await office.list("Pod") if pod["status"]["phase"] not in ("Succeeded", "Failed")]
    return sorted(found, key=lambda pod: meta.annotations_of(pod).get(indexes.INDEX, ""))


async def ends(office: Office, pod: Obj, code: int = 0) -> None:
    """Its only container ends, as its kubelet tells."""
    over = {"exitCode": code, "finishedAt": rfc3339(office.clock.now()), "startedAt": rfc3339(office.clock.now())}
    container = {
        "name": "c",
        "image": "busybox",
        "imageID": "",
        "ready": False,
        "restartCount": 0,
        "state": {"terminated": over},
    }
    status = {"phase": "Failed" if code else "Succeeded", "containerStatuses": [container]}
    await office.change("Pod", meta.name_of(pod), {"status": status}, subresource="status")


async def condition(office: Office) -> list[tuple[str, str]]:
    status = (await office.get("Job", "pi"))["status"]
    return [(each["type"], each["reason"]) for each in status.get("conditions") or () if each["status"] == "True"]


async def status(office: Office) -> Obj:
    found: Obj = (await office.get("Job", "pi"))["status"]
    return found


async def test_pods_come_until_enough_have_ended_well(office: Office) -> None:
    await start(office, completions=3, parallelism=2)
    assert len(await active(office)) == 2
    assert (await status(office))["active"] == 2
    for _ in range(3):
        pod = (await active(office))[0]
        assert meta.labels_of(pod)["job-name"] == "pi"
        assert pod["metadata"]["finalizers"] == ["batch.kubernetes.io/job-tracking"]
        await ends(office, pod)
    assert await condition(office) == [("SuccessCriteriaMet", "CompletionsReached"), ("Complete", "CompletionsReached")]
    found = await status(office)
    assert (found["succeeded"], found["uncountedTerminatedPods"], "active" in found) == (3, {}, False)
    assert found["completionTime"]
    assert len(await office.list("Pod")) == 3
    assert not any(pod["metadata"].get("finalizers") for pod in await office.list("Pod"))
    assert await office.events("Completed") == ["Job completed"]


async def test_failures_are_tried_again_later_and_later_up_to_the_limit(office: Office) -> None:
    await start(office, backoffLimit=1)
    await ends(office, (await active(office))[0], 1)
    assert await active(office) == []
    await office.clock.advance(11)
    await ends(office, (await active(office))[0], 1)
    assert await condition(office) == [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]
    assert (await status(office))["failed"] == 2
    assert await office.events("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]


async def test_a_pod_that_somebody_deletes_is_made_anew(office: Office) -> None:
    await start(office)
    first = (await active(office))[0]
    await office.delete("Pod", meta.name_of(first), gracePeriodSeconds=0)
    await office.clock.advance(15)
    [again] = await active(office)
    assert meta.name_of(again) != meta.name_of(first)
    assert (await status(office))["failed"] == 1


async def test_a_deadline_ends_it(office: Office) -> None:
    await start(office, activeDeadlineSeconds=30)
    await office.clock.advance(29)
    assert await condition(office) == []
    await office.clock.advance(2)
    [pod] = await office.list("Pod")
    assert meta.is_being_deleted(pod)
    await office.delete("Pod", meta.name_of(pod), gracePeriodSeconds=0)
    assert ("Failed", "DeadlineExceeded") in await condition(office)


async def test_restarts_in_place_count_against_the_limit(office: Office) -> None:
    await start(office, restart="OnFailure", backoffLimit=2)
    [pod] = await active(office)
    container = {
        "name": "c",
        "image": "busybox",
        "imageID": "",
        "ready": False,
        "restartCount": 2,
        "state": {"running": {}},
    }
    told = {"phase": "Running", "containerStatuses": [container]}
    await office.change("Pod", meta.name_of(pod), {"status": told}, subresource="status")
    assert ("FailureTarget", "BackoffLimitExceeded") in await condition(office)


async def test_a_suspended_job_waits_and_goes_on(office: Office) -> None:
    await start(office, suspend=True, completions=2, parallelism=2)
    assert await active(office) == []
    assert await condition(office) == [("Suspended", "JobSuspended")]
    assert "startTime" not in await status(office)
    await office.change("Job", "pi", {"spec": {"suspend": False}})
    assert len(await active(office)) == 2
    await office.change("Job", "pi", {"spec": {"suspend": True}})
    assert all(meta.is_being_deleted(pod) for pod in await active(office))
    assert await office.events("Resumed") == ["Job resumed"]


async def test_every_index_ends_once(office: Office) -> None:
    await start(office, completions=3, parallelism=2, completionMode="Indexed")
    pods = await active(office)
    assert [indexes.index_of(pod) for pod in pods] == [0, 1]
    assert meta.name_of(pods[1]).startswith("pi-1-")
    assert pods[1]["spec"]["hostname"] == "pi-1"
    assert pods[1]["spec"]["containers"][0]["env"][0]["name"] == "JOB_COMPLETION_INDEX"
    await ends(office, pods[1])
    assert (await status(office))["completedIndexes"] == "1"
    assert [indexes.index_of(pod) for pod in await active(office)] == [0, 2]
    for pod in await active(office):
        await ends(office, pod)
    assert (await status(office))["completedIndexes"] == "0-2"
    assert ("Complete", "CompletionsReached") in await condition(office)


async def test_an_index_has_its_own_limit(office: Office) -> None:
    await start(office, completions=2, parallelism=2, completionMode="Indexed", backoffLimitPerIndex=1)
    await ends(office, (await active(office))[1], 1)
    await office.clock.advance(11)
    again = (await active(office))[1]
    assert meta.annotations_of(again)[indexes.FAILURES] == "1"
    await ends(office, again, 1)
    await office.clock.advance(30)
    assert [indexes.index_of(pod) for pod in await active(office)] == [0]
    assert (await status(office))["failedIndexes"] == "1"
    await ends(office, (await active(office))[0])
    assert ("Failed", "FailedIndexes") in await condition(office)


@pytest.mark.parametrize(
    ("action", "code", "found"),
    [
        ("FailJob", 42, [("FailureTarget", "PodFailurePolicy"), ("Failed", "PodFailurePolicy")]),
        ("Ignore", 42, []),
        ("FailJob", 1, [("FailureTarget", "BackoffLimitExceeded"), ("Failed", "BackoffLimitExceeded")]),
    ],
)
async def test_rules_say_what_a_failure_means(office: Office, action: str, code: int, found: Any) -> None:
    rules = [{"action": action, "onExitCodes": {"operator": "In", "values": [42]}}]
    await start(office, backoffLimit=0, podFailurePolicy={"rules": rules})
    pod = (await active(office))[0]
    await ends(office, pod, code)
    assert await condition(office) == found
    if action == "FailJob" and code == 42:
        [text] = await office.events("PodFailurePolicy")
        assert text == (
            f"Container c for pod default/{meta.name_of(pod)} failed with exit code 42 matching FailJob rule at index 0"
        )
    if action == "Ignore":
        await office.clock.advance(15)
        assert len(await active(office)) == 1


async def test_a_success_policy_ends_it_early(office: Office) -> None:
    rules = [{"succeededIndexes": "1"}]
    await start(office, completions=3, parallelism=3, completionMode="Indexed", successPolicy={"rules": rules})
    await ends(office, (await active(office))[1])
    assert await condition(office) == [("SuccessCriteriaMet", "SuccessPolicy")]
    for pod in await active(office):
        assert meta.is_being_deleted(pod)
        await office.delete("Pod", meta.name_of(pod), gracePeriodSeconds=0)
    assert ("Complete", "SuccessPolicy") in await condition(office)


async def test_pods_of_a_job_that_is_gone_are_let_go(office: Office) -> None:
    await start(office)
    await office.start("garbagecollector")
    await office.delete("Job", "pi", propagationPolicy="Background")
    await office.clock.advance(1)
    [pod] = await office.list("Pod")
    assert "finalizers" not in pod["metadata"]


@pytest.mark.parametrize(
    ("text", "numbers"), [("", []), ("0", [0]), ("0,1", [0, 1]), ("0-2", [0, 1, 2]), ("0,2-4,6,7", [0, 2, 3, 4, 6, 7])]
)
def test_how_indexes_are_written(text: str, numbers: list[int]) -> None:
    assert indexes.shown(numbers) == text
    assert indexes.parse(text, 100) == set(numbers)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 10), (2, 20), (3, 40), (9, 600)])
def test_how_long_it_waits(failures: int, seconds: float) -> None:
    assert back_off.after(failures, 100.0, 100.0) == seconds
    assert back_off.after(failures, 100.0, 100.0 + seconds) == 0
