"""The next step of a StatefulSet: one pod after the other, or all at once; then down from the top, then the update.

Models: pkg/controller/statefulset/{stateful_set_control,stateful_pod_control}.go updateStatefulSet v1.37
"""

from __future__ import annotations

from cluster.apimachinery import intstr, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import Informer
from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.controllers import pods as pod_facts
from cluster.controllers.statefulset import identity
from cluster.controllers.statefulset.identity import is_healthy, is_running_and_ready, ordinal_of, revision_of


class StatefulSetControl:
    """Takes steps; every one is told by an Event."""

    def __init__(self, client: Client, clock: Clock, events: EventRecorder, claims: Informer) -> None:
        self.client = client
        self.clock = clock
        self.events = events
        self.claims = claims

    async def update(self, owner: Obj, pods: list[Obj], current: Obj, newest: Obj) -> None:
        """1 pods in order · 2 those above the count, from the top · 3 those of an old template, from the top."""
        ordered = owner["spec"].get("podManagementPolicy") != "Parallel"
        start = identity.start_of(owner)
        wanted = range(start, start + owner["spec"]["replicas"])
        known = {ordinal_of(owner, pod): pod for pod in pods}
        condemned = [known[each] for each in sorted(known, reverse=True) if each >= 0 and each not in wanted]
        for ordinal in wanted:
            revision = current if ordinal < start + _partition(owner) else newest
            if not await self._keep(owner, ordinal, known.get(ordinal), revision, ordered):
                return
        broken = [pod for pod in (*(known[each] for each in wanted), *reversed(condemned)) if not is_healthy(pod)]
        for pod in condemned:
            if not await self._condemn(owner, pod, broken[0] if broken else None, ordered):
                return
        if owner["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            await self._roll(owner, [known[each] for each in wanted], newest)

    async def _keep(self, owner: Obj, ordinal: int, pod: Obj | None, revision: Obj, ordered: bool) -> bool:
        """See to one pod that shall be; False when the others have to wait for it. Models: processReplica"""
        if pod is None:
            await self._create(owner, ordinal, revision)
            return not ordered
        if identity.has_finished(pod):
            word, reason = ("failed", "RecreatingFailedPod")
            if pod["status"]["phase"] == "Succeeded":
                word, reason = ("terminated", "RecreatingTerminatedPod")
            if not meta.is_being_deleted(pod):
                text = f"StatefulSet {meta.key_of(owner)} is recreating {word} Pod {meta.name_of(pod)}"
                self.events.event(owner, WARNING, reason, text)
                await self._delete(owner, pod)
            return False
        if (pod.get("status") or {}).get("phase") == "Pending":
            await self._make_claims(owner, ordinal)
        if not ordered:
            return True
        return is_healthy(pod) and self._is_available(owner, pod)

    async def _condemn(self, owner: Obj, pod: Obj, broken: Obj | None, ordered: bool) -> bool:
        """End one pod above the count; False when the others have to wait. Models: processCondemned"""
        if meta.is_being_deleted(pod):
            return not ordered
        is_well = is_running_and_ready(pod) and self._is_available(owner, pod)
        if ordered and not is_well and (broken is None or meta.uid_of(broken) != meta.uid_of(pod)):
            return False
        await self._delete(owner, pod)
        return not ordered

    async def _roll(self, owner: Obj, pods: list[Obj], newest: Obj) -> None:
        """From the top down to the partition; what is unavailable anyway counts first.

        Models: updateStatefulSetAfterInvariantEstablished
        """
        rolling = owner["spec"]["updateStrategy"].get("rollingUpdate") or {}
        most = max(1, intstr.scaled(rolling.get("maxUnavailable") or 1, owner["spec"]["replicas"], round_up=True))
        away = sum(not (is_healthy(pod) and self._is_available(owner, pod)) for pod in pods)
        for pod in reversed(pods[_partition(owner) :]):
            if revision_of(pod) == meta.name_of(newest) or meta.is_being_deleted(pod):
                continue
            well = is_healthy(pod) and self._is_available(owner, pod)
            if well and away >= most:
                return
            away += well
            await self._delete(owner, pod)

    def _is_available(self, owner: Obj, pod: Obj) -> bool:
        return pod_facts.is_available(pod, owner["spec"].get("minReadySeconds") or 0, self.clock.now())

    # --- pods and claims -------------------------------------------------------------------------------------------

    async def _create(self, owner: Obj, ordinal: int, revision: Obj) -> None:
        await self._make_claims(owner, ordinal)
        pod = identity.pod_for(owner, ordinal, revision)
        try:
            await self.client.create("Pod", pod, meta.namespace_of(owner))
        except ApiError as error:
            if error.reason != "AlreadyExists" and "being terminated" not in error.message:
                self._tell(
                    owner, f"Create Pod {meta.name_of(pod)} in StatefulSet {meta.name_of(owner)}", "Create", error
                )
                raise
            return
        self._tell(owner, f"Create Pod {meta.name_of(pod)} in StatefulSet {meta.name_of(owner)}", "Create")

    async def _delete(self, owner: Obj, pod: Obj) -> None:
        what = f"Delete Pod {meta.name_of(pod)} in StatefulSet {meta.name_of(owner)}"
        try:
            await self.client.delete("Pod", meta.name_of(pod), meta.namespace_of(pod))
        except ApiError as error:
            if error.code != 404:
                self._tell(owner, what, "Delete", error)
                raise
            return
        self._tell(owner, what, "Delete")

    async def _make_claims(self, owner: Obj, ordinal: int) -> None:
        """Claims outlive their pods: those that are there are used again."""
        namespace = meta.namespace_of(owner)
        for claim in identity.claims_for(owner, ordinal):
            name = meta.name_of(claim)
            if self.claims.get(name, namespace) is not None:
                continue
            what = f"Claim {name} Pod {meta.name_of(owner)}-{ordinal} in StatefulSet {meta.name_of(owner)}"
            try:
                await self.client.create("PersistentVolumeClaim", claim, namespace)
            except ApiError as error:
                if error.reason != "AlreadyExists":
                    text = f"create {what} failed error: {error.message}"
                    self.events.event(owner, WARNING, "FailedCreate", text)
                    raise
                continue
            self.events.event(owner, NORMAL, "SuccessfulCreate", f"Create {what} success")

    def _tell(self, owner: Obj, what: str, verb: str, error: ApiError | None = None) -> None:
        if error is None:
            self.events.event(owner, NORMAL, f"Successful{verb}", f"{what} successful")
        else:
            text = f"{what[0].lower()}{what[1:]} failed error: {error.message}"
            self.events.event(owner, WARNING, f"Failed{verb}", text)


def _partition(owner: Obj) -> int:
    update = owner["spec"]["updateStrategy"]
    return (update.get("rollingUpdate") or {}).get("partition") or 0 if update["type"] == "RollingUpdate" else 0
