"""The ttlafterfinished loop: finished Jobs go when their time to stay is over.

Watches Jobs · deletes Jobs. Models: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.clock import parse_rfc3339
from cluster.controllers.loop import DONE, Loop, Result


class TtlAfterFinishedLoop(Loop):
    """Deletes finished Jobs."""

    name = "ttlafterfinished"
    source = "ttl-after-finished-controller"

    def watch(self) -> None:
        self.jobs = self.informers.informer("Job")
        self.jobs.add_handler(self.enqueuing(lambda job: [meta.key_of(job)] if needs_cleanup(job) else []))

    async def reconcile(self, key: str) -> Result:
        job = self.jobs.store.get(key)
        if job is None or not needs_cleanup(job):
            return DONE
        left = expires_at(job) - self.clock.now()
        if left > 0:
            return Result(left)
        options = {"propagationPolicy": "Foreground", "preconditions": {"uid": meta.uid_of(job)}}
        try:
            await self.client.delete("Job", meta.name_of(job), meta.namespace_of(job), options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise
        return DONE


def needs_cleanup(job: Obj) -> bool:
    finished = meta.is_condition_true(job, "Complete") or meta.is_condition_true(job, "Failed")
    return finished and job["spec"].get("ttlSecondsAfterFinished") is not None and not meta.is_being_deleted(job)


def expires_at(job: Obj) -> float:
    """When a finished Job may go; cluster seconds."""
    since = next(
        each["lastTransitionTime"]
        for each in job["status"]["conditions"]
        if each["type"] in ("Complete", "Failed") and each["status"] == "True"
    )
    return parse_rfc3339(since) + float(job["spec"]["ttlSecondsAfterFinished"])
