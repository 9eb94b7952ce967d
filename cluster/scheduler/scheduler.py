"""kube-scheduler: watches pods and nodes, decides one pod at a time, binds through the API server.

Watches Pods and Nodes · writes bindings, the PodScheduled condition and Events · the story goes on in the kubelet of the
chosen node. On the wire it notes what its queue hands out (`Dequeue`) and what it decided (`Decide`).
Models: pkg/scheduler/{scheduler,eventhandlers,schedule_one}.go v1.37
Simplified: one profile; no preemption yet.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.clock import Clock, rfc3339
from cluster.scheduler.cache import Cache
from cluster.scheduler.cycle import Decision, decide
from cluster.scheduler.profiles import DEFAULT_SCHEDULER
from cluster.scheduler.queue import SchedulingQueue
from cluster.wire import component
from cluster.wire.message import ConnectionLost

KEPT_DECISIONS = 200
MOST_BINDING = 64


class Scheduler:
    """The default scheduler."""

    id = component.SCHEDULER

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.cache = Cache()
        self.queue = SchedulingQueue(clock)
        self.events = EventRecorder(client, clock, DEFAULT_SCHEDULER)
        self.decisions: deque[Obj] = deque(maxlen=KEPT_DECISIONS)
        self.scheduled = 0
        self._start = 0
        self._binding: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_BINDING)

    async def run(self) -> None:
        """Schedule until cancelled."""
        factory = InformerFactory(self.client, self.clock)
        factory.informer("Node").add_handler(self.on_node)
        pods = factory.informer("Pod")
        pods.add_handler(self.on_pod)
        factory.start()
        try:
            await factory.synced()
            while True:
                await self.run_single_cycle()
        finally:
            for task in list(self._binding):
                task.cancel()
            await factory.close()

    async def run_single_cycle(self) -> None:
        """Take one pod from the queue and decide."""
        pod = await self.queue.next()
        path = f"/api/v1/namespaces/{meta.namespace_of(pod)}/pods/{meta.name_of(pod)}"
        await self.client.note("Dequeue", path, pod)
        nodes = self.cache.known()
        decision = decide(pod, nodes, self._start, self.clock.random.choice)
        self._start = (self._start + 1) % max(1, len(nodes))
        body = {"metadata": _identity(pod), "time": self.clock.now(), **decision.as_dict()}
        self.decisions.append(body)
        await self.client.note("Decide", path, body)
        if decision.node:
            self.cache.assume(pod, decision.node)
            await self._room.acquire()
            self._spawn(self._bind(pod, decision.node))
        else:
            self.queue.failed(pod)
            self._spawn(self._tell_failure(pod, decision))

    # --- events only enqueue ---------------------------------------------------------------------------------------

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        self.cache.node_changed(old, None if type == DELETED else new)
        if type != DELETED and (old is None or new is None or _matters(old) != _matters(new)):
            self.queue.move_all()

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old
        if pod is None:
            return
        gone = type == DELETED
        if pod["spec"].get("nodeName"):
            self.cache.pod_changed(pod, gone=gone)
            self.queue.remove(meta.key_of(pod))
            if gone or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
                self.queue.move_all()
        elif gone or meta.is_being_deleted(pod):
            self.cache.forget(pod["metadata"]["uid"])
            self.queue.remove(meta.key_of(pod))
        elif _is_ours(pod) and (
            old is None or old["spec"] != pod["spec"] or meta.labels_of(old) != meta.labels_of(pod)
        ):
            self.queue.add(pod)

    # --- effects ---------------------------------------------------------------------------------------------------

    async def _bind(self, pod: Obj, node_name: str) -> None:
        name, namespace = meta.name_of(pod), meta.namespace_of(pod)
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": name, "namespace": namespace, "uid": pod["metadata"]["uid"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node_name},
        }
        try:
            await self.client.create("Pod", binding, namespace, subresource="binding", name=name)
        except (ApiError, ConnectionLost) as error:
            self.cache.forget(pod["metadata"]["uid"])
            if not isinstance(error, ApiError) or error.code not in (404, 409):
                self.queue.failed(pod)
                self.clock.call_later(1.0, self.queue.move_all)
            return
        finally:
            self._room.release()
        self.scheduled += 1
        self.events.event(pod, NORMAL, "Scheduled", f"Successfully assigned {namespace}/{name} to {node_name}")

    async def _tell_failure(self, pod: Obj, decision: Decision) -> None:
        message = decision.message
        self.events.event(pod, WARNING, "FailedScheduling", message)
        known = meta.condition_of(pod, "PodScheduled")
        if known is not None and known.get("message") == message:
            return
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
            "observedGeneration": pod["metadata"].get("generation", 1),
            "lastTransitionTime": rfc3339(self.clock.now()),
        }
        try:
            patch = {"status": {"conditions": [condition]}}
            await self.client.patch("Pod", meta.name_of(pod), patch, meta.namespace_of(pod), subresource="status")
        except (ApiError, ConnectionLost):
            return

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._binding.add(task)
        task.add_done_callback(self._binding.discard)

    def inspect(self) -> dict[str, Any]:
        return {
            "active": len(self.queue.active),
            "backing_off": len(self.queue.backing_off),
            "unschedulable": len(self.queue.unschedulable),
            "scheduled": self.scheduled,
            "decisions": list(self.decisions)[-5:],
        }


def _is_ours(pod: Obj) -> bool:
    """A pod that asks for this scheduler and may be scheduled."""
    return pod["spec"].get("schedulerName") == DEFAULT_SCHEDULER and not pod["spec"].get("schedulingGates")


def _matters(node: Obj) -> tuple[Any, ...]:
    """What of a node may help a pod that found no place."""
    spec, status = node["spec"], node.get("status") or {}
    return spec.get("taints"), spec.get("unschedulable"), status.get("allocatable"), node["metadata"].get("labels")


def _identity(pod: Obj) -> Obj:
    metadata = pod["metadata"]
    return {name: metadata.get(name, "") for name in ("name", "namespace", "uid")}
