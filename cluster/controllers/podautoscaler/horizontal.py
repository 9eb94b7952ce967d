"""The horizontalpodautoscaling loop: every quarter of a minute the count that the metrics ask for.

Watches HorizontalPodAutoscalers and Pods · asks for metrics, scales by the scale door, writes status · the story goes on in
the loop of what it scales.
Models: pkg/controller/podautoscaler/horizontal.go v1.37
Simplified: metrics of pods, objects and other systems have no API to be asked of.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import NamedTuple

from cluster.apimachinery import labels, meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.apis.autoscaling.horizontal_pod_autoscaler import SOURCES
from cluster.client.events import NORMAL, WARNING
from cluster.clock import rfc3339
from cluster.controllers import pods as pod_facts
from cluster.controllers.loop import DONE, Loop, Result, Tools
from cluster.controllers.podautoscaler import behavior, metrics, replica_calculator
from cluster.controllers.podautoscaler.behavior import Moment

PERIOD_SECONDS = 15.0
KEPT = 1_000
GOT_SCALE = "the HPA controller was able to get the target's current scale"
NO_SCALE = "the HPA controller was unable to get the target's current scale: {}"
ZERO = "scaling is disabled since the replica count of the target is zero"


class Proposal(NamedTuple):
    """What the metrics ask for."""

    replicas: int
    reason: str
    current: list[Obj]


class Unknown(Exception):
    """No metric tells; `reason` names the condition's."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Memory:
    """What one autoscaler asked for and did lately."""

    def __init__(self) -> None:
        self.asked: deque[Moment] = deque(maxlen=KEPT)
        self.changes: deque[Moment] = deque(maxlen=KEPT)


