"""The nodelifecycle loop: a node whose Lease is not renewed is not ready; taints follow conditions; pods are evicted.

Watches Nodes, Leases and Pods · writes node conditions and taints, deletes pods that do not tolerate NoExecute taints.
Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/controller/tainteviction v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL
from cluster.client.rest import MERGE_PATCH
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import DONE, Loop, Result

GRACE_SECONDS, CHECK_SECONDS = 50.0, 5.0
NOT_READY, UNREACHABLE, UNSCHEDULABLE = (
    f"node.kubernetes.io/{word}" for word in ("not-ready", "unreachable", "unschedulable")
)
OURS = (NOT_READY, UNREACHABLE, UNSCHEDULABLE)
LOST_MESSAGE = "Kubelet stopped posting node status."


class NodeLifecycleLoop(Loop):
    """Judges nodes."""

    name = "nodelifecycle"
    source = "node-controller"

    def watch(self) -> None:
        self.nodes = self.informers.informer("Node")
        self.leases = self.informers.informer("Lease", "kube-node-lease")
        self.pods = self.informers.informer("Pod")
        self.pods.add_index("node", lambda pod: [pod["spec"]["nodeName"]] if pod["spec"].get("nodeName") else [])
        self.nodes.add_handler(self.on_node)

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        if new is not None and type != DELETED:
            if old is None:
                self.events.event(
                    new,
                    NORMAL,
                    "RegisteredNode",
                    f"Node {meta.name_of(new)} event: Registered Node {meta.name_of(new)} in Controller",
                )
            self.queue.add(meta.name_of(new))

    async def reconcile(self, key: str) -> Result:
        """1 lease · 2 conditions · 3 taints · 4 evictions · 5 look again."""
        node = self.nodes.store.get(key)
        if node is None:
            return DONE
        ready = meta.condition_of(node, "Ready")
        if ready is not None and ready["status"] != "Unknown" and self._silent_seconds(node) > GRACE_SECONDS:
            node = await self._mark_unknown(node)
        node = await self._sync_taints(node)
        await self._evict(node)
        return Result(CHECK_SECONDS)

    def _silent_seconds(self, node: Obj) -> float:
        lease = self.leases.store.get(f"kube-node-lease/{meta.name_of(node)}")
        renewed = ((lease or {}).get("spec") or {}).get("renewTime")
        beat = (meta.condition_of(node, "Ready") or {}).get("lastHeartbeatTime")
        latest = max((parse_rfc3339(each) for each in (renewed, beat) if each), default=self.clock.now())
        return self.clock.now() - latest

    async def _mark_unknown(self, node: Obj) -> Obj:
        now = rfc3339(self.clock.now())
        conditions = [
            {
                **each,
                "status": "Unknown",
                "reason": "NodeStatusUnknown",
                "message": LOST_MESSAGE,
                "lastTransitionTime": now,
            }
            for each in node["status"]["conditions"]
            if each["type"] in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
        ]
        self.events.event(node, NORMAL, "NodeNotReady", f"Node {meta.name_of(node)} status is now: NodeNotReady")
        changed = await self.client.patch(
            "Node", meta.name_of(node), {"status": {"conditions": conditions}}, subresource="status"
        )
        for pod in self.pods.by_index("node", meta.name_of(node)):
            if meta.is_condition_true(pod, "Ready"):
                condition = {"type": "Ready", "status": "False", "lastTransitionTime": now}
                await self._try_patch(pod, {"status": {"conditions": [condition]}})
        return changed

    async def _try_patch(self, pod: Obj, patch: Obj) -> None:
        try:
            await self.client.patch("Pod", meta.name_of(pod), patch, meta.namespace_of(pod), subresource="status")
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def _sync_taints(self, node: Obj) -> Obj:
        present = node["spec"].get("taints") or []
        wanted = wanted_taints(node)
        kept = [each for each in present if each["key"] not in OURS]
        mine = [each for each in present if each["key"] in OURS]
        if {(each["key"], each["effect"]) for each in mine} == set(wanted):
            return node
        now = rfc3339(self.clock.now())
        known = {(each["key"], each["effect"]): each for each in mine}
        added = [known.get(each) or {"key": each[0], "effect": each[1], "timeAdded": now} for each in wanted]
        taints = [*kept, *added]
        patch = {
            "metadata": {"resourceVersion": node["metadata"]["resourceVersion"]},
            "spec": {"taints": taints or None},
        }
        return await self.client.patch("Node", meta.name_of(node), patch, content_type=MERGE_PATCH)

    async def _evict(self, node: Obj) -> None:
        hurting = [each for each in node["spec"].get("taints") or () if each["effect"] == "NoExecute"]
        if not hurting:
            return
        for pod in self.pods.by_index("node", meta.name_of(node)):
            if meta.is_being_deleted(pod):
                continue
            patience = tolerated_seconds(pod, hurting)
            since = max(
                parse_rfc3339(each["timeAdded"]) if each.get("timeAdded") else self.clock.now() for each in hurting
            )
            if patience is not None and self.clock.now() >= since + patience:
                self.events.event(pod, NORMAL, "TaintManagerEviction", f"Marking for deletion Pod {meta.key_of(pod)}")
                try:
                    await self.client.delete("Pod", meta.name_of(pod), meta.namespace_of(pod))
                except ApiError as error:
                    if error.code != 404:
                        raise


def wanted_taints(node: Obj) -> list[tuple[str, str]]:
    """The (key, effect) pairs that a node's conditions and cordon ask for."""
    ready = meta.condition_of(node, "Ready")
    found = []
    if ready is None or ready["status"] == "False":
        found.append((NOT_READY, "NoSchedule"))
        if ready is not None:
            found.append((NOT_READY, "NoExecute"))
    elif ready["status"] == "Unknown":
        found += [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
    if node["spec"].get("unschedulable"):
        found.append((UNSCHEDULABLE, "NoSchedule"))
    return found


def tolerated_seconds(pod: Obj, taints: list[Obj]) -> float | None:
    """How long a pod may stay under NoExecute taints: 0 not at all, None for ever."""
    shortest: float | None = None
    for taint in taints:
        fitting = [each for each in pod["spec"].get("tolerations") or () if _tolerates(each, taint)]
        if not fitting:
            return 0.0
        limits = [each["tolerationSeconds"] for each in fitting if each.get("tolerationSeconds") is not None]
        if limits and len(limits) == len(fitting):
            shortest = min(limits) if shortest is None else min(shortest, *limits)
    return shortest


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]) or toleration.get("key") not in (
        None,
        "",
        taint["key"],
    ):
        return False
    return toleration.get("operator") == "Exists" or (toleration.get("value") or "") == (taint.get("value") or "")
