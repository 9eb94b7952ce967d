"""The job loop: pods until enough have ended well, each counted once by its finalizer.

Watches Jobs and Pods · creates and deletes Pods, frees ended ones of their finalizer, writes status · the story goes on in
the scheduler, later in `ttl_after_finished`.
Models: pkg/controller/job/job_controller.go v1.37
Simplified: failures of an index are counted by its pods that are still there (upstream holds the last one back).
"""

from __future__ import annotations

import asyncio

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.expectations import Expectations
from cluster.client.rest import STRATEGIC_MERGE_PATCH
from cluster.controllers import pod_control
from cluster.controllers import pods as pod_facts
from cluster.controllers.job import back_off, indexes
from cluster.controllers.job import status as job_status
from cluster.controllers.job.tally import FINALIZER, Tally, Verdict, is_tracked
from cluster.controllers.loop import DONE, Loop, Result, Tools
from cluster.controllers.pod_control import PodControl

BURST = 500
CONTROLLER_NAME = "kubernetes.io/job-controller"


class JobLoop(Loop):
    """Runs Jobs."""

    name = "job"
    source = "job-controller"

    def __init__(self, tools: Tools) -> None:
        self.expectations = Expectations(tools.clock)
        super().__init__(tools)

    def watch(self) -> None:
        self.control = PodControl(self.client, self.events)
        self.jobs = self.informers.informer("Job")
        self.pods = self.informers.informer("Pod")
        pod_control.index(self.pods)
        self.pods.add_index("tracked", lambda pod: [_job_key(pod)] if is_tracked(pod) and _job_key(pod) else [])
        self.jobs.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.pods.add_handler(self.on_pod)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        key = _job_key(pod)
        if not key:
            return
        self.expectations.seen(key, type, pod)
        self.queue.add(key)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 over or gone: let its pods go · 3 claim and count · 4 over now? else manage · 5 status, finalizers."""
        found = self.jobs.store.get(key)
        if found is None or job_status.is_finished(found):
            self.expectations.forget(key)
            await self._free([pod for pod in self.pods.by_index("tracked", key) if found is None or _is_of(pod, found)])
            return DONE
        if found["spec"].get("managedBy") not in (None, CONTROLLER_NAME):
            return DONE
        job = {"apiVersion": "batch/v1", "kind": "Job", **found}
        tally = Tally(job, await self.control.claim(job, self.pods), self.clock.now())
        status, told = job_status.begun(tally)
        tally.job = {**job, "status": status}
        verdict, again, active = tally.verdict(), 0.0, len(tally.active)
        if verdict is not None:
            active -= await self._delete_all(key, job, tally.active)
        elif self.expectations.satisfied(key) and not meta.is_being_deleted(job):
            changed, again = await self._manage(key, job, tally)
            active += changed
        status = job_status.counted(tally, status, active)
        await self._track(tally, status, told, verdict)
        left = tally.deadline_left(status)
        waits = [each for each in (again, left) if each]
        return Result(min(waits)) if waits and verdict is None else DONE

    # --- making and ending pods ------------------------------------------------------------------------------------

    async def _manage(self, key: str, job: Obj, tally: Tally) -> tuple[int, float]:
        """(how many more pods are active now, seconds until it may go on). Models: manageJob"""
        spec, active = job["spec"], tally.active
        if spec.get("suspend"):
            return -await self._delete_all(key, job, active), 0.0
        wanted = _wanted(spec, tally)
        doomed = _doomed(tally) if tally.is_indexed else []
        if (over := len(active) - len(doomed) - wanted) > 0:
            doomed += [pod for pod in pod_facts.first_to_go(active) if pod not in doomed][:over]
        if doomed:
            return -await self._delete_all(key, job, doomed[:BURST]), 0.0
        missing = wanted - len(active)
        if tally.replaces_failed_only:
            missing -= len(tally.terminating)
        if missing <= 0:
            return 0, 0.0
        pods, later = self._next_pods(job, tally, min(missing, BURST))
        if pods:
            self.expectations.expect(key, creations=len(pods))
            not_made, failure = await self.control.create_all(job, pods)
            for _ in range(not_made):
                self.expectations.created(key)
            if failure is not None:
                raise failure
            return len(pods) - not_made, later
        return 0, later

    def _next_pods(self, job: Obj, tally: Tally, count: int) -> tuple[list[Obj], float]:
        """(pods to make now, seconds until more may be made)."""
        pod = pod_facts.from_template(job, job["spec"]["template"])
        finalizers = [*(pod["metadata"].get("finalizers") or ()), FINALIZER]
        pod = {**pod, "metadata": {**pod["metadata"], "finalizers": finalizers}}
        if not tally.is_indexed:
            left = back_off.seconds_left([*tally.succeeded, *tally.failed], tally.now)
            return ([], left) if left else ([pod] * count, 0.0)
        per_index = job["spec"].get("backoffLimitPerIndex") is not None
        if not per_index and (left := back_off.seconds_left([*tally.succeeded, *tally.failed], tally.now)):
            return [], left
        held = [*tally.active, *(tally.terminating if tally.replaces_failed_only else ())]
        taken = {indexes.index_of(each) for each in held} | tally.done | tally.failed_indexes
        pods: list[Obj] = []
        waits: list[float] = []
        for index in indexes.next_indexes(job["spec"]["completions"], job["spec"]["completions"], taken):
            failures, last = _failures_of(tally, index)
            if per_index and (left := back_off.after(failures, last, tally.now)):
                waits.append(left)
            elif len(pods) < count:
                pods.append(indexes.with_index(pod, meta.name_of(job), index, failures if per_index else None))
        return pods, min(waits, default=0.0)

    async def _delete_all(self, key: str, job: Obj, pods: list[Obj]) -> int:
        """How many are going now."""
        if not pods:
            return 0
        self.expectations.expect(key, deletions={meta.key_of(pod) for pod in pods})
        results = await asyncio.gather(*(self.control.delete(job, pod) for pod in pods))
        for pod, error in zip(pods, results, strict=True):
            if error is not None:
                self.expectations.deleted(key, meta.key_of(pod))
        if failure := next((each for each in results if each is not None), None):
            raise failure
        return len(pods)

    # --- counting --------------------------------------------------------------------------------------------------

    async def _track(self, tally: Tally, status: Obj, told: list[job_status.Told], verdict: Verdict | None) -> None:
        """Write down what has ended, free it of its finalizer, count it. Models: trackJobStatusAndRemoveFinalizers"""
        known: Obj | None = self.jobs.store.get(meta.key_of(tally.job))
        if status.get("uncountedTerminatedPods"):
            known = await self._write(tally.job, known, status, told)
            if known is None:
                return
        ended = [pod for pod in (*tally.succeeded, *tally.failed) if is_tracked(pod)]
        await self._free(ended)
        still = {meta.uid_of(pod) for pod in tally.pods if is_tracked(pod)} - {meta.uid_of(pod) for pod in ended}
        written = {uid for uids in (status.get("uncountedTerminatedPods") or {}).values() for uid in uids}
        more = [] if written else told
        status = job_status.settled(tally, status, written - still)
        if verdict is not None:
            status, last = job_status.ended(tally, status, verdict)
            more = [*more, *last]
        await self._write(tally.job, known, status, more)

    async def _write(self, job: Obj, known: Obj | None, status: Obj, told: list[job_status.Told]) -> Obj | None:
        """The job as it is then; None when it has gone or changed meanwhile: it is looked at again."""
        if known is None or meta.uid_of(known) != meta.uid_of(job):
            return None
        known = await self.write_status("Job", known, status)
        for each in told if known is not None else ():
            self.events.event(job, *each)
        return known

    async def _free(self, pods: list[Obj]) -> None:
        await asyncio.gather(*(self._remove_finalizer(pod) for pod in pods))

    async def _remove_finalizer(self, pod: Obj) -> None:
        patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": [FINALIZER], "uid": meta.uid_of(pod)}}
        try:
            await self.client.patch(
                "Pod", meta.name_of(pod), patch, meta.namespace_of(pod), content_type=STRATEGIC_MERGE_PATCH
            )
        except ApiError as error:
            if error.code not in (404, 409, 422):
                raise


# --- pure -----------------------------------------------------------------------------------------------------------


def _job_key(pod: Obj) -> str:
    owner = meta.controller_of(pod)
    return f"{meta.namespace_of(pod)}/{owner['name']}" if owner and owner["kind"] == "Job" else ""


def _is_of(pod: Obj, job: Obj) -> bool:
    """Only what has ended is let go of a finished job; of another of its name, all is."""
    owner = meta.controller_of(pod) or {}
    return owner.get("uid") != meta.uid_of(job) or not pod_facts.is_active(pod)


def _wanted(spec: Obj, tally: Tally) -> int:
    """How many pods shall be active."""
    succeeded, parallelism = tally.total("succeeded"), int(spec["parallelism"])
    if spec.get("completions") is None:
        return len(tally.active) if succeeded else parallelism
    left: int = spec["completions"] - succeeded - len(tally.failed_indexes)
    return max(0, min(left, parallelism))


def _doomed(tally: Tally) -> list[Obj]:
    """Active pods whose index is none, too high, or another's already. Models: appendDuplicatedIndexPodsForRemoval"""
    seen: set[int] = set()
    found = []
    for pod in sorted(
        tally.active, key=lambda each: (not pod_facts.is_ready(each), each["metadata"]["creationTimestamp"])
    ):
        index = indexes.index_of(pod)
        if index in seen or not 0 <= index < tally.spec["completions"]:
            found.append(pod)
        seen.add(index)
    return found


def _failures_of(tally: Tally, index: int) -> tuple[int, float]:
    """(how often an index has failed, when last)."""
    mine = [pod for pod in tally.failed if indexes.index_of(pod) == index]
    counts = [int(meta.annotations_of(pod).get(indexes.FAILURES, "0")) + 1 for pod in mine]
    return max(counts, default=0), max((back_off.finished_at(pod) for pod in mine), default=0.0)
