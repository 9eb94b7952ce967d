"""One pod's way: sandbox, init containers, containers, restarts, status, termination; a step at a time.

`sync` looks at what there is and does what comes next; it is called again by events and by one timer a pod. What it does
runs in the context of the hop that caused it. Models: pkg/kubelet/{pod_workers,kubelet}.go, kuberuntime_manager.go v1.37
Simplified: probes only delay readiness; hooks are not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING
from cluster.clock import rfc3339
from cluster.kubelet import pod_status
from cluster.kubelet.pod_status import Facts, Run
from cluster.wire.message import Payload, Request

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, RESET_SECONDS = 10.0, 300.0, 600.0
IMAGE_BACKOFF_SECONDS = 10.0
EXITED, RUNNING = "CONTAINER_EXITED", "CONTAINER_RUNNING"


class RuntimeRefused(Exception):
    """The runtime answered with an error."""


class PodWorker:
    """What a kubelet keeps of one pod."""

    def __init__(self, kubelet: Kubelet, pod: Obj) -> None:
        self.kubelet = kubelet
        self.clock = kubelet.clock
        self.pod = pod
        self.facts = Facts()
        self.sandbox = ""
        self.cause = 0
        self.gone = False
        self.again_at: float | None = None

    async def sync(self) -> None:
        """One step; `again_at` says when the next is due without an event."""
        self.again_at = None
        if meta.is_being_deleted(self.pod):
            await self._terminate()
            return
        if (self.pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            return
        if not self.sandbox:
            await self._start_sandbox()
        await self._observe()
        if await self._initialize():
            for container in self.pod["spec"]["containers"]:
                await self._keep(container, self.pod["spec"].get("restartPolicy", "Always"))
        await self.write_status()

    def adopt(self, sandbox: Obj, containers: list[Obj]) -> None:
        """A restarted kubelet finds the pod's containers in its runtime."""
        self.sandbox, self.facts.ip = sandbox["id"], sandbox["ip"]
        self.facts.started = (self.pod.get("status") or {}).get("startTime", "")
        for each in sorted(containers, key=lambda found: found["metadata"]["attempt"]):
            run = self.facts.runs.setdefault(each["metadata"]["name"], Run())
            run.id, run.restarts = each["id"], each["metadata"]["attempt"]
            _observe(run, each)

    # --- steps -----------------------------------------------------------------------------------------------------

    async def _start_sandbox(self) -> None:
        config = {"metadata": self._identity(), "podCIDR": self.kubelet.pod_cidr}
        answer = await self._call("RunPodSandbox", {"config": config})
        self.sandbox, self.facts.ip = answer["podSandboxId"], answer["ip"]
        self.facts.started = rfc3339(self.clock.now())

    async def _observe(self) -> None:
        if not any(run.id and run.state != EXITED for run in self.facts.runs.values()):
            return
        answer = await self._call("ListContainers", {"podSandboxId": self.sandbox})
        by_id = {each["id"]: each for each in answer["containers"]}
        for run in self.facts.runs.values():
            if run.id in by_id:
                _observe(run, by_id[run.id])

    async def _initialize(self) -> bool:
        """Run init containers one after another; True when all have succeeded."""
        policy = self.pod["spec"].get("restartPolicy", "Always")
        for container in self.pod["spec"].get("initContainers") or ():
            run = self.facts.runs.get(container["name"])
            if run is not None and run.state == EXITED and run.exit_code == 0:
                continue
            await self._keep(container, "Never" if policy == "Never" else "OnFailure")
            return False
        return True

    async def _keep(self, container: Obj, policy: str) -> None:
        """Start a container, or start it again when its policy and back-off say so."""
        run = self.facts.runs.setdefault(container["name"], Run())
        now = self.clock.now()
        if run.state == RUNNING:
            if now < run.ready_at:
                self._look_again(run.ready_at)
            return
        if run.state == EXITED and (policy == "Never" or (policy == "OnFailure" and run.exit_code == 0)):
            return
        if run.state == EXITED and not run.retry_at:
            self._back_off(container, run)
        if now < run.retry_at:
            self._look_again(run.retry_at)
            return
        await self._start(container, run)

    def _back_off(self, container: Obj, run: Run) -> None:
        if run.finished - run.started > RESET_SECONDS:
            run.failures = 0
        run.last = pod_status.terminated(run)
        run.failures += 1
        if run.failures == 1:
            run.retry_at = self.clock.now()
            return
        delay = min(FIRST_BACKOFF_SECONDS * 2 ** (run.failures - 2), LONGEST_BACKOFF_SECONDS)
        run.retry_at = self.clock.now() + delay
        name = (
            f"{container['name']} pod={meta.name_of(self.pod)}_{meta.namespace_of(self.pod)}({meta.uid_of(self.pod)})"
        )
        run.waiting, run.message = "CrashLoopBackOff", f"back-off {int(delay)}s restarting failed container={name}"
        self._tell(
            WARNING,
            "BackOff",
            f"Back-off restarting failed container {container['name']} in pod {name.partition('pod=')[2]}",
        )

    async def _start(self, container: Obj, run: Run) -> None:
        image = container["image"]
        restarting = run.state == EXITED
        try:
            await self._pull(container, image)
        except RuntimeRefused as error:
            self._pull_failed(image, run, str(error))
            return
        attempt = run.restarts + 1 if restarting else run.restarts
        config = {
            "metadata": self._identity(),
            "container": container["name"],
            "attempt": attempt,
            "image": {"image": image},
            "command": container.get("command") or [],
            "args": container.get("args") or [],
        }
        made = await self._call("CreateContainer", {"podSandboxId": self.sandbox, "config": config})
        self._tell(NORMAL, "Created", "Container created")
        started = await self._call(
            "StartContainer", {"containerId": made["containerId"], "sandboxConfig": {"metadata": self._identity()}}
        )
        run.id, run.state, run.started = made["containerId"], RUNNING, started["startedAt"]
        run.restarts, run.retry_at, run.waiting, run.message = attempt, 0.0, "", ""
        probe = container.get("readinessProbe")
        run.ready_at = run.started + (probe.get("initialDelaySeconds") or 0) if probe else 0.0
        if run.ready_at > self.clock.now():
            self._look_again(run.ready_at)
        self._tell(NORMAL, "Started", "Container started")

    async def _pull(self, container: Obj, image: str) -> None:
        policy = container.get("imagePullPolicy", "IfNotPresent")
        present = image in self.kubelet.images
        if policy == "Never" or (policy == "IfNotPresent" and present):
            if not present:
                raise RuntimeRefused(f'Container image "{image}" is not present with pull policy of Never')
            self._tell(
                NORMAL, "Pulled", f'Container image "{image}" already present on machine and can be accessed by the pod'
            )
            return
        self._tell(NORMAL, "Pulling", f'Pulling image "{image}"')
        await self._call("PullImage", {"image": {"image": image}, "sandboxConfig": {"metadata": self._identity()}})
        self.kubelet.images.add(image)
        self._tell(
            NORMAL, "Pulled", f'Successfully pulled image "{image}" in 0s (0s including waiting). Image size: 0 bytes.'
        )

    def _pull_failed(self, image: str, run: Run, message: str) -> None:
        run.failures += 1
        delay = min(IMAGE_BACKOFF_SECONDS * 2 ** (run.failures - 1), LONGEST_BACKOFF_SECONDS)
        run.retry_at = self.clock.now() + delay
        self._tell(WARNING, "Failed", f'Failed to pull image "{image}": {message}')
        self._tell(WARNING, "Failed", "Error: ErrImagePull")
        run.waiting, run.message = "ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {message}'
        self._look_again(run.retry_at)

    async def _terminate(self) -> None:
        if self.gone:
            return
        for container in self.pod["spec"]["containers"]:
            run = self.facts.runs.get(container["name"])
            if run is not None and run.state == RUNNING:
                self._tell(NORMAL, "Killing", f"Stopping container {container['name']}")
                grace = self.pod["metadata"].get("deletionGracePeriodSeconds", 30)
                await self._call("StopContainer", {"containerId": run.id, "timeout": grace})
                run.state, run.finished = EXITED, self.clock.now()
        if self.sandbox:
            await self._call("RemovePodSandbox", {"podSandboxId": self.sandbox})
        self.gone = True
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": meta.uid_of(self.pod)}}
        try:
            await self.kubelet.client.delete("Pod", meta.name_of(self.pod), meta.namespace_of(self.pod), options)
        except ApiError as error:
            if error.code not in (404, 409):
                self.gone = False
                raise

    async def write_status(self) -> None:
        """PATCH the status when it differs from what the API server has."""
        status = pod_status.status_of(self.pod, self.facts, self.clock.now(), self.kubelet.host_ip)
        old = self.pod.get("status") or {}
        if _same(status, old):
            return
        try:
            self.pod = await self.kubelet.client.patch(
                "Pod", meta.name_of(self.pod), {"status": status}, meta.namespace_of(self.pod), subresource="status"
            )
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    # --- parts -----------------------------------------------------------------------------------------------------

    async def _call(self, verb: str, body: Obj) -> Any:
        request = Request(verb, f"/runtime.v1.RuntimeService/{verb}", body=Payload(object=body))
        response = await self.kubelet.runtime.send(request)
        if response.status != 200:
            raise RuntimeRefused(response.body.object["error"])
        return response.body.object

    def _identity(self) -> Obj:
        metadata = self.pod["metadata"]
        return {"name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"], "attempt": 0}

    def _look_again(self, when: float) -> None:
        if self.again_at is None or when < self.again_at:
            self.again_at = when

    def _tell(self, type: str, reason: str, message: str) -> None:
        self.kubelet.events.event(self.pod, type, reason, message)


def _observe(run: Run, found: Obj) -> None:
    run.state, run.started = found["state"], found["startedAt"]
    run.finished, run.exit_code = found["finishedAt"], found["exitCode"]


def _same(new: Obj, old: Obj) -> bool:
    """Is everything that would be written there already?"""
    for name, value in new.items():
        if name == "conditions":
            known = {each["type"]: each for each in old.get("conditions") or ()}
            if any((known.get(each["type"]) or {}).get("status") != each["status"] for each in value):
                return False
        elif old.get(name) != value:
            return False
    return True
