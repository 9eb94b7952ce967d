"""The cronjob loop: a Job at every due time, history kept short, earlier ones waited for, replaced, or let be.

Watches CronJobs and Jobs · creates and deletes Jobs, writes status · the story goes on in `job`.
Models: pkg/controller/cronjob/{cronjob_controllerv2,utils}.go v1.37
"""

from __future__ import annotations

import datetime

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apis.batch import schedule
from cluster.client.events import NORMAL, WARNING
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import DONE, Loop, Result

SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
AFTERWARDS_SECONDS = 0.1
MANY_MISSED = 100
TOO_MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
ALREADY_ACTIVE = "Not starting job because prior execution is running and concurrency policy is Forbid"


class CronJobLoop(Loop):
    """Starts Jobs on time."""

    name = "cronjob"
    source = "cronjob-controller"

    def watch(self) -> None:
        self.crons = self.informers.informer("CronJob")
        self.jobs = self.informers.informer("Job")
        self.jobs.add_index("cron", _cron_keys)
        self.crons.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.jobs.add_handler(self.enqueuing(_cron_keys))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 old jobs go · 3 which still run · 4 due? start one · 5 status · 6 again at the next due time."""
        found = self.crons.store.get(key)
        if found is None:
            return DONE
        cron = {"apiVersion": "batch/v1", "kind": "CronJob", **found}
        jobs = [each for each in self.jobs.by_index("cron", key) if _is_of(each, cron)]
        await self._clean_up(cron, jobs)
        status = await self._follow(cron, jobs)
        again = DONE
        if not meta.is_being_deleted(cron) and not cron["spec"].get("suspend"):
            status, again = await self._start_if_due(cron, jobs, status)
        await self.write_status("CronJob", found, status)
        return again

    async def _clean_up(self, cron: Obj, jobs: list[Obj]) -> None:
        """Beyond the limits the oldest finished jobs go. Models: cleanupFinishedJobs"""
        for kind, field in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            limit = cron["spec"].get(field)
            finished = sorted((each for each in jobs if meta.is_condition_true(each, kind)), key=_started)
            for each in finished[: max(0, len(finished) - limit)] if limit is not None else ():
                await self._delete(cron, each)

    async def _follow(self, cron: Obj, jobs: list[Obj]) -> Obj:
        """The status with the jobs that still run. Models: syncCronJob's first half"""
        status, name = dict(cron.get("status") or {}), meta.name_of
        active = {each["uid"]: each for each in status.get("active") or ()}
        for job in jobs:
            ended = next((kind for kind in ("Complete", "Failed") if meta.is_condition_true(job, kind)), "")
            if meta.uid_of(job) not in active:
                if not ended:
                    text = f"Saw a job that the controller did not create or forgot: {name(job)}"
                    self.events.event(cron, WARNING, "UnexpectedJob", text)
                continue
            if ended:
                del active[meta.uid_of(job)]
                text = f"Saw completed job: {name(job)}, condition: {ended}"
                self.events.event(cron, NORMAL, "SawCompletedJob", text)
            if ended == "Complete":
                done = (job.get("status") or {}).get("completionTime") or rfc3339(self.clock.now())
                status["lastSuccessfulTime"] = max(done, status.get("lastSuccessfulTime") or done)
        known = {meta.uid_of(job) for job in jobs}
        for uid in [uid for uid in active if uid not in known]:
            missing = active[uid]
            if not await self._is_there(cron, missing):
                del active[uid]
                self.events.event(cron, NORMAL, "MissingJob", f"Active job went missing: {missing['name']}")
        return _with_active(status, list(active.values()))

    async def _is_there(self, cron: Obj, reference: Obj) -> bool:
        """One that was just made may not have come to the informer yet."""
        try:
            found = await self.client.get("Job", reference["name"], meta.namespace_of(cron))
        except ApiError as error:
            if error.code == 404:
                return False
            raise
        return meta.uid_of(found) == str(reference["uid"])

    # --- starting --------------------------------------------------------------------------------------------------

    async def _start_if_due(self, cron: Obj, jobs: list[Obj], status: Obj) -> tuple[Obj, Result]:
        spec, now = cron["spec"], self.clock.now()
        try:
            zone = schedule.zone(spec["timeZone"]) if spec.get("timeZone") else schedule.UTC
        except ValueError as error:
            text = f'invalid timeZone: "{spec["timeZone"]}": {error}'
            self.events.event(cron, WARNING, "UnknownTimeZone", text)
            return status, DONE
        try:
            times = schedule.parse(spec["schedule"])
        except ValueError as error:
            text = f'unparseable schedule: "{spec["schedule"]}" : {error}'
            self.events.event(cron, WARNING, "UnparseableSchedule", text)
            return status, DONE
        due, missed = most_recent(cron, status, times, zone, now)
        later = times.next(now, zone)
        again = Result(later - now + AFTERWARDS_SECONDS) if later is not None else DONE
        if missed > MANY_MISSED:
            self.events.event(cron, WARNING, "TooManyMissedTimes", TOO_MANY)
        if due is None or self._is_started(cron, jobs, status, due):
            return status, again
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and due + deadline < now:
            when = datetime.datetime.fromtimestamp(due, schedule.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            self.events.event(cron, WARNING, "MissSchedule", f"Missed scheduled time to start a job: {when}")
            return status, again
        return await self._start(cron, jobs, status, due, zone), again

    def _is_started(self, cron: Obj, jobs: list[Obj], status: Obj, due: float) -> bool:
        name = job_name(cron, due)
        there = [*(each["name"] for each in status.get("active") or ()), *(meta.name_of(job) for job in jobs)]
        return name in there or status.get("lastScheduleTime") == rfc3339(due)

    async def _start(self, cron: Obj, jobs: list[Obj], status: Obj, due: float, zone: datetime.tzinfo) -> Obj:
        active = list(status.get("active") or ())
        policy = cron["spec"].get("concurrencyPolicy")
        if policy == "Forbid" and active:
            self.events.event(cron, NORMAL, "JobAlreadyActive", ALREADY_ACTIVE)
            return status
        if policy == "Replace":
            uids = {each["uid"] for each in active}
            for job in jobs:
                if meta.uid_of(job) in uids:
                    await self._delete(cron, job)
            active = []
        wanted = job_for(cron, due, zone)
        try:
            made = await self.client.create("Job", wanted, meta.namespace_of(cron))
        except ApiError as error:
            if error.reason == "AlreadyExists" or "being terminated" in error.message:
                return status
            self.events.event(cron, WARNING, "FailedCreate", f"Error creating job: {error.message}")
            raise
        self.events.event(cron, NORMAL, "SuccessfulCreate", f"Created job {meta.name_of(made)}")
        return {**_with_active(status, [*active, reference_to(made)]), "lastScheduleTime": rfc3339(due)}

    async def _delete(self, cron: Obj, job: Obj) -> None:
        options = {"propagationPolicy": "Background"}
        try:
            await self.client.delete("Job", meta.name_of(job), meta.namespace_of(job), options)
        except ApiError as error:
            if error.code != 404:
                self.events.event(cron, WARNING, "FailedDelete", f"Deleted job: {error.message}")
                raise
            return
        self.events.event(cron, NORMAL, "SuccessfulDelete", f"Deleted job {meta.name_of(job)}")


# --- pure -----------------------------------------------------------------------------------------------------------


def most_recent(
    cron: Obj, status: Obj, times: schedule.Schedule, zone: datetime.tzinfo, now: float
) -> tuple[float | None, int]:
    """(the last due time that has passed since the last start, how many have). Models: mostRecentScheduleTime"""
    earliest = parse_rfc3339(status.get("lastScheduleTime") or cron["metadata"]["creationTimestamp"])
    deadline = cron["spec"].get("startingDeadlineSeconds")
    if deadline is not None:
        earliest = max(earliest, now - deadline)
    first = times.next(earliest, zone)
    if first is None or first > now:
        return None, 0
    second = times.next(first, zone)
    if second is None or second > now:
        return first, 1
    missed = int((now - first) // max(1.0, second - first)) + 1
    at = first if missed <= MANY_MISSED else max(first, now - 2 * (second - first))
    due = first
    while at is not None and at <= now:
        due, at = at, times.next(at, zone)  # type: ignore[assignment]  # the loop ends at None
    return due, missed


def job_name(cron: Obj, due: float) -> str:
    return f"{meta.name_of(cron)}-{int(due // 60)}"


def job_for(cron: Obj, due: float, zone: datetime.tzinfo) -> Obj:
    """Models: getJobFromTemplate2"""
    template = cron["spec"]["jobTemplate"]
    metadata = template.get("metadata") or {}
    when = datetime.datetime.fromtimestamp(due, zone).isoformat().replace("+00:00", "Z")
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": job_name(cron, due),
            "labels": dict(metadata.get("labels") or {}),
            "annotations": {**(metadata.get("annotations") or {}), SCHEDULED_AT: when},
            "ownerReferences": [meta.controller_reference(cron)],
        },
        "spec": template["spec"],
    }


def reference_to(job: Obj) -> Obj:
    metadata = job["metadata"]
    found = {name: metadata[name] for name in ("namespace", "name", "uid", "resourceVersion")}
    return {"kind": "Job", "apiVersion": "batch/v1", **found}


def _with_active(status: Obj, active: list[Obj]) -> Obj:
    found = {name: value for name, value in status.items() if name != "active"}
    return {**found, "active": active} if active else found


def _cron_keys(job: Obj) -> list[str]:
    owner = meta.controller_of(job)
    return [f"{meta.namespace_of(job)}/{owner['name']}"] if owner and owner["kind"] == "CronJob" else []


def _is_of(job: Obj, cron: Obj) -> bool:
    return (meta.controller_of(job) or {}).get("uid") == meta.uid_of(cron)


def _started(job: Obj) -> tuple[str, str]:
    return (job.get("status") or {}).get("startTime") or "", meta.name_of(job)
