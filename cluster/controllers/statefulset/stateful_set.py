"""The statefulset loop: pods with an ordinal, made and ended one after the other, each with claims of its own.

Watches StatefulSets, Pods, ControllerRevisions and PersistentVolumeClaims · creates and deletes Pods, creates claims, ties
them to what may take them along, writes status · the story goes on in the scheduler.
Models: pkg/controller/statefulset/stateful_set.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.rest import MERGE_PATCH
from cluster.controllers import pod_control
from cluster.controllers import pods as pod_facts
from cluster.controllers.history import History
from cluster.controllers.loop import DONE, Loop, Result
from cluster.controllers.pod_control import PodControl
from cluster.controllers.statefulset import identity
from cluster.controllers.statefulset.identity import revision_of
from cluster.controllers.statefulset.stateful_set_control import StatefulSetControl

REVISION_HASH = "controller.kubernetes.io/hash"


class StatefulSetLoop(Loop):
    """Keeps StatefulSets at their ordinals."""

    name = "statefulset"
    source = "statefulset-controller"

    def watch(self) -> None:
        self.sets = self.informers.informer("StatefulSet")
        self.pods = self.informers.informer("Pod")
        self.claims = self.informers.informer("PersistentVolumeClaim")
        self.history = History(self.client, self.informers.informer("ControllerRevision"))
        self.pod_control = PodControl(self.client, self.events)
        self.control = StatefulSetControl(self.client, self.clock, self.events, self.claims)
        pod_control.index(self.pods)
        self.sets.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.pods.add_handler(self.enqueuing(_owner_keys))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 claim pods · 3 revisions · 4 the next step · 5 claims' owners · 6 status · 7 history."""
        found = self.sets.store.get(key)
        if found is None:
            return DONE
        owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", **found}
        pods = [pod for pod in await self.pod_control.claim(owner, self.pods) if identity.ordinal_of(owner, pod) >= 0]
        revisions = await self.history.of(owner)
        newest = await self.history.current(owner, revisions, REVISION_HASH)
        named = (owner.get("status") or {}).get("currentRevision")
        current = next((each for each in revisions if meta.name_of(each) == named), newest)
        if not meta.is_being_deleted(found):
            await self._tie_claims(owner, pods)
            await self.control.update(owner, pods, current, newest)
        again = await self._write_status(key, owner, pods, current, newest)
        live = {meta.name_of(current), meta.name_of(newest), *(revision_of(pod) for pod in pods)}
        await self.history.truncate(owner, revisions, live)
        return again

    async def _tie_claims(self, owner: Obj, pods: list[Obj]) -> None:
        """Claims that go with the set, or with a pod above the count, are owned by it. Models: updateClaimOwnerRefForSetAndPod"""
        policy, start = owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}, identity.start_of(owner)
        if not owner["spec"].get("volumeClaimTemplates"):
            return
        for pod in pods:
            ordinal = identity.ordinal_of(owner, pod)
            above = not start <= ordinal < start + owner["spec"]["replicas"]
            references = []
            if policy.get("whenScaled") == "Delete" and above:
                references = [_reference({"apiVersion": "v1", "kind": "Pod", **pod})]
            elif policy.get("whenDeleted") == "Delete":
                references = [_reference(owner)]
            for wanted in identity.claims_for(owner, ordinal):
                await self._own_claim(meta.name_of(wanted), owner, pod, references)

    async def _own_claim(self, name: str, owner: Obj, pod: Obj, references: list[Obj]) -> None:
        claim = self.claims.get(name, meta.namespace_of(owner))
        if claim is None:
            return
        ours = {meta.uid_of(owner), meta.uid_of(pod)}
        known = claim["metadata"].get("ownerReferences") or []
        wanted = [each for each in known if each["uid"] not in ours] + references
        if wanted != known:
            patch = {"metadata": {"ownerReferences": wanted}}
            await self.client.patch(
                "PersistentVolumeClaim", name, patch, meta.namespace_of(owner), content_type=MERGE_PATCH
            )

    async def _write_status(self, key: str, owner: Obj, pods: list[Obj], current: Obj, newest: Obj) -> Result:
        fresh = [pod for pod in (self.pods.store.get(meta.key_of(each)) for each in pods) if pod is not None]
        status = calculate_status(owner, fresh, current, newest, self.clock.now())
        await self.write_status("StatefulSet", self.sets.store.get(key), status)
        waits = status["availableReplicas"] < status.get("readyReplicas", 0)
        return Result(float(owner["spec"].get("minReadySeconds") or 0)) if waits else DONE


# --- pure -----------------------------------------------------------------------------------------------------------


def calculate_status(owner: Obj, pods: list[Obj], current: Obj, newest: Obj, now: float) -> Obj:
    """Models: updateStatus, completeRollingUpdate"""
    seconds, known = owner["spec"].get("minReadySeconds") or 0, owner.get("status") or {}
    ready = [pod for pod in pods if identity.is_running_and_ready(pod)]
    staying = [pod for pod in pods if not meta.is_being_deleted(pod)]
    updated = sum(revision_of(pod) == meta.name_of(newest) for pod in staying)
    on_current = sum(revision_of(pod) == meta.name_of(current) for pod in staying)
    done = owner["spec"]["updateStrategy"]["type"] == "RollingUpdate" and updated == len(pods) == len(ready)
    if done and updated == owner["spec"]["replicas"]:
        current, on_current = newest, updated
    counts = {
        "observedGeneration": owner["metadata"].get("generation", 0),
        "readyReplicas": len(ready),
        "currentReplicas": on_current,
        "updatedReplicas": updated,
    }
    return {
        **{name: count for name, count in counts.items() if count},
        "replicas": len(pods),
        "availableReplicas": sum(pod_facts.is_available(pod, seconds, now) for pod in ready),
        "currentRevision": meta.name_of(current),
        "updateRevision": meta.name_of(newest),
        "collisionCount": known.get("collisionCount") or 0,
    }


def _owner_keys(pod: Obj) -> list[str]:
    owner = meta.controller_of(pod)
    return [f"{meta.namespace_of(pod)}/{owner['name']}"] if owner and owner["kind"] == "StatefulSet" else []


def _reference(owner: Obj) -> Obj:
    return {name: owner[name] for name in ("apiVersion", "kind")} | {
        "name": meta.name_of(owner),
        "uid": meta.uid_of(owner),
    }
