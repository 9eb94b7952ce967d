"""So many pods of one template: the work that replicaset and replication share.

Watches its own kind and Pods · creates and deletes Pods, adopts and releases them, writes status · the story goes on in
the scheduler. Models: pkg/controller/replicaset/replica_set.go v1.37
"""

from __future__ import annotations

import asyncio
from typing import Any

from cluster.apimachinery import labels, meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.expectations import Expectations
from cluster.clock import rfc3339
from cluster.controllers import pod_control
from cluster.controllers import pods as pod_facts
from cluster.controllers.loop import DONE, Loop, Result, Tools
from cluster.controllers.pod_control import PodControl

BURST = 500


class ReplicaSync(Loop):
    """The loop; `kind` and `api_version` say whose."""

    kind = ""
    api_version = ""

    def __init__(self, tools: Tools) -> None:
        self.expectations = Expectations(tools.clock)
        self.tallies = pod_facts.Tallies()
        super().__init__(tools)

    def watch(self) -> None:
        self.control = PodControl(self.client, self.events)
        self.owners = self.informers.informer(self.kind)
        self.pods = self.informers.informer("Pod")
        pod_control.index(self.pods)
        self.owners.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)]))
        self.pods.add_handler(self.on_pod)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        self.tallies.update(old, None if type == DELETED else new)
        owner = meta.controller_of(pod)
        if owner is None:
            if type != DELETED:
                for obj in self._matching(pod):
                    self.enqueue(obj)
            return
        if owner["kind"] != self.kind:
            return
        key = f"{meta.namespace_of(pod)}/{owner['name']}"
        self.expectations.seen(key, type, pod)
        self.queue.add(key)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 expectations · 3 list and claim · 4 manage · 5 status · 6 requeue for availability."""
        found = self.owners.store.get(key)
        if found is None:
            self.expectations.forget(key)
            return DONE
        owner = {"apiVersion": self.api_version, "kind": self.kind, **found}
        satisfied = self.expectations.satisfied(key)
        count = await self._claim(owner)
        failure: ApiError | None = None
        if satisfied and not meta.is_being_deleted(owner):
            failure = await self._manage(key, owner, count)
        await self._write_status(owner, failure)
        if failure is not None:
            raise failure
        seconds = owner["spec"].get("minReadySeconds") or 0
        waiting = seconds and any(
            pod_facts.is_ready(pod) and not self._available(owner, pod) for pod in self._active(owner)
        )
        return Result(float(seconds)) if waiting else DONE

    # --- claiming --------------------------------------------------------------------------------------------------

    def selector(self, owner: Obj) -> labels.Selector:
        return labels.from_label_selector(owner["spec"].get("selector"))

    def _owned(self, owner: Obj) -> list[Obj]:
        return self.pods.by_index("owner", owner["metadata"]["uid"])

    def _active(self, owner: Obj) -> list[Obj]:
        return [pod for pod in self._owned(owner) if pod_facts.is_active(pod)]

    async def _claim(self, owner: Obj) -> int:
        """How many active pods are this owner's, after adopting orphans that match and releasing those that no longer
        do."""
        selector, tally = self.selector(owner), self.tallies.of(owner["metadata"]["uid"])
        mine = [(facts, count) for facts, count in tally.items() if selector.matches(dict(facts.labels))]
        count = sum(count for facts, count in mine if facts.active)
        if len(mine) < len(tally):
            await self._release(owner, selector)
        if not meta.is_being_deleted(owner):
            for pod in self.pods.by_index("orphan", meta.namespace_of(owner)):
                if pod_facts.is_active(pod) and selector.matches(meta.labels_of(pod)):
                    await self.control.patch_owners(pod, [meta.controller_reference(owner)])
                    count += 1
        return count

    async def _release(self, owner: Obj, selector: labels.Selector) -> None:
        for pod in self._owned(owner):
            if not meta.is_being_deleted(pod) and not selector.matches(meta.labels_of(pod)):
                await self.control.patch_owners(pod, [{"$patch": "delete", "uid": owner["metadata"]["uid"]}])

    def _matching(self, pod: Obj) -> list[Obj]:
        namespace, found = meta.namespace_of(pod), meta.labels_of(pod)
        return [
            obj
            for obj in self.owners.store.values()
            if meta.namespace_of(obj) == namespace and self.selector(obj).matches(found)
        ]

    # --- creating and deleting -------------------------------------------------------------------------------------

    async def _manage(self, key: str, owner: Obj, count: int) -> ApiError | None:
        missing = owner["spec"].get("replicas", 0) - count
        if missing > 0:
            missing = min(missing, BURST)
            self.expectations.expect(key, creations=missing)
            return await self._create(key, owner, missing)
        if missing < 0:
            selector = self.selector(owner)
            mine = [pod for pod in self._active(owner) if selector.matches(meta.labels_of(pod))]
            doomed = pod_facts.first_to_go(mine)[: min(-missing, BURST)]
            self.expectations.expect(key, deletions={meta.key_of(pod) for pod in doomed})
            results = await asyncio.gather(*(self._delete(key, owner, pod) for pod in doomed))
            return next((result for result in results if result is not None), None)
        return None

    async def _create(self, key: str, owner: Obj, count: int) -> ApiError | None:
        pod = pod_facts.from_template(owner, owner["spec"]["template"])
        not_made, failure = await self.control.create_all(owner, [pod] * count)
        for _ in range(not_made):
            self.expectations.created(key)
        return failure

    async def _delete(self, key: str, owner: Obj, pod: Obj) -> ApiError | None:
        failure = await self.control.delete(owner, pod)
        if failure is not None:
            self.expectations.deleted(key, meta.key_of(pod))
        return failure

    # --- status ----------------------------------------------------------------------------------------------------

    def _available(self, owner: Obj, pod: Obj) -> bool:
        return pod_facts.is_available(pod, owner["spec"].get("minReadySeconds") or 0, self.clock.now())

    async def _write_status(self, owner: Obj, failure: ApiError | None) -> None:
        newest = self.owners.store.get(meta.key_of(owner))
        await self.write_status(self.kind, newest, self.status(owner, failure))

    def status(self, owner: Obj, failure: ApiError | None) -> Obj:
        """Models: replica_set_utils.go calculateStatus"""
        wanted = meta.labels_of(owner["spec"]["template"]).items() if "metadata" in owner["spec"]["template"] else ()
        tally = self.tallies.of(owner["metadata"]["uid"])
        active = [(facts, count) for facts, count in tally.items() if facts.active]
        terminating = sum(count for facts, count in tally.items() if facts.terminating)
        ready = sum(count for facts, count in active if facts.ready)
        counts = {
            "fullyLabeledReplicas": sum(count for facts, count in active if facts.labels.issuperset(wanted)),
            "readyReplicas": ready,
            "availableReplicas": ready
            if not owner["spec"].get("minReadySeconds")
            else sum(1 for pod in self._active(owner) if self._available(owner, pod)),
        }
        status: dict[str, Any] = {name: count for name, count in counts.items() if count}
        status["replicas"] = sum(count for _, count in active)
        status["observedGeneration"] = owner["metadata"].get("generation", 0)
        if self.kind == "ReplicaSet":
            status["terminatingReplicas"] = terminating
        if failure is not None:
            known = meta.condition_of(owner, "ReplicaFailure")
            status["conditions"] = [known or self._failed(failure)]
        return status

    def _failed(self, failure: ApiError) -> Obj:
        return {
            "type": "ReplicaFailure",
            "status": "True",
            "reason": pod_control.CREATE_FAILED,
            "message": failure.message,
            "lastTransitionTime": rfc3339(self.clock.now()),
        }
