"""The disruption loop: how many pods of each budget may be evicted now.

Watches PodDisruptionBudgets, Pods and what owns them · writes budgets' status · the story goes on in the API server's
eviction door, which takes from what is allowed.
Models: pkg/controller/disruption/disruption.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apimachinery import intstr, labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL, WARNING
from cluster.client.informer import Informer, namespaces
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers import pods as pod_facts
from cluster.controllers.loop import DONE, Loop, Result

OWNERS = ("ReplicaSet", "Deployment", "ReplicationController", "StatefulSet")
CONFIRM_SECONDS = 120.0


class UnknownScale(Exception):
    """A pod's controller tells no scale."""


class DisruptionLoop(Loop):
    """Writes what evictions budgets allow."""

    name = "disruption"
    source = "controllermanager"

    def watch(self) -> None:
        self.budgets = self.informers.informer("PodDisruptionBudget")
        self.pods = self.informers.informer("Pod")
        self.owners: dict[str, Informer] = {kind: self.informers.informer(kind) for kind in OWNERS}
        self.budgets.add_index("namespace", namespaces)
        pod_facts.index_for_selectors(self.pods)
        self.budgets.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.pods.add_handler(self.on_pod)
        for informer in self.owners.values():
            informer.add_handler(self.on_owner)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        for pod in (each for each in (old, new) if each is not None):
            for budget in self.budgets.by_index("namespace", meta.namespace_of(pod)):
                if _selector(budget).matches(meta.labels_of(pod)):
                    self.enqueue(budget)

    def on_owner(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """A count has changed: budgets that are shares of it do too."""
        if type == DELETED or old is None or new is None or old["spec"].get("replicas") != new["spec"].get("replicas"):
            for budget in self.budgets.by_index("namespace", meta.namespace_of(new or old or {})):
                self.enqueue(budget)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 its pods · 3 how many there shall be · 4 how many are well · 5 status."""
        found = self.budgets.store.get(key)
        if found is None:
            return DONE
        budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", **found}
        pods = self._pods(budget)
        if not pods:
            self.events.event(budget, NORMAL, "NoPods", "No matching pods found")
        try:
            expected, desired = self._expected(budget, pods)
        except UnknownScale as error:
            text = f"Failed to calculate the number of expected pods: {error}"
            self.events.event(budget, WARNING, "CalculateExpectedPodCountFailed", text)
            await self.write_status("PodDisruptionBudget", budget, _failed(budget, str(error), self.clock.now()))
            return DONE
        disrupted, again = _disrupted(budget, pods, self.clock.now())
        status = calculate_status(budget, pods, expected, desired, disrupted, self.clock.now())
        await self.write_status("PodDisruptionBudget", budget, status)
        return Result(again)

    def _pods(self, budget: Obj) -> list[Obj]:
        found = pod_facts.selected(meta.namespace_of(budget), _selector(budget), self.pods)
        return [pod for pod in found if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")]

    def _expected(self, budget: Obj, pods: list[Obj]) -> tuple[int, int]:
        """(how many pods there shall be, how many of them healthy). Models: getExpectedPodCount"""
        spec = budget["spec"]
        if (most := spec.get("maxUnavailable")) is not None:
            expected = self._scale_of(pods)
            return expected, max(0, expected - intstr.scaled(most, expected, round_up=True))
        least = spec.get("minAvailable")
        if isinstance(least, str):
            expected = self._scale_of(pods)
            return expected, intstr.scaled(least, expected, round_up=True)
        return len(pods), least if least is not None else 0

    def _scale_of(self, pods: Iterable[Obj]) -> int:
        """The counts that the pods' controllers want, together. Models: getExpectedScale"""
        scales: dict[str, int] = {}
        for pod in pods:
            owner = meta.controller_of(pod)
            if owner is None:
                continue  # upstream warns of pods that nobody manages and leaves them out
            informer = self.owners.get(owner["kind"])
            if informer is None:
                raise UnknownScale(
                    f"{owner['kind'].lower()}s.{owner['apiVersion'].partition('/')[0]} does not implement the scale subresource"
                )
            found = informer.get(owner["name"], meta.namespace_of(pod))
            above = meta.controller_of(found) if found else None
            if found is not None and above is not None and above["kind"] in self.owners:
                found = self.owners[above["kind"]].get(above["name"], meta.namespace_of(pod)) or found
            if found is not None:
                scales[meta.uid_of(found)] = found["spec"].get("replicas") or 0
        return sum(scales.values())


# --- pure -----------------------------------------------------------------------------------------------------------


def calculate_status(budget: Obj, pods: list[Obj], expected: int, desired: int, disrupted: Obj, now: float) -> Obj:
    """Models: countHealthyPods, updatePdbStatus"""
    healthy = sum(
        pod_facts.is_ready(pod) and not meta.is_being_deleted(pod) and meta.name_of(pod) not in disrupted
        for pod in pods
    )
    allowed = max(0, healthy - desired) if expected > 0 else 0
    found = {
        "observedGeneration": budget["metadata"].get("generation", 0),
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "conditions": _conditions(budget, allowed > 0, "SufficientPods" if allowed else "InsufficientPods", "", now),
    }
    return {**found, "disruptedPods": disrupted} if disrupted else found


def _failed(budget: Obj, message: str, now: float) -> Obj:
    """Nothing is allowed while nobody knows. Models: failSafe"""
    known = budget.get("status") or {}
    return {
        **known,
        "observedGeneration": budget["metadata"].get("generation", 0),
        "disruptionsAllowed": 0,
        "conditions": _conditions(budget, False, "SyncFailed", message, now),
    }


def _conditions(budget: Obj, allowed: bool, reason: str, message: str, now: float) -> list[Obj]:
    known = meta.condition_of(budget, "DisruptionAllowed")
    since = known["lastTransitionTime"] if known and known["status"] == str(allowed) else rfc3339(now)
    return [
        {
            "type": "DisruptionAllowed",
            "status": str(allowed),
            "observedGeneration": budget["metadata"].get("generation", 0),
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        }
    ]


def _disrupted(budget: Obj, pods: list[Obj], now: float) -> tuple[Obj, float]:
    """(pods whose eviction was allowed and is not seen yet, seconds until the first is given up). Models: buildDisruptedPodMap"""
    known = (budget.get("status") or {}).get("disruptedPods") or {}
    here = {meta.name_of(pod): pod for pod in pods}
    found, waits = {}, []
    for name, since in known.items():
        left = parse_rfc3339(since) + CONFIRM_SECONDS - now
        if name in here and not meta.is_being_deleted(here[name]) and left > 0:
            found[name] = since
            waits.append(left)
    return found, min(waits, default=0.0)


def _selector(budget: Obj) -> labels.Selector:
    return labels.from_label_selector(budget["spec"].get("selector"))
