"""What a Job's pods amount to: counted, newly ended, active, on their way out; by index; and whether it is over. Pure.

A pod that has ended is counted once: its uid stands in `status.uncountedTerminatedPods` until its finalizer is gone.
Models: pkg/controller/job/job_controller.go syncJobCtx, getNewFinishedPods v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.batch.job_validation import INDEXED
from cluster.clock import parse_rfc3339
from cluster.controllers import pods as pod_facts
from cluster.controllers.job import indexes, pod_failure_policy, success_policy
from cluster.controllers.job.pod_failure_policy import FAIL_INDEX, FAIL_JOB, IGNORE

FINALIZER = "batch.kubernetes.io/job-tracking"
Verdict = tuple[str, str, str]
"""(interim condition, reason, message)."""


class Tally:
    """One look at a Job and its pods; `now` in cluster seconds."""

    def __init__(self, job: Obj, pods: list[Obj], now: float) -> None:
        self.job, self.spec, self.pods, self.now = job, job["spec"], pods, now
        status = job.get("status") or {}
        uncounted = status.get("uncountedTerminatedPods") or {}
        self.uncounted = {
            "succeeded": set(uncounted.get("succeeded") or ()),
            "failed": set(uncounted.get("failed") or ()),
        }
        self.replaces_failed_only = self.spec.get("podReplacementPolicy") == "Failed"
        self.is_indexed = self.spec.get("completionMode") == INDEXED
        self.active = [pod for pod in pods if pod_facts.is_active(pod)]
        self.terminating = [pod for pod in pods if meta.is_being_deleted(pod) and not _is_over(pod)]
        self.succeeded = [pod for pod in pods if _phase(pod) == "Succeeded"]
        self.failed = [pod for pod in pods if self._has_failed(pod)]
        self.counted = {name: status.get(name) or 0 for name in ("succeeded", "failed")}
        self.done, self.failed_indexes = self._by_index(status)

    def _has_failed(self, pod: Obj) -> bool:
        """Models: isPodFailed: one that is ending will not succeed, unless only failed ones are replaced."""
        if _phase(pod) == "Failed":
            return True
        return meta.is_being_deleted(pod) and _phase(pod) != "Succeeded" and not self.replaces_failed_only

    def _by_index(self, status: Obj) -> tuple[set[int], set[int]]:
        if not self.is_indexed:
            return set(), set()
        most = self.spec["completions"]
        done = indexes.parse(status.get("completedIndexes") or "", most)
        done |= {index for pod in self.succeeded if 0 <= (index := indexes.index_of(pod)) < most}
        failed = indexes.parse(status.get("failedIndexes") or "", most)
        if self.spec.get("backoffLimitPerIndex") is not None:
            failed |= {indexes.index_of(pod) for pod in self.failed if self._fails_its_index(pod)}
        return done, {each for each in failed if 0 <= each < most} - done

    def _fails_its_index(self, pod: Obj) -> bool:
        action, _ = pod_failure_policy.judged(self.spec.get("podFailurePolicy"), pod)
        if action == FAIL_INDEX:
            return True
        count = int(meta.annotations_of(pod).get(indexes.FAILURES, "0"))
        return action != IGNORE and count >= self.spec["backoffLimitPerIndex"]

    def new(self, how: str) -> list[Obj]:
        """Ended pods that still hold their finalizer and are not written down yet."""
        known = self.uncounted["succeeded"] | self.uncounted["failed"]
        found = self.succeeded if how == "succeeded" else self.failed
        return [pod for pod in found if is_tracked(pod) and meta.uid_of(pod) not in known and self._counts(pod)]

    def _counts(self, pod: Obj) -> bool:
        if _phase(pod) == "Succeeded":
            return True
        return pod_failure_policy.judged(self.spec.get("podFailurePolicy"), pod)[0] != IGNORE

    def total(self, how: str) -> int:
        if how == "succeeded" and self.is_indexed:
            return len(self.done)
        return self.counted[how] + len(self.uncounted[how]) + len(self.new(how))

    # --- over? -----------------------------------------------------------------------------------------------------

    def verdict(self) -> Verdict | None:
        """How it ends, when it does. Models: the finished condition of syncJob"""
        status = self.job.get("status") or {}
        for kind in ("FailureTarget", "SuccessCriteriaMet"):
            known = meta.condition_of(self.job, kind)
            if known is not None and known["status"] == "True":
                return kind, known.get("reason", ""), known.get("message", "")
        return self._failure(status) or self._success()

    def _failure(self, status: Obj) -> Verdict | None:
        policy = self.spec.get("podFailurePolicy")
        for pod in self.failed if policy else ():
            action, why = pod_failure_policy.judged(policy, pod)
            if action == FAIL_JOB:
                return "FailureTarget", "PodFailurePolicy", why
        if self.total("failed") > self.spec["backoffLimit"] or self._restarts_too_often():
            return "FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        if not self.spec.get("suspend") and self.deadline_left(status) == 0:
            return "FailureTarget", "DeadlineExceeded", "Job was active longer than specified deadline"
        if self.spec.get("maxFailedIndexes") is not None and len(self.failed_indexes) > self.spec["maxFailedIndexes"]:
            text = "Job has exceeded the specified maximal number of failed indexes"
            return "FailureTarget", "MaxFailedIndexesExceeded", text
        if self.failed_indexes and len(self.done) + len(self.failed_indexes) >= self.spec["completions"]:
            return "FailureTarget", "FailedIndexes", "Job has failed indexes"
        return None

    def _success(self) -> Verdict | None:
        if text := success_policy.met(self.spec, self.done):
            return "SuccessCriteriaMet", "SuccessPolicy", text
        completions, succeeded = self.spec.get("completions"), self.total("succeeded")
        is_complete = (succeeded > 0 and not self.active) if completions is None else succeeded >= completions
        if is_complete and (completions is None or not self.active):
            return "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods"
        return None

    def _restarts_too_often(self) -> bool:
        """Models: pastBackoffLimitOnFailure: containers that start again count, when their pod stays."""
        if (self.spec["template"].get("spec") or {}).get("restartPolicy") != "OnFailure":
            return False
        restarts = sum(
            each.get("restartCount") or 0
            for pod in self.active
            for kind in ("initContainerStatuses", "containerStatuses")
            for each in (pod.get("status") or {}).get(kind) or ()
        )
        limit = self.spec["backoffLimit"]
        return restarts > 0 if limit == 0 else restarts >= limit

    def deadline_left(self, status: Obj) -> float | None:
        """Seconds until the Job has been active for too long; None without a deadline."""
        seconds, started = self.spec.get("activeDeadlineSeconds"), status.get("startTime")
        if seconds is None or not started:
            return None
        left: float = parse_rfc3339(started) + seconds - self.now
        return max(0.0, left)


def is_tracked(pod: Obj) -> bool:
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def _phase(pod: Obj) -> str:
    return str((pod.get("status") or {}).get("phase") or "")


def _is_over(pod: Obj) -> bool:
    return _phase(pod) in ("Succeeded", "Failed")
