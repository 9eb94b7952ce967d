"""The kubelet of one node: takes the pods bound to its node and keeps each going.

Watches its Node and the Pods bound to it · writes pod statuses and Events · asks its runtime over the wire. The story of
one pod goes on in `pod_worker`, that of the node in `node_registration`; `server` answers logs and exec.
Models: pkg/kubelet/kubelet.go v1.37
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import EventRecorder
from cluster.client.informer import InformerFactory
from cluster.client.rest import Client
from cluster.client.workqueue import WorkQueue
from cluster.clock import Clock
from cluster.kubelet import admission, server, zpages
from cluster.kubelet.image_manager import ImageManager
from cluster.kubelet.node_registration import NodeRegistration
from cluster.kubelet.pod_worker import PodWorker
from cluster.kubelet.runtime_service import RuntimeRefused, RuntimeService
from cluster.wire import component
from cluster.wire.inspection import Pages
from cluster.wire.message import ConnectionLost, Request, Response
from cluster.wire.transport import Connection

RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Kubelet:
    """One node's kubelet."""

    def __init__(self, node_name: str, client: Client, clock: Clock, runtime: Connection) -> None:
        self.id = component.kubelet(node_name)
        self.node_name = node_name
        self.client = client
        self.clock = clock
        self.runtime = RuntimeService(runtime)
        self.events = EventRecorder(client, clock, "kubelet", node_name)
        self.images = ImageManager(self)
        self.registration = NodeRegistration(self)
        self.workers: dict[str, PodWorker] = {}
        self.queue = WorkQueue(clock)
        self.syncing: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        for start in (self.registration.register, self._adopt):
            while not await self.registration.attempt(start):
                await self.clock.sleep(RETRY_SECONDS)
        factory = InformerFactory(self.client, self.clock)
        factory.informer("Pod", field_selector=f"spec.nodeName={self.node_name}").add_handler(self.on_pod)
        factory.informer("Node", field_selector=f"metadata.name={self.node_name}").add_handler(
            self.registration.on_node
        )
        factory.start()
        tasks = [
            asyncio.get_running_loop().create_task(each)
            for each in (self.registration.heartbeat(), self._follow_containers(), self._work())
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            syncing = list(self.syncing.values())
            for task in (*tasks, *syncing):
                task.cancel()
            await asyncio.gather(*tasks, *syncing, return_exceptions=True)
            self.queue.close()
            self.events.close()
            await factory.close()

    # --- events only enqueue ---------------------------------------------------------------------------------------

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Enqueue only; a pod of the same name and another uid is another pod."""
        pod = new or old
        if pod is None:
            return
        uid = meta.uid_of(pod)
        known = self.workers.get(uid)
        if type == DELETED:
            self._on_deleted(uid, pod)
            return
        if known is None:
            known = self.workers[uid] = PodWorker(self, pod)
        elif _only_status(known.pod, pod):
            known.pod = pod
            return
        elif _is_more_urgent(known.pod, pod) and (task := self.syncing.get(uid)) is not None:
            task.cancel()
        known.pod = pod
        self.queue.add(uid)

    def _on_deleted(self, uid: str, pod: Obj) -> None:
        """Removed from the API: what still runs of it is ended. Models: HandlePodRemoves"""
        worker = self.workers.get(uid)
        if worker is None or worker.gone:
            self.workers.pop(uid, None)
            return
        since = pod["metadata"].get("deletionTimestamp") or "now"
        worker.pod = {**pod, "metadata": {**pod["metadata"], "deletionTimestamp": since}}
        self.queue.add(uid)

    def network_changed(self) -> None:
        """The node got its pod network: what waited for it goes on."""
        task = asyncio.get_running_loop().create_task(self._report())
        self.syncing[""] = task
        task.add_done_callback(lambda _: self.syncing.pop("", None))
        for uid, worker in self.workers.items():
            if not worker.sandbox:
                self.queue.add(uid)

    async def _report(self) -> None:
        await self.registration.attempt(self.registration.report)

    def rejection(self, pod: Obj) -> admission.Rejection | None:
        """Why this node does not take a pod beside those it has taken; None when it does."""
        node, uid = self.registration.node, meta.uid_of(pod)
        if node is None:
            return None
        others = [
            worker.pod
            for other, worker in self.workers.items()
            if other != uid and worker.sandbox and not worker.is_finished and not meta.is_being_deleted(worker.pod)
        ]
        return admission.rejection(pod, node, others)

    # --- pods ------------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        """One task a pod that has something to do: what holds one pod up holds up no other."""
        while True:
            uid = await self.queue.get()
            self.syncing[uid] = asyncio.get_running_loop().create_task(self._sync(uid))

    async def _sync(self, uid: str) -> None:
        worker = self.workers.get(uid)
        try:
            if worker is not None:
                await worker.sync()
                self.queue.forget(uid)
                if worker.gone:
                    self.workers.pop(uid, None)
                elif worker.again_at is not None:
                    self.queue.add_after(uid, worker.again_at - self.clock.now())
        except ConnectionLost:
            self.queue.add_after(uid, RETRY_SECONDS)
        except (ApiError, RuntimeRefused) as error:
            logger.debug("%s: %s", self.id, error)
            self.queue.add_rate_limited(uid)
        except Exception:
            logger.exception("%s could not sync a pod", self.id)
            self.queue.add_rate_limited(uid)
        finally:
            self.syncing.pop(uid, None)
            self.queue.done(uid)

    async def _adopt(self) -> None:
        """Find the pods whose containers still run in the runtime; remove sandboxes of pods that are no more."""
        await self.images.recall()
        listed = await self.client.list("Pod", fieldSelector=f"spec.nodeName={self.node_name}")
        pods = {meta.uid_of(pod): pod for pod in listed.items}
        sandboxes = (await self.runtime.call("ListPodSandbox"))["items"]
        containers = (await self.runtime.call("ListContainers"))["containers"]
        for sandbox in sandboxes:
            pod = pods.get(sandbox["metadata"]["uid"])
            if pod is None:
                await self.runtime.call("RemovePodSandbox", {"podSandboxId": sandbox["id"]})
                continue
            worker = self.workers[meta.uid_of(pod)] = PodWorker(self, pod)
            worker.adopt(sandbox, [each for each in containers if each["podSandboxId"] == sandbox["id"]])
            self.queue.add(meta.uid_of(pod))

    async def _follow_containers(self) -> None:
        """The runtime tells of containers that end; while it is away, look again when it is back. Models: pleg/evented.go"""
        while True:
            try:
                stream = await self.runtime.stream("GetContainerEvents")
                async for deliveries in stream:
                    for event, _ in deliveries:
                        self.queue.add(event.payload.object["podUid"])
            except (ConnectionLost, RuntimeRefused) as error:
                logger.debug("%s: %s", self.id, error)
            await self.clock.sleep(RETRY_SECONDS)
            for uid in self.workers:
                self.queue.add(uid)

    # --- serving ---------------------------------------------------------------------------------------------------

    async def handle(self, request: Request) -> Response:
        return await server.handle(self, request)

    def inspect(self) -> dict[str, Any]:
        return {
            "pods": len(self.workers),
            "queue": len(self.queue),
            "syncing": len(self.syncing),
            "runtime_ready": self.registration.runtime_ready,
            "images": sorted(self.images.present),
        }

    def zpages(self) -> Pages:
        return zpages.of(self)


def _only_status(old: Obj, new: Obj) -> bool:
    """Did nothing change that the kubelet acts on?"""
    return (
        old["spec"] == new["spec"]
        and meta.is_being_deleted(old) == meta.is_being_deleted(new)
        and old["metadata"].get("deletionGracePeriodSeconds") == new["metadata"].get("deletionGracePeriodSeconds")
        and not new["spec"].get("readinessGates")
    )


def _is_more_urgent(old: Obj, new: Obj) -> bool:
    """Has a deletion that is under way been given less time?"""
    if not meta.is_being_deleted(new):
        return False
    grace = [each["metadata"].get("deletionGracePeriodSeconds") for each in (old, new)]
    return not meta.is_being_deleted(old) or (None not in grace and grace[1] < grace[0])
