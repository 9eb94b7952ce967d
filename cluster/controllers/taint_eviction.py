"""The tainteviction loop: ends pods that do not, or no longer, tolerate a NoExecute taint of their node.

Watches Nodes and Pods · deletes pods, having said why in their status · a taint that goes cancels what it had begun.
Models: pkg/controller/tainteviction/taint_eviction.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.apis.core import taints
from cluster.client.events import NORMAL
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import DONE, Loop, Result

NO_EXECUTE, EVICTION = "NoExecute", "TaintManagerEviction"


class TaintEvictionLoop(Loop):
    """Evicts. Keys are pods'."""

    name = "tainteviction"
    source = "taint-eviction-controller"
    workers = 8

    def watch(self) -> None:
        self.seen: dict[tuple[str, str, str], float] = {}
        self.marked: set[str] = set()
        self.nodes = self.informers.informer("Node")
        self.pods = self.informers.informer("Pod")
        self.pods.add_index("node", lambda pod: [pod["spec"]["nodeName"]] if pod["spec"].get("nodeName") else [])
        self.nodes.add_handler(self.on_node)
        self.pods.add_handler(self.on_pod)

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        before, after = (hurting(each) for each in (old, new))
        if before == after:
            return
        name, now = meta.name_of(new or old or {}), self.clock.now()
        keys = {(name, each["key"], each.get("value") or "") for each in after}
        self.seen = {key: since for key, since in self.seen.items() if key[0] != name or key in keys}
        for key in keys:
            self.seen.setdefault(key, now)
        for pod in self.pods.by_index("node", name):
            self.enqueue(pod)

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old or {}
        if type == DELETED:
            self.marked.discard(meta.key_of(pod))
        elif pod["spec"].get("nodeName") and hurting(self.nodes.store.get(pod["spec"]["nodeName"])):
            self.enqueue(pod)

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 taints that hurt · 3 how long it tolerates them · 4 wait or end it."""
        pod = self.pods.store.get(key)
        if pod is None or meta.is_being_deleted(pod):
            return DONE
        found = hurting(self.nodes.store.get(pod["spec"].get("nodeName") or ""))
        patience = tolerated_seconds(pod, found) if found else None
        if patience is None:
            if key in self.marked:
                self.marked.discard(key)
                self.events.event(_named(pod), NORMAL, EVICTION, f"Cancelling deletion of Pod {key}")
            return DONE
        due = self._since(pod["spec"]["nodeName"], found) + patience
        if self.clock.now() < due:
            self.marked.add(key)
            return Result(due - self.clock.now())
        await self._end(pod)
        return DONE

    def _since(self, node_name: str, found: list[Obj]) -> float:
        """When the newest of the taints came."""
        now = self.clock.now()
        return max(
            parse_rfc3339(each["timeAdded"])
            if each.get("timeAdded")
            else self.seen.get((node_name, each["key"], each.get("value") or ""), now)
            for each in found
        )

    async def _end(self, pod: Obj) -> None:
        name, namespace = meta.name_of(pod), meta.namespace_of(pod)
        self.events.event(_named(pod), NORMAL, EVICTION, f"Marking for deletion Pod {namespace}/{name}")
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByTaintManager",
            "message": "Taint manager: deleting due to NoExecute taint",
            "lastTransitionTime": rfc3339(self.clock.now()),
            "observedGeneration": pod["metadata"].get("generation", 1),
        }
        try:
            await self.client.patch(
                "Pod", name, {"status": {"conditions": [condition]}}, namespace, subresource="status"
            )
            await self.client.delete("Pod", name, namespace, {"preconditions": {"uid": meta.uid_of(pod)}})
        except ApiError as error:
            if error.code not in (404, 409):
                raise


# --- pure -----------------------------------------------------------------------------------------------------------


def hurting(node: Obj | None) -> list[Obj]:
    """A node's NoExecute taints."""
    return [each for each in ((node or {}).get("spec") or {}).get("taints") or () if each["effect"] == NO_EXECUTE]


def tolerated_seconds(pod: Obj, found: list[Obj]) -> float | None:
    """How long a pod may stay under NoExecute taints: 0 not at all, None for ever. Models: getMinTolerationTime"""
    tolerations = pod["spec"].get("tolerations") or ()
    used: list[Obj] = []
    for taint in found:
        fitting = [each for each in tolerations if taints.tolerates(each, taint)]
        if not fitting:
            return 0.0
        used += fitting
    limits = [max(0.0, float(each["tolerationSeconds"])) for each in used if each.get("tolerationSeconds") is not None]
    return min(limits, default=None)


def _named(pod: Obj) -> Obj:
    return {"apiVersion": "v1", "kind": "Pod", **pod}
