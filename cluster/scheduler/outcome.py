"""What the scheduler writes: bindings, why a pod got no node, and the end of preempted pods.

Models: pkg/scheduler/schedule_one.go (bindingCycle, handleSchedulingFailure), plugins/defaultbinder and
framework/preemption/preemption.go (prepareCandidate) v1.37
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.rest import Client
from cluster.clock import Clock, rfc3339
from cluster.scheduler import volumes
from cluster.scheduler.cache import Cache
from cluster.scheduler.decision import Decision
from cluster.scheduler.pod_info import PodInfo
from cluster.scheduler.preemption import Candidate
from cluster.wire.message import ConnectionLost

SCHEDULED, FAILED_SCHEDULING, PREEMPTED = "Scheduled", "FailedScheduling", "Preempted"
UNSCHEDULABLE, SCHEDULER_ERROR, PREEMPTION_BY_SCHEDULER = "Unschedulable", "SchedulerError", "PreemptionByScheduler"


@dataclass(frozen=True, slots=True)
class BindError:
    """Why a binding failed; `final` when the pod is gone or has a node already, so that trying again is no use."""

    message: str
    final: bool


class Outcome:
    """Writes what a cycle came to."""

    def __init__(self, client: Client, clock: Clock, events: EventRecorder) -> None:
        self.client = client
        self.clock = clock
        self.events = events

    async def bind(self, pod: Obj, node_name: str) -> BindError | None:
        """Bind a pod; the error when that failed."""
        name, namespace = meta.name_of(pod), meta.namespace_of(pod)
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": name, "namespace": namespace, "uid": meta.uid_of(pod)},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node_name},
        }
        try:
            await self.client.create("Pod", binding, namespace, subresource="binding", name=name)
        except ConnectionLost as lost:
            return BindError(str(lost), final=False)
        except ApiError as refused:
            error = BindError(f'running Bind plugin "DefaultBinder": {refused}', final=refused.code in (404, 409))
            if not error.final:
                await self._fail(pod, SCHEDULER_ERROR, error.message)
            return error
        self.events.event(pod, NORMAL, SCHEDULED, f"Successfully assigned {namespace}/{name} to {node_name}")
        return None

    async def bind_volumes(self, pod: Obj, keys: list[str], node_name: str, cache: Cache) -> BindError | None:
        """See that a pod's claims are bound for its node; the error when they are not."""
        try:
            if await volumes.bind(self.client, self.clock, cache, keys, node_name):
                return None
            why = "binding volumes: context deadline exceeded"
        except ConnectionLost as lost:
            return BindError(str(lost), final=False)
        except ApiError as refused:
            why = f"binding volumes: {refused}"
        error = BindError(f'running PreBind plugin "VolumeBinding": {why}', final=False)
        await self._fail(pod, SCHEDULER_ERROR, error.message)
        return error

    async def tell_failure(self, pod: Obj, decision: Decision) -> None:
        """The event, the condition, and the node that the pod waits for."""
        await self._fail(pod, UNSCHEDULABLE, decision.message, decision.nominated)

    async def tell_error(self, pod: Obj, message: str) -> None:
        """The scheduler itself failed."""
        await self._fail(pod, SCHEDULER_ERROR, message)

    async def preempt(self, pod: PodInfo, candidate: Candidate) -> None:
        """End the victims, each with the reason in its conditions."""
        for victim in candidate.victims:
            if not victim.is_terminating:
                await self._end(victim, pod, candidate.node)

    async def _end(self, victim: PodInfo, preemptor: PodInfo, node_name: str) -> None:
        scheduler = preemptor.pod["spec"].get("schedulerName", "")
        condition = self._condition(
            victim.pod,
            "DisruptionTarget",
            "True",
            PREEMPTION_BY_SCHEDULER,
            f"{scheduler}: preempting to accommodate a higher priority pod",
        )
        name = meta.name_of(victim.pod)
        try:
            patch = {"status": {"conditions": [condition]}}
            await self.client.patch("Pod", name, patch, victim.namespace, subresource="status")
            await self.client.delete("Pod", name, victim.namespace)
        except (ApiError, ConnectionLost):
            return
        message = f"Preempted by pod {preemptor.uid} on node {node_name}"
        self.events.event(victim.pod, NORMAL, PREEMPTED, message)

    async def _fail(self, pod: Obj, reason: str, message: str, nominated: str = "") -> None:
        self.events.event(pod, WARNING, FAILED_SCHEDULING, message)
        status = pod.get("status") or {}
        known = meta.condition_of(pod, "PodScheduled") or {}
        same = (known.get("status"), known.get("reason"), known.get("message")) == ("False", reason, message)
        if same and (status.get("nominatedNodeName") or "") == nominated:
            return
        patch: Obj = {"conditions": [self._condition(pod, "PodScheduled", "False", reason, message)]}
        if (status.get("nominatedNodeName") or "") != nominated:
            patch["nominatedNodeName"] = nominated or None
        try:
            await self.client.patch(
                "Pod", meta.name_of(pod), {"status": patch}, meta.namespace_of(pod), subresource="status"
            )
        except (ApiError, ConnectionLost):
            return

    def _condition(self, pod: Obj, type: str, status: str, reason: str, message: str) -> Obj:
        """A condition; its transition time stays while its status does."""
        known = meta.condition_of(pod, type) or {}
        now = rfc3339(self.clock.now())
        return {
            "type": type,
            "status": status,
            "reason": reason,
            "message": message,
            "observedGeneration": pod["metadata"].get("generation", 1),
            "lastProbeTime": None,
            "lastTransitionTime": known.get("lastTransitionTime", now) if known.get("status") == status else now,
        }
