"""The podgc loop: pods that nobody will end any more: of nodes that are gone, of nodes that are out of service, never
scheduled and being deleted, and the oldest of too many finished ones.

Watches Pods and Nodes · writes pod status, deletes pods · every twenty seconds.
Models: pkg/controller/podgc/gc_controller.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.clock import rfc3339
from cluster.controllers.loop import Loop, Result

EVERY_SECONDS, QUARANTINE_SECONDS = 20.0, 40.0
FINISHED_THRESHOLD = 12_500
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
SWEEP = "sweep"


class PodGcLoop(Loop):
    """Sweeps. Its one key is "sweep"."""

    name = "podgc"
    source = "pod-garbage-collector"
    workers = 1

    def watch(self) -> None:
        self.pods = self.informers.informer("Pod")
        self.nodes = self.informers.informer("Node")
        self.missing: dict[str, float] = {}
        self.queue.add(SWEEP)

    async def reconcile(self, key: str) -> Result:
        """1 finished · 2 out of service · 3 orphaned · 4 deleted before they had a node · 5 again."""
        pods = list(self.pods.store.values())
        finished = sorted((pod for pod in pods if _finished(pod)), key=_created)
        for pod in finished[: max(0, len(finished) - FINISHED_THRESHOLD)]:
            await self._delete(pod)
        for pod in pods:
            if meta.is_being_deleted(pod) and self._is_out_of_service(pod):
                await self._fail_and_delete(pod)
        for pod in self._orphans(pods):
            await self._orphan(pod)
        for pod in pods:
            if meta.is_being_deleted(pod) and not pod["spec"].get("nodeName"):
                await self._fail_and_delete(pod)
        return Result(EVERY_SECONDS)

    def _is_out_of_service(self, pod: Obj) -> bool:
        node = self.nodes.store.get(pod["spec"].get("nodeName") or "")
        if node is None or meta.is_condition_true(node, "Ready"):
            return False
        return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())

    def _orphans(self, pods: list[Obj]) -> list[Obj]:
        """Pods of nodes that have been missing for forty seconds."""
        now = self.clock.now()
        missing = {
            pod["spec"]["nodeName"]
            for pod in pods
            if pod["spec"].get("nodeName") and pod["spec"]["nodeName"] not in self.nodes.store
        }
        self.missing = {name: self.missing.get(name, now) for name in missing}
        gone = {name for name, since in self.missing.items() if now - since >= QUARANTINE_SECONDS}
        return [pod for pod in pods if pod["spec"].get("nodeName") in gone]

    async def _orphan(self, pod: Obj) -> None:
        try:
            await self.client.get("Node", pod["spec"]["nodeName"])
        except ApiError as error:
            if error.code != 404:
                raise
            condition = {
                "type": "DisruptionTarget",
                "status": "True",
                "reason": "DeletionByPodGC",
                "message": "PodGC: node no longer exists",
                "lastTransitionTime": rfc3339(self.clock.now()),
                "observedGeneration": pod["metadata"].get("generation", 1),
            }
            await self._fail_and_delete(pod, [condition])

    async def _fail_and_delete(self, pod: Obj, conditions: list[Obj] | None = None) -> None:
        """A pod that ends unfinished has failed. Models: markFailedAndDeletePodWithCondition"""
        if not _finished(pod):
            status: Obj = {"phase": "Failed", **({"conditions": conditions} if conditions else {})}
            name, namespace = meta.name_of(pod), meta.namespace_of(pod)
            try:
                await self.client.patch("Pod", name, {"status": status}, namespace, subresource="status")
            except ApiError as error:
                if error.code == 404:
                    return
                self.error = error.message
                return
        await self._delete(pod)

    async def _delete(self, pod: Obj) -> None:
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": meta.uid_of(pod)}}
        try:
            await self.client.delete("Pod", meta.name_of(pod), meta.namespace_of(pod), options)
        except ApiError as error:
            if error.code not in (404, 409):
                self.error = error.message


def _finished(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _created(pod: Obj) -> str:
    return pod["metadata"].get("creationTimestamp") or ""
