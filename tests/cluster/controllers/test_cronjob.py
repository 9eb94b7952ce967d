"""CronJobs: started on time, in their zone, not too late, not too many; history kept short. And finished jobs that go."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.batch import schedule
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.cronjob import most_recent

from .conftest import Office

TEMPLATE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}


async def start(office: Office, **spec: Any) -> None:
    await office.start("cronjob")
    job = {"metadata": {"labels": {"app": "hello"}}, "spec": {"template": TEMPLATE}}
    await office.make("CronJob", "hello", spec={"schedule": "* * * * *", "jobTemplate": job, **spec})


async def ends(office: Office, name: str, kind: str = "Complete") -> None:
    now = rfc3339(office.clock.now())
    conditions = [
        {"type": each, "status": "True", "lastTransitionTime": now}
        for each in ({"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[kind], kind)
    ]
    status: Obj = {"startTime": now, "conditions": conditions}
    if kind == "Complete":
        status["completionTime"] = now
    await office.change("Job", name, {"status": status}, subresource="status")


async def active(office: Office) -> list[str]:
    found = (await office.get("CronJob", "hello"))["status"].get("active") or ()
    return [each["name"] for each in found]


async def test_a_job_starts_at_every_due_time(office: Office) -> None:
    await start(office)
    assert await office.names("Job") == []
    await office.clock.advance(61)
    [job] = await office.list("Job")
    due = int(office.clock.now() // 60) * 60
    assert meta.name_of(job) == f"hello-{due // 60}"
    assert meta.labels_of(job)["app"] == "hello"
    assert job["metadata"]["annotations"] == {"batch.kubernetes.io/cronjob-scheduled-timestamp": rfc3339(due)}
    assert (await office.get("CronJob", "hello"))["status"]["lastScheduleTime"] == rfc3339(due)
    assert await active(office) == [meta.name_of(job)]
    assert await office.events("SuccessfulCreate") == [f"Created job {meta.name_of(job)}"]
    await ends(office, meta.name_of(job))
    assert await active(office) == []
    assert await office.events("SawCompletedJob") == [f"Saw completed job: {meta.name_of(job)}, condition: Complete"]
    assert (await office.get("CronJob", "hello"))["status"]["lastSuccessfulTime"]
    await office.clock.advance(60)
    assert len(await office.names("Job")) == 2


@pytest.mark.parametrize(("policy", "jobs", "running"), [("Allow", 2, 2), ("Forbid", 1, 1), ("Replace", 1, 1)])
async def test_one_that_still_runs_is_joined_waited_for_or_replaced(
    office: Office, policy: str, jobs: int, running: int
) -> None:
    await start(office, concurrencyPolicy=policy)
    await office.clock.advance(61)
    [first] = await office.names("Job")
    await office.clock.advance(60)
    names = await office.names("Job")
    assert (len(names), len(await active(office))) == (jobs, running)
    assert (first in names) is (policy != "Replace")
    if policy == "Forbid":
        assert "concurrency policy is Forbid" in (await office.events("JobAlreadyActive"))[0]


async def test_a_suspended_one_starts_nothing(office: Office) -> None:
    await start(office, suspend=True)
    await office.clock.advance(300)
    assert await office.names("Job") == []


async def test_history_is_kept_short(office: Office) -> None:
    await start(office, successfulJobsHistoryLimit=1, failedJobsHistoryLimit=1)
    await office.clock.advance(1)
    for kind in ("Complete", "Failed", "Complete", "Failed"):
        await office.clock.advance(60)
        await ends(office, (await active(office))[0], kind)
    await office.clock.advance(1)
    assert len(await office.names("Job")) == 2
    assert len(await office.events("SuccessfulDelete")) == 2


async def test_a_start_that_is_too_late_is_missed(office: Office) -> None:
    await start(office, startingDeadlineSeconds=10)
    await office.manager.stop_loop("cronjob")
    await office.clock.advance(50 + 60 - office.clock.now() % 60)
    await office.start("cronjob")
    assert await office.names("Job") == []
    await office.clock.advance(20)
    assert len(await office.names("Job")) == 1


async def test_after_a_pause_only_the_last_due_time_is_made_up_for(office: Office) -> None:
    await start(office)
    await office.manager.stop_loop("cronjob")
    await office.clock.advance(600)
    await office.start("cronjob")
    assert await office.names("Job") == [f"hello-{int(office.clock.now() // 60)}"]


CREATED = "2026-11-25T10:00:30Z"


@pytest.mark.parametrize(
    ("last", "deadline", "now", "due", "missed"),
    [
        ("", None, "2026-11-25T10:00:59Z", "", 0),
        ("", None, "2026-11-25T10:01:00Z", "2026-11-25T10:01:00Z", 1),
        ("", None, "2026-11-25T10:05:30Z", "2026-11-25T10:05:00Z", 5),
        ("2026-11-25T10:05:00Z", None, "2026-11-25T10:05:30Z", "", 0),
        ("", 90, "2026-11-25T12:00:30Z", "2026-11-25T12:00:00Z", 1),
        ("", None, "2026-11-26T10:00:30Z", "2026-11-26T10:00:00Z", 1440),
    ],
)
def test_the_last_time_that_was_due(last: str, deadline: int | None, now: str, due: str, missed: int) -> None:
    cron = {"metadata": {"creationTimestamp": CREATED}, "spec": {"startingDeadlineSeconds": deadline}}
    status = {"lastScheduleTime": last} if last else {}
    found, count = most_recent(cron, status, schedule.parse("* * * * *"), schedule.UTC, parse_rfc3339(now))
    assert (rfc3339(found) if found else "", count) == (due, missed)


async def test_finished_jobs_go_when_their_time_is_over(office: Office) -> None:
    await office.start("ttlafterfinished")
    await office.make("Job", "short", spec={"template": TEMPLATE, "ttlSecondsAfterFinished": 30})
    await office.make("Job", "stays", spec={"template": TEMPLATE})
    for name in ("short", "stays"):
        await ends(office, name)
    await office.clock.advance(29)
    assert not meta.is_being_deleted(await office.get("Job", "short"))
    await office.start("garbagecollector")
    await office.clock.advance(2)
    assert await office.names("Job") == ["stays"]
