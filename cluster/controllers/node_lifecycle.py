"""The nodelifecycle loop: a node whose Lease is not renewed is not ready; taints follow conditions.

Watches Nodes, Leases and Pods · writes node conditions and taints, and the readiness of pods of lost nodes · the story
goes on in `taint_eviction`. Models: pkg/controller/nodelifecycle/node_lifecycle_controller.go v1.37
Simplified: NoExecute taints come at once, there are no zones and no rate of eviction.
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL, WARNING
from cluster.client.rest import MERGE_PATCH
from cluster.clock import parse_rfc3339, rfc3339
from cluster.controllers.loop import DONE, Loop, Result

GRACE_SECONDS, STARTUP_SECONDS, CHECK_SECONDS = 50.0, 60.0, 5.0
NOT_READY, UNREACHABLE, UNSCHEDULABLE = (
    f"node.kubernetes.io/{word}" for word in ("not-ready", "unreachable", "unschedulable")
)
PRESSURES = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
}
OURS = (NOT_READY, UNREACHABLE, UNSCHEDULABLE, *PRESSURES.values())
WATCHED = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
LOST = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
NEVER = ("NodeStatusNeverUpdated", "Kubelet never posted node status.")


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
        """1 lease · 2 conditions · 3 taints · 4 look again."""
        node = self.nodes.store.get(key)
        if node is None:
            return DONE
        ready = meta.condition_of(node, "Ready")
        if (ready is None or ready["status"] != "Unknown") and self._silent_seconds(node) > (
            STARTUP_SECONDS if ready is None else GRACE_SECONDS
        ):
            node = await self._mark_unknown(node)
        await self._sync_taints(node)
        return Result(CHECK_SECONDS)

    def _silent_seconds(self, node: Obj) -> float:
        """Since the last sign of life; a node that never gave one counts from its creation."""
        lease = self.leases.store.get(f"kube-node-lease/{meta.name_of(node)}")
        renewed = ((lease or {}).get("spec") or {}).get("renewTime")
        beat = (meta.condition_of(node, "Ready") or {}).get("lastHeartbeatTime")
        signs = [parse_rfc3339(each) for each in (renewed, beat) if each]
        return self.clock.now() - max(signs, default=parse_rfc3339(node["metadata"]["creationTimestamp"]))

    async def _mark_unknown(self, node: Obj) -> Obj:
        now, name = rfc3339(self.clock.now()), meta.name_of(node)
        conditions = []
        for kind in WATCHED:
            known = meta.condition_of(node, kind)
            reason, message = NEVER if known is None else LOST
            beat = {"lastHeartbeatTime": node["metadata"]["creationTimestamp"]} if known is None else {}
            fields = {
                "type": kind,
                "status": "Unknown",
                "reason": reason,
                "message": message,
                "lastTransitionTime": now,
            }
            conditions.append({**(known or beat), **fields})
        if meta.is_condition_true(node, "Ready"):
            text = f"Node {name} status is now: NodeNotReady"
            self.events.event({"apiVersion": "v1", "kind": "Node", **node}, NORMAL, "NodeNotReady", text)
        changed = await self.client.patch("Node", name, {"status": {"conditions": conditions}}, subresource="status")
        for pod in self.pods.by_index("node", name):
            if meta.is_condition_true(pod, "Ready"):
                await self._mark_pod_not_ready(pod, now)
        return changed

    async def _mark_pod_not_ready(self, pod: Obj, now: str) -> None:
        """Models: controller_utils.go MarkPodsNotReady"""
        condition = {"type": "Ready", "status": "False", "lastTransitionTime": now}
        named = {"apiVersion": "v1", "kind": "Pod", **pod}
        self.events.event(named, WARNING, "NodeNotReady", "Node is not ready")
        await self._try_patch(pod, {"status": {"conditions": [condition]}})

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
    found += [(key, "NoSchedule") for kind, key in PRESSURES.items() if meta.is_condition_true(node, kind)]
    if node["spec"].get("unschedulable"):
        found.append((UNSCHEDULABLE, "NoSchedule"))
    return found
