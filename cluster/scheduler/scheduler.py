"""kube-scheduler: watches pods and nodes, decides one pod at a time, binds through the API server.

Watches Pods and Nodes · writes bindings, the PodScheduled condition, deletions of preempted pods, and Events · the
story goes on in the kubelet of the chosen node. On the wire it notes what its queue hands out (`Dequeue`) and what it
decided (`Decide`). Binding does not make the next cycle wait.
Models: pkg/scheduler/{scheduler,eventhandlers,schedule_one}.go v1.37
Simplified: one profile.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import EventRecorder
from cluster.client.informer import InformerFactory, OnEvent
from cluster.client.rest import Client
from cluster.clock import Clock
from cluster.scheduler import events, preemption, volumes, zpages
from cluster.scheduler.cache import FINISHED, Cache
from cluster.scheduler.cycle import Cycle
from cluster.scheduler.decision import Decision, Told
from cluster.scheduler.framework import CLAIM, CLASS, CSI_NODE, POD_ADD, POD_DELETE, POD_LABEL, VOLUME
from cluster.scheduler.outcome import Outcome
from cluster.scheduler.pod_info import PodInfo
from cluster.scheduler.profiles import DEFAULT_PROFILE
from cluster.scheduler.queue import QueuedPod, SchedulingQueue
from cluster.wire import component
from cluster.wire.inspection import Pages
from cluster.wire.message import Payload, Request, Response

MOVING = {"PersistentVolumeClaim": CLAIM, "PersistentVolume": VOLUME, "StorageClass": CLASS, "CSINode": CSI_NODE}
"""kind -> what its changes are for pods that wait"""
KEPT_DECISIONS = 200
MOST_BINDING = 64

logger = logging.getLogger(__name__)


class Scheduler:
    """The default scheduler."""

    id = component.SCHEDULER

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.profile = DEFAULT_PROFILE
        self.cache = Cache()
        self.queue = SchedulingQueue(clock, self.profile.helps, self._gate)
        self.cycle = Cycle(self.cache, clock.random.choice, self.profile)
        self.outcome = Outcome(client, clock, EventRecorder(client, clock, self.profile.name))
        self.decisions: deque[Told] = deque(maxlen=KEPT_DECISIONS)
        self.scheduled = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_BINDING)

    async def run(self) -> None:
        """Schedule until cancelled."""
        factory = InformerFactory(self.client, self.clock)
        factory.informer("Node").add_handler(self.on_node)
        factory.informer("Namespace").add_handler(self.on_namespace)
        for kind, event in MOVING.items():
            factory.informer(kind).add_handler(self._moved_by(event))
        self.cache.claims = factory.informer("PersistentVolumeClaim").store
        self.cache.volumes = factory.informer("PersistentVolume").store
        self.cache.classes = factory.informer("StorageClass").store
        self.cache.csi_nodes = factory.informer("CSINode").store
        self.cache.budgets = factory.informer("PodDisruptionBudget").store
        factory.informer("Pod").add_handler(self.on_pod)
        factory.start()
        try:
            await factory.synced()
            while True:
                await self.run_single_cycle()
                await self.clock.sleep(0)
        finally:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            self.queue.close()
            self.outcome.events.close()
            await asyncio.gather(*tasks, return_exceptions=True)
            await factory.close()

    async def run_single_cycle(self) -> Decision | None:
        """Take one pod from the queue and see it through: note it, decide, note that, and start what follows.

        1. filter and score, 2. reserve the node, or see whether preemption helps, 3. bind, or tell why not, without
        making the next cycle wait.
        """
        queued = await self.queue.next()
        path = f"/api/v1/namespaces/{meta.namespace_of(queued.pod)}/pods/{meta.name_of(queued.pod)}"
        await self.client.note("Dequeue", path, queued.pod)
        if self.queue.pods.get(queued.key) is not queued:
            return None
        try:
            decision, candidate = self._decide(PodInfo(queued.pod))
        except Exception as error:
            logger.exception("no decision on %s", queued.key)
            self.queue.failed(queued, error=True)
            self._spawn(self.outcome.tell_error(queued.pod, str(error)))
            return None
        body = Told(decision)
        self.decisions.append(body)
        await self.client.note("Decide", path, body)
        await self._follow_up(queued, decision, candidate)
        return decision

    def _decide(self, pod: PodInfo) -> tuple[Decision, preemption.Candidate | None]:
        decision, candidate = self.cycle.decide(pod), None
        decision.time = self.clock.now()
        if decision.node:
            self.cache.assume(pod, decision.node)
        else:
            candidate = preemption.post_filter(self.cycle, decision)
            self._nominate(decision, candidate)
        return decision, candidate

    async def _follow_up(self, queued: QueuedPod, decision: Decision, candidate: preemption.Candidate | None) -> None:
        if decision.node:
            self.queue.done(queued)
            await self._room.acquire()
            self._spawn(self._bind(queued, decision.pod, decision.node))
            return
        self.queue.failed(queued, decision.rejected_by)
        self._spawn(self.outcome.tell_failure(queued.pod, decision))
        if candidate is not None:
            self._spawn(self.outcome.preempt(decision.pod, candidate))

    async def handle(self, request: Request) -> Response:
        """`/healthz`: it runs."""
        if request.path == "/healthz":
            return Response(200, Payload(raw=b"ok"))
        return Response(404, Payload(raw=b"404 page not found"))

    def inspect(self) -> dict[str, Any]:
        counts = self.queue.counts()
        return {
            "active": counts["active"],
            "backing_off": counts["backing off"],
            "unschedulable": counts["unschedulable"],
            "gated": counts["gated"],
            "queue": self.queue.listed(),
            "scheduled": self.scheduled,
            "nodes": len(self.cache.listed),
            "decisions": [told.object for told in list(self.decisions)[-5:]],
        }

    def zpages(self) -> Pages:
        return zpages.of(self)

    # --- events only enqueue ---------------------------------------------------------------------------------------

    def on_node(self, type: str, old: Obj | None, new: Obj | None) -> None:
        node = new or old
        if node is None:
            return
        if type == DELETED or new is None:
            self.cache.remove_node(meta.name_of(node))
        else:
            self.cache.set_node(new)
        for event in events.of_node(None if type == DELETED else new, old):
            self.queue.moved(event)

    def on_namespace(self, type: str, old: Obj | None, new: Obj | None) -> None:
        if type == DELETED or new is None:
            self.cache.namespaces.pop(meta.name_of(old or new or {}), None)
        else:
            self.cache.namespaces[meta.name_of(new)] = meta.labels_of(new)

    def _moved_by(self, event: str) -> OnEvent:
        """A handler of changes that a plugin may have waited for."""

        def on_event(type: str, old: Obj | None, new: Obj | None) -> None:
            self.queue.moved(event)

        return on_event

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        pod = new or old
        if pod is None:
            return
        if old is not None and meta.uid_of(old) != meta.uid_of(pod):
            self._on_gone(old)
            old = None
        if pod["spec"].get("nodeName"):
            self._on_assigned(pod, old, gone=type == DELETED)
        elif type == DELETED or not self._is_mine(pod):
            self._on_gone(pod)
        else:
            self._on_waiting(pod, old)

    def _is_mine(self, pod: Obj) -> bool:
        """Does a pod without a node ask this scheduler for one?"""
        finished = (pod.get("status") or {}).get("phase") in FINISHED
        return pod["spec"].get("schedulerName") == self.profile.name and not finished and not meta.is_being_deleted(pod)

    def _on_waiting(self, pod: Obj, old: Obj | None) -> None:
        uid = meta.uid_of(pod)
        assumed = bool(self.cache.place_of(uid))
        changed = old is None or old["spec"] != pod["spec"] or meta.labels_of(old) != meta.labels_of(pod)
        self.queue.update(pod, may_help=changed and not assumed)
        nominated = (pod.get("status") or {}).get("nominatedNodeName")
        if nominated and old is None and not assumed:
            self.cache.nominate(PodInfo(pod), nominated)

    def _on_assigned(self, pod: Obj, old: Obj | None, *, gone: bool) -> None:
        key, uid = meta.key_of(pod), pod["metadata"]["uid"]
        if key in self.queue.pods:
            self.queue.remove(key)
        finished = (pod.get("status") or {}).get("phase") in FINISHED
        if gone or finished:
            counted = bool(self.cache.place_of(uid))
            self.cache.forget(uid)
            if counted:
                self.queue.moved(POD_DELETE)
            return
        self.cache.set_pod(pod)
        if old is None or not old["spec"].get("nodeName"):
            self.queue.moved(POD_ADD)
        elif meta.labels_of(old) != meta.labels_of(pod):
            self.queue.moved(POD_LABEL)

    def _on_gone(self, pod: Obj) -> None:
        """A pod without a node that will not get one."""
        uid = pod["metadata"]["uid"]
        waited = bool(self.cache.place_of(uid) or self.cache.nominated_node(uid))
        self.cache.forget(uid)
        self.queue.remove(meta.key_of(pod))
        if waited:
            self.queue.moved(POD_DELETE)

    def _gate(self, pod: Obj) -> str:
        return next(filter(None, (plugin.pre_enqueue(pod) for plugin in self.profile.pre_enqueue)), "")

    # --- effects ---------------------------------------------------------------------------------------------------

    async def _bind(self, queued: QueuedPod, pod: PodInfo, node_name: str) -> None:
        error = None
        if keys := volumes.waiting(queued.pod, self.cache):
            self._room.release()  # others need not wait for volumes
            error = await self.outcome.bind_volumes(queued.pod, keys, node_name, self.cache)
            await self._room.acquire()
        try:
            error = error or await self.outcome.bind(queued.pod, node_name)
        finally:
            self._room.release()
        if error is None:
            self.scheduled += 1
            return
        self.cache.forget(pod.uid)
        self.queue.moved(POD_DELETE)
        if error.final:
            self.queue.drop(queued)
        else:
            self.queue.failed(queued, error=True)

    def _nominate(self, decision: Decision, candidate: preemption.Candidate | None) -> None:
        """Keep the room that victims leave for the pod that they leave it to."""
        pod = decision.pod
        if candidate is not None:
            decision.nominated = candidate.node
            self.cache.nominate(pod, candidate.node)
        elif preemption.TERMINATING in decision.post_filter:
            decision.nominated = self.cache.nominated_node(pod.uid)
        else:
            self.cache.forget_nomination(pod.uid)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
