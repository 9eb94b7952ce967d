"""The kubelet of one node: registers it, keeps its Lease, syncs its pods, serves logs and exec.

Watches the Pods bound to its node · writes Node status, its Lease, pod statuses, Events · asks its runtime over the wire.
Models: pkg/kubelet/kubelet.go v1.37
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError, bad_request, not_found
from cluster.apimachinery.watch_event import DELETED
from cluster.client.events import NORMAL, EventRecorder
from cluster.client.informer import InformerFactory
from cluster.client.rest import MERGE_PATCH, Client
from cluster.client.workqueue import WorkQueue
from cluster.clock import Clock, rfc3339_micro
from cluster.kubelet import node_status
from cluster.kubelet.pod_worker import RUNNING, PodWorker, RuntimeRefused
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload, Request, Response
from cluster.wire.transport import Connection

LEASE_SECONDS, RENEW_SECONDS, STATUS_SECONDS = 40, 10.0, 300.0
RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Kubelet:
    """One node's kubelet."""

    def __init__(self, node_name: str, client: Client, clock: Clock, runtime: Connection) -> None:
        self.id = component.kubelet(node_name)
        self.node_name = node_name
        self.client = client
        self.clock = clock
        self.runtime = runtime
        self.events = EventRecorder(client, clock, "kubelet", node_name)
        self.images: set[str] = set()
        self.workers: dict[str, PodWorker] = {}
        self.queue = WorkQueue(clock)
        self.host_ip = node_status.internal_ip(node_name)
        self.pod_cidr = "10.244.0.0/24"
        self.runtime_ready = True
        self._lease: Obj | None = None
        self._status_due = 0.0

    async def run(self) -> None:
        """Work until cancelled."""
        while not await self._attempt(self._register):
            await self.clock.sleep(RETRY_SECONDS)
        while not await self._attempt(self._adopt):
            await self.clock.sleep(RETRY_SECONDS)
        factory = InformerFactory(self.client, self.clock)
        factory.informer("Pod", field_selector=f"spec.nodeName={self.node_name}").add_handler(self.on_pod)
        factory.start()
        tasks = [
            asyncio.get_running_loop().create_task(each)
            for each in (self._heartbeat(), self._follow_containers(), self._work())
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.queue.close()
            await factory.close()

    def on_pod(self, type: str, old: Obj | None, new: Obj | None) -> None:
        """Enqueue only; a pod of the same name and another uid is another pod."""
        pod = new or old
        if pod is None:
            return
        uid = meta.uid_of(pod)
        if type == DELETED:
            worker = self.workers.get(uid)
            if worker is not None and not worker.gone:
                worker.pod = {
                    **pod,
                    "metadata": {
                        **pod["metadata"],
                        "deletionTimestamp": pod["metadata"].get("deletionTimestamp") or "now",
                    },
                }
                self.queue.add(uid)
            else:
                self.workers.pop(uid, None)
            return
        known = self.workers.get(uid)
        if known is None:
            known = self.workers[uid] = PodWorker(self, pod)
        elif _only_status(known.pod, pod):
            known.pod = pod
            return
        known.pod = pod
        self.queue.add(uid)

    # --- pods ------------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            uid = await self.queue.get()
            worker = self.workers.get(uid)
            try:
                if worker is not None:
                    await worker.sync()
                    self.runtime_ready = True
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
                self.queue.done(uid)

    async def _adopt(self) -> None:
        """Find the pods whose containers still run in the runtime."""
        listed = await self.client.list("Pod", fieldSelector=f"spec.nodeName={self.node_name}")
        pods = {meta.uid_of(pod): pod for pod in listed.items}
        sandboxes = await self._ask("ListPodSandbox")
        containers = (await self._ask("ListContainers"))["containers"]
        for sandbox in sandboxes["items"]:
            pod = pods.get(sandbox["metadata"]["uid"])
            if pod is None:
                await self.runtime.send(
                    Request(
                        "RemovePodSandbox",
                        "/runtime.v1.RuntimeService/RemovePodSandbox",
                        body=Payload(object={"podSandboxId": sandbox["id"]}),
                    )
                )
                continue
            worker = PodWorker(self, pod)
            worker.adopt(sandbox, [each for each in containers if each["podSandboxId"] == sandbox["id"]])
            self.workers[meta.uid_of(pod)] = worker
            self.queue.add(meta.uid_of(pod))

    async def _follow_containers(self) -> None:
        """The runtime tells of containers that end; while it is away, look again when it is back."""
        while True:
            try:
                request = Request("GetContainerEvents", "/runtime.v1.RuntimeService/GetContainerEvents")
                response = await self.runtime.send(request)
                if response.stream is not None:
                    async for deliveries in response.stream:
                        for event, _ in deliveries:
                            self.queue.add(event.payload.object["podUid"])
            except ConnectionLost:
                pass
            await self.clock.sleep(RETRY_SECONDS)
            for uid in self.workers:
                self.queue.add(uid)

    async def _ask(self, verb: str) -> Any:
        response = await self.runtime.send(Request(verb, f"/runtime.v1.RuntimeService/{verb}", body=Payload(object={})))
        return response.body.object

    # --- the node --------------------------------------------------------------------------------------------------

    async def _register(self) -> None:
        node = await self.client.get("Node", self.node_name)
        labels = {**node_status.labels_of(self.node_name), **meta.labels_of(node)}
        if labels != meta.labels_of(node):
            node = await self.client.patch(
                "Node", self.node_name, {"metadata": {"labels": labels}}, content_type=MERGE_PATCH
            )
        await self._renew()
        node = await self._write_status(node)
        self.pod_cidr = node["spec"].get("podCIDR") or f"10.244.{sum(self.host_ip.encode()) % 250}.0/24"
        addresses = [each["address"] for each in node["status"]["addresses"] if each["type"] == "InternalIP"]
        self.host_ip = addresses[0] if addresses else self.host_ip
        self.events.event(node, NORMAL, "Starting", "Starting kubelet.")

    async def _write_status(self, node: Obj) -> Obj:
        self._status_due = self.clock.now() + STATUS_SECONDS
        status = node_status.status_of(node, self.clock.now(), runtime_ready=self.runtime_ready)
        return await self.client.patch("Node", self.node_name, {"status": status}, subresource="status")

    async def _renew(self) -> None:
        now = rfc3339_micro(self.clock.now())
        spec = {"holderIdentity": self.node_name, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": now}
        if self._lease is None:
            node = await self.client.get("Node", self.node_name)
            owner = {"apiVersion": "v1", "kind": "Node", "name": self.node_name, "uid": meta.uid_of(node)}
            lease: Obj = {"metadata": {"name": self.node_name, "ownerReferences": [owner]}, "spec": spec}
            try:
                self._lease = await self.client.create("Lease", lease, "kube-node-lease")
            except ApiError as error:
                if error.reason != "AlreadyExists":
                    raise
                known = await self.client.get("Lease", self.node_name, "kube-node-lease")
                self._lease = await self.client.update("Lease", {**known, "spec": spec})
            return
        try:
            self._lease = await self.client.update("Lease", {**self._lease, "spec": spec})
        except ApiError:
            self._lease = None
            raise

    async def _heartbeat(self) -> None:
        while True:
            await self.clock.sleep(RENEW_SECONDS)
            ready = await self._runtime_answers()
            changed, self.runtime_ready = ready != self.runtime_ready, ready
            await self._attempt(self._renew)
            if changed or self.clock.now() >= self._status_due:
                await self._attempt(self._refresh_status)

    async def _refresh_status(self) -> None:
        await self._write_status(await self.client.get("Node", self.node_name))

    async def _runtime_answers(self) -> bool:
        try:
            await self._ask("Status")
        except ConnectionLost:
            return False
        return True

    async def _attempt(self, action: Any) -> bool:
        try:
            await action()
        except (ApiError, ConnectionLost) as error:
            logger.debug("%s: %s", self.id, error)
            return False
        return True

    # --- serving ---------------------------------------------------------------------------------------------------

    async def handle(self, request: Request) -> Response:
        """GET /healthz, /pods, /containerLogs/<namespace>/<pod>/<container>; POST /exec/… likewise."""
        parts = request.path.strip("/").split("/")
        try:
            if parts[0] == "healthz":
                return Response(200, Payload(raw=b"ok"))
            if parts[0] == "pods":
                return Response(200, Payload(object={"items": [worker.pod for worker in self.workers.values()]}))
            if parts[0] == "containerLogs" and len(parts) == 4:
                return await self._logs(parts[1], parts[2], parts[3], request.query)
            if parts[0] == "exec" and len(parts) == 4:
                return await self._exec(parts[1], parts[2], parts[3], request)
        except ApiError as error:
            return Response(error.code, Payload(object=error.status), {"content-type": "application/json"})
        return Response(404, Payload(raw=b"404 page not found"))

    async def _logs(self, namespace: str, name: str, container: str, query: dict[str, str]) -> Response:
        run = self._run_of(namespace, name, container)
        if not run.id:
            raise bad_request(
                f'container "{container}" in pod "{name}" is waiting to start: {run.waiting or "ContainerCreating"}'
            )
        if query.get("previous") == "true":
            raise bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
        body: Obj = {"containerId": run.id, "timestamps": query.get("timestamps") == "true"}
        if "tailLines" in query:
            body["tail"] = int(query["tailLines"])
        if "sinceSeconds" in query:
            body["since"] = self.clock.now() - int(query["sinceSeconds"])
        response = await self.runtime.send(
            Request("ContainerLogs", "/runtime.v1.RuntimeService/ContainerLogs", body=Payload(object=body))
        )
        text = "".join(f"{line}\n" for line in response.body.object.get("lines", ()))
        if "limitBytes" in query:
            text = text[: int(query["limitBytes"])]
        return Response(200, Payload(raw=text.encode()), {"content-type": "text/plain"})

    async def _exec(self, namespace: str, name: str, container: str, request: Request) -> Response:
        run = self._run_of(namespace, name, container)
        if run.state != RUNNING:
            raise bad_request(f"container {container} is not running")
        body = {"containerId": run.id, "cmd": (request.body.object or {}).get("command") or []}
        response = await self.runtime.send(
            Request("ExecSync", "/runtime.v1.RuntimeService/ExecSync", body=Payload(object=body))
        )
        return Response(response.status, response.body)

    def _run_of(self, namespace: str, name: str, container: str) -> Any:
        for worker in self.workers.values():
            if (meta.namespace_of(worker.pod), meta.name_of(worker.pod)) == (namespace, name):
                run = worker.facts.runs.get(container)
                if run is None:
                    raise bad_request(f'container "{container}" in pod "{name}" is waiting to start: ContainerCreating')
                return run
        raise not_found("pods", name)

    def inspect(self) -> dict[str, Any]:
        return {
            "pods": len(self.workers),
            "queue": len(self.queue),
            "runtime_ready": self.runtime_ready,
            "images": sorted(self.images),
        }


def _only_status(old: Obj, new: Obj) -> bool:
    """Did nothing change that the kubelet acts on?"""
    return old["spec"] == new["spec"] and meta.is_being_deleted(old) == meta.is_being_deleted(new)