class HorizontalLoop(Loop):
    """Scales."""

    name = "horizontalpodautoscaling"
    source = "horizontal-pod-autoscaler"

    def __init__(self, tools: Tools) -> None:
        self.memories: dict[str, Memory] = {}
        super().__init__(tools)

    def watch(self) -> None:
        self.scalers = self.informers.informer("HorizontalPodAutoscaler")
        self.pods = self.informers.informer("Pod")
        pod_facts.index_for_selectors(self.pods)
        self.scalers.add_handler(self.on_scaler)

    def on_scaler(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Its own status changes nothing; otherwise it is looked at every period."""
        if type == DELETED or old is None or new is None or old["spec"] != new["spec"]:
            self.enqueue(new or old)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 the target's scale · 3 what metrics ask for · 4 within limits and pace · 5 scale · 6 status."""
        found = self.scalers.store.get(key)
        if found is None:
            self.memories.pop(key, None)
            return DONE
        scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", **found}
        status = dict(scaler.get("status") or {})
        try:
            scale = await self._scale_of(scaler)
        except ApiError as error:
            self.events.event(scaler, WARNING, "FailedGetScale", error.message)
            status = self._told(status, "AbleToScale", False, "FailedGetScale", NO_SCALE.format(error.message))
            await self._write(scaler, status)
            return Result(PERIOD_SECONDS)
        status = self._told(status, "AbleToScale", True, "SucceededGetScale", GOT_SCALE)
        current = (scale.get("spec") or {}).get("replicas") or 0
        status["currentReplicas"] = current
        try:
            status = await self._follow(scaler, scale, current, status)
        except Unknown as error:
            status["desiredReplicas"] = status.get("desiredReplicas") or 0
            text = f"the HPA was unable to compute the replica count: {error}"
            status = self._told(status, "ScalingActive", False, error.reason, text)
        await self._write(scaler, status)
        return Result(PERIOD_SECONDS)

    async def _scale_of(self, scaler: Obj) -> Obj:
        target = scaler["spec"]["scaleTargetRef"]
        kind = self.client.registry.of_object(target.get("apiVersion") or "v1", target["kind"])
        name = f"{target.get('apiVersion')}/{target['kind']}" if kind else target["kind"]
        if kind is None:
            raise ApiError(
                {
                    "code": 404,
                    "message": f'no matches for kind "{target["kind"]}" in group "{(target.get("apiVersion") or "").partition("/")[0]}"',
                }
            )
        return await self.client.get(name, target["name"], meta.namespace_of(scaler), "scale")

    async def _follow(self, scaler: Obj, scale: Obj, current: int, status: Obj) -> Obj:
        spec = scaler["spec"]
        least, most = spec.get("minReplicas") or 1, spec["maxReplicas"]
        memory, now = self.memories.setdefault(meta.key_of(scaler), Memory()), self.clock.now()
        if current == 0:
            status = self._told(status, "ScalingActive", False, "ScalingDisabled", ZERO)
            return {**status, "desiredReplicas": 0}
        if current > most:
            wanted, reason = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            wanted, reason = least, "Current number of replicas below Spec.MinReplicas"
        else:
            proposal = await self._proposal(scaler, scale, current)
            status["currentMetrics"] = proposal.current
            text = f"the HPA was able to successfully calculate a replica count from {proposal.reason}"
            status = self._told(status, "ScalingActive", True, "ValidMetricFound", text)
            asked = behavior.stabilized(spec, proposal.replicas, current, memory.asked, now)
            memory.asked.append((now, proposal.replicas))
            wanted = behavior.limited(spec, asked, current, memory.changes, now)
            status = self._limits_told(status, wanted, least, most)
            wanted = max(least, min(most, wanted))
            reason = f"{proposal.reason} above target" if wanted > current else "All metrics below target"
        if wanted != current:
            status = await self._rescale(scaler, scale, wanted, reason, status)
            memory.changes.append((now, wanted - current))
        return {**status, "desiredReplicas": wanted}

    def _limits_told(self, status: Obj, wanted: int, least: int, most: int) -> Obj:
        if wanted > most:
            text = "the desired replica count is more than the maximum replica count"
            return self._told(status, "ScalingLimited", True, "TooManyReplicas", text)
        if wanted < least:
            text = "the desired replica count is less than the minimum replica count"
            return self._told(status, "ScalingLimited", True, "TooFewReplicas", text)
        text = "the desired count is within the acceptable range"
        return self._told(status, "ScalingLimited", False, "DesiredWithinRange", text)

    async def _rescale(self, scaler: Obj, scale: Obj, wanted: int, reason: str, status: Obj) -> Obj:
        target = scaler["spec"]["scaleTargetRef"]
        changed = {**scale, "spec": {**(scale.get("spec") or {}), "replicas": wanted}}
        try:
            await self.client.update(f"{target['apiVersion']}/{target['kind']}", changed, subresource="scale")
        except ApiError as error:
            text = f"New size: {wanted}; reason: {reason}; error: {error.message}"
            self.events.event(scaler, WARNING, "FailedRescale", text)
            await self._write(
                scaler,
                self._told(
                    status,
                    "AbleToScale",
                    False,
                    "FailedUpdateScale",
                    f"the HPA controller was unable to update the target scale: {error.message}",
                ),
            )
            raise
        self.events.event(scaler, NORMAL, "SuccessfulRescale", f"New size: {wanted}; reason: {reason}")
        text = f"the HPA controller was able to update the target scale to {wanted}"
        status = self._told(status, "AbleToScale", True, "SucceededRescale", text)
        return {**status, "lastScaleTime": rfc3339(self.clock.now())}

    # --- metrics ---------------------------------------------------------------------------------------------------

    async def _proposal(self, scaler: Obj, scale: Obj, current: int) -> Proposal:
        """The most that any metric asks for. Raises Unknown when one that matters tells nothing."""
        found: list[tuple[int, str, Obj]] = []
        failures: list[Unknown] = []
        wanted = scaler["spec"].get("metrics") or []
        for metric in wanted:
            try:
                found.append(await self._of_metric(scaler, scale, metric, current))
            except Unknown as error:
                self.events.event(scaler, WARNING, error.reason, str(error))
                failures.append(error)
        best = max(found, key=_replicas, default=None)
        if best is None or (failures and best[0] < current):
            first, kind = failures[0], wanted[0].get("resource", {}).get("name", "")
            text = f"invalid metrics ({len(failures)} invalid out of {len(wanted)}), first error is: failed to get {kind} resource metric value: {first}"
            self.events.event(scaler, WARNING, "FailedComputeMetricsReplicas", text)
            raise first
        return Proposal(best[0], best[1], [each[2] for each in found])

    async def _of_metric(self, scaler: Obj, scale: Obj, metric: Obj, current: int) -> tuple[int, str, Obj]:
        """(replicas, what was measured, the metric as it is)."""
        if metric["type"] != "Resource":
            name = ((metric.get(SOURCES[metric["type"]]) or {}).get("metric") or {}).get("name", "")
            text = metrics.UNFETCHED.format("custom", "no custom metrics API (custom.metrics.k8s.io) registered")
            raise Unknown(f"FailedGet{metric['type']}Metric", f"unable to get metric {name}: {text}")
        resource, target = metric["resource"]["name"], metric["resource"]["target"]
        selector, namespace = (scale.get("status") or {}).get("selector") or "", meta.namespace_of(scaler)
        word = "utilization" if target.get("averageUtilization") is not None else "usage"
        try:
            used = await metrics.usage(self.client, namespace, selector, resource)
            pods = pod_facts.selected(namespace, labels.parse(selector), self.pods)
            if (share := target.get("averageUtilization")) is not None:
                replicas, found = replica_calculator.by_utilization(pods, used, resource, share, current)
                told: Obj = {"averageUtilization": found}
            else:
                goal = quantity.parse(target["averageValue"])
                replicas, average = replica_calculator.by_average(pods, used, goal, current)
                told = {"averageValue": quantity.format_decimal(average)}
        except (metrics.Unavailable, replica_calculator.Incalculable) as error:
            raise Unknown("FailedGetResourceMetric", f"failed to get {resource} {word}: {error}") from error
        told.setdefault("averageValue", quantity.format_decimal(sum(used.values(), Decimal(0)) / len(used)))
        shown = {"type": "Resource", "resource": {"name": resource, "current": told}}
        kind = f"{resource} resource {word}" + (" (percentage of request)" if word == "utilization" else "")
        return replicas, kind, shown

    # --- status ----------------------------------------------------------------------------------------------------

    def _told(self, status: Obj, kind: str, holds: bool, reason: str, message: str) -> Obj:
        """The status with a condition; its transition time stays while its status does."""
        conditions = list(status.get("conditions") or ())
        known = next((each for each in conditions if each["type"] == kind), None)
        now = rfc3339(self.clock.now())
        since = known["lastTransitionTime"] if known is not None and known["status"] == str(holds) else now
        fresh = {"type": kind, "status": str(holds), "lastTransitionTime": since, "reason": reason, "message": message}
        if known is None:
            return {**status, "conditions": [*conditions, fresh]}
        return {**status, "conditions": [fresh if each is known else each for each in conditions]}

    async def _write(self, scaler: Obj, status: Obj) -> None:
        await self.write_status("HorizontalPodAutoscaler", self.scalers.store.get(meta.key_of(scaler)), status)


def _replicas(found: tuple[int, str, Obj]) -> int:
    return found[0]
