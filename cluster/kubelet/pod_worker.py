"""One pod's way: admission, sandbox, init containers, containers, probes, status, termination; a step at a time.

`sync` looks at what there is and does what comes next; it is called again by events and by one timer a pod. What it does
runs in the context of the hop that caused it. Models: pkg/kubelet/{pod_workers,kubelet}.go, kuberuntime_manager.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING
from cluster.clock import parse_rfc3339, rfc3339
from cluster.kubelet import pod_conditions, pod_status
from cluster.kubelet.containers import Containers
from cluster.kubelet.pod_phase import is_restartable
from cluster.kubelet.pod_status import EXITED, RUNNING, Facts, Run
from cluster.kubelet.prober import Prober, is_probed
from cluster.kubelet.references import References
from cluster.kubelet.volumes import Volumes

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet

NETWORK_SECONDS = 5.0
FINISHED = ("Succeeded", "Failed")
DEADLINE, DEADLINE_MESSAGE = "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"
LOST_EXIT_CODE, LOST_REASON = 255, "Unknown"
STOPPING = "Stopping container {}"


class PodWorker:
    """What a kubelet keeps of one pod."""

    __slots__ = (
        "_was_here",
        "again_at",
        "clock",
        "containers",
        "facts",
        "gone",
        "kubelet",
        "pod",
        "probed",
        "prober",
        "references",
        "runtime",
        "sandbox",
        "volumes",
    )

    def __init__(self, kubelet: Kubelet, pod: Obj) -> None:
        self.kubelet = kubelet
        self.runtime = kubelet.runtime
        self.clock = kubelet.clock
        self.pod = pod
        self.facts = Facts()
        self.sandbox = ""
        self.gone = False
        self.again_at: float | None = None
        self.containers = Containers(self)
        self.references = References(self)
        self.volumes = Volumes(self)
        spec = pod["spec"]
        sidecars = [each for each in spec.get("initContainers") or () if is_restartable(each)]
        self.probed = tuple(each for each in (*sidecars, *spec["containers"]) if is_probed(each))
        self.prober = Prober(self) if self.probed else None
        self._was_here = bool((pod.get("status") or {}).get("startTime"))

    @property
    def is_finished(self) -> bool:
        return (self.pod.get("status") or {}).get("phase") in FINISHED

    async def sync(self) -> None:
        """One step; `again_at` says when the next is due without an event.

        1 being deleted · 2 finished · 3 admission · 4 network, volumes, sandbox · 5 what runs · 6 deadline · 7 probes ·
        8 init containers, containers · 9 status.
        """
        self.again_at = None
        if meta.is_being_deleted(self.pod):
            await self._terminate()
            return
        if self.is_finished:
            return
        if not self.sandbox and (await self._is_refused() or not await self._start_sandbox()):
            return
        await self.observe()
        if self.pod["spec"].get("volumes"):
            await self.volumes.fill()
        if not await self._is_over_deadline():
            await self._keep_all()
        await self.write_status()

    def adopt(self, sandbox: Obj, containers: list[Obj]) -> None:
        """A restarted kubelet finds the pod's containers in its runtime."""
        self.sandbox, self.facts.ip = sandbox["id"], sandbox["ip"]
        status = self.pod.get("status") or {}
        self.facts.started = status.get("startTime", "")
        probed = {each["name"] for each in self.probed}
        for each in sorted(containers, key=lambda found: found["metadata"]["attempt"]):
            run = self.facts.runs.setdefault(each["metadata"]["name"], Run())
            run.previous_id, run.id = run.id, each["id"]
            run.restarts, run.image = each["metadata"]["attempt"], each["image"]
            _observe(run, each)
        for known in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
            run = self.facts.runs.get(known["name"], Run())
            run.last = (known.get("lastState") or {}).get("terminated")
            run.failures = 1 if run.last else 0
            if known["name"] in probed:
                run.started_up, run.ready = bool(known.get("started")), bool(known.get("ready"))

    # --- steps -----------------------------------------------------------------------------------------------------

    async def _is_refused(self) -> bool:
        """The node's own admission; a pod that was here before the kubelet restarted stays."""
        if self._was_here:
            return False
        found = self.kubelet.rejection(self.pod)
        if found is None:
            return False
        reason, message = found
        self.tell(WARNING, reason, message)
        await self._patch_status(pod_status.rejected(self.pod, reason, message, self.clock.now()))
        return True

    async def _start_sandbox(self) -> bool:
        """False while the node has no pod network or a volume is missing."""
        spec, host = self.pod["spec"], self.kubelet.registration
        if not host.pod_cidr and not spec.get("hostNetwork"):
            self.tell(WARNING, "NetworkNotReady", "network is not ready: container runtime network not ready")
            self.look_again(self.clock.now() + NETWORK_SECONDS)
            return False
        if spec.get("volumes") and not await self.references.mounted():
            await self.write_status()
            return False
        if self._was_here and not self._recall():
            await self.write_status()
            return False
        config = {"metadata": self.identity(), "podCIDR": host.pod_cidr}
        if spec.get("hostNetwork"):
            config["hostIP"] = host.host_ip
        answer = await self.runtime.call("RunPodSandbox", {"config": config})
        self.sandbox, self.facts.ip = answer["podSandboxId"], answer["ip"]
        self.facts.started = self.facts.started or rfc3339(self.clock.now())
        return True

    def _recall(self) -> bool:
        """The pod was here, its sandbox is not: the node was switched off. What ran counts as ended. May it go on?"""
        self._was_here = False
        status = self.pod.get("status") or {}
        self.facts.started = status.get("startTime", "")
        known = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
        for each in known:
            run = self.facts.runs.setdefault(each["name"], Run())
            run.restarts, run.image = each.get("restartCount", 0), each.get("image", "")
            run.last = (each.get("lastState") or {}).get("terminated")
            run.id = (each.get("containerID") or "//").partition("//")[2]
            if running := each["state"].get("running"):
                run.started = parse_rfc3339(running["startedAt"])
                self._lose(run)
            elif ended := each["state"].get("terminated"):
                run.state, run.exit_code, run.reason = EXITED, ended["exitCode"], ended.get("reason", "")
                run.started, run.finished = parse_rfc3339(ended["startedAt"]), parse_rfc3339(ended["finishedAt"])
        return not any(run.id for run in self.facts.runs.values()) or self._sandbox_changed()

    def _lose(self, run: Run) -> None:
        """A container that ran is not there any more."""
        run.state, run.finished, run.exit_code, run.reason = EXITED, self.clock.now(), LOST_EXIT_CODE, LOST_REASON

    def _sandbox_changed(self) -> bool:
        """The sandbox is lost: init containers run again. False when the pod's policy lets nothing start again."""
        spec = self.pod["spec"]
        if spec.get("restartPolicy", "Always") == "Never":
            return False
        for container in spec.get("initContainers") or ():
            self.containers.run_of(container).state = ""
        for run in self.facts.runs.values():
            if run.reason == LOST_REASON:
                run.last, run.state, run.reason = pod_status.terminated(run), "", ""
        self.tell(NORMAL, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        return True

    async def observe(self) -> None:
        """What the runtime says of the containers; when it has lost them, the sandbox is lost too."""
        watched = [run for run in self.facts.runs.values() if run.id and run.state == RUNNING]
        if not watched:
            return
        answer = await self.runtime.call("ListContainers", {"podSandboxId": self.sandbox})
        by_id = {each["id"]: each for each in answer["containers"]}
        for run in watched:
            if run.id in by_id:
                _observe(run, by_id[run.id])
            elif run.state == RUNNING:
                self._lose(run)
                self.sandbox = ""
        if not self.sandbox and not meta.is_being_deleted(self.pod) and self._sandbox_changed():
            await self._start_sandbox()

    async def _is_over_deadline(self) -> bool:
        """Models: active_deadline.go"""
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        if seconds is None or self.facts.over:
            return self.facts.over
        end = parse_rfc3339(self.facts.started) + seconds
        if self.clock.now() < end:
            self.look_again(end)
            return False
        self.facts.reason, self.facts.message, self.facts.over = DEADLINE, DEADLINE_MESSAGE, True
        self.tell(NORMAL, DEADLINE, DEADLINE_MESSAGE)
        await self.containers.kill_all(STOPPING, float(self.pod["spec"].get("terminationGracePeriodSeconds", 30)))
        return True

    async def _keep_all(self) -> None:
        policy = self.pod["spec"].get("restartPolicy", "Always")
        if self.prober is not None:
            await self.prober.run_due()
        if not await self._initialize(policy):
            return
        for container in self.pod["spec"]["containers"]:
            await self.containers.keep(container, policy)
        if self.prober is not None:
            await self.prober.run_due()
        if self.pod["spec"].get("initContainers") and self._is_complete(policy):
            self.facts.over = True
            await self.containers.kill_all(STOPPING, float(self.pod["spec"].get("terminationGracePeriodSeconds", 30)))

    async def _initialize(self, policy: str) -> bool:
        """Init containers one after another; a sidecar only has to start, and is kept. True when all are done."""
        for container in self.pod["spec"].get("initContainers") or ():
            run = self.containers.run_of(container)
            if is_restartable(container):
                await self.containers.keep(container, "Always")
                if self.prober is not None:
                    await self.prober.run_due()
                if not (run.state == RUNNING and run.started_up) and not run.restarts:
                    return False
            elif not (run.state == EXITED and run.exit_code == 0):
                await self.containers.keep(container, "Never" if policy == "Never" else "OnFailure")
                return False
        return True

    def _is_complete(self, policy: str) -> bool:
        """Have all containers ended for good, so that sidecars may go?"""
        runs = [self.containers.run_of(each) for each in self.pod["spec"]["containers"]]
        return all(run.state == EXITED and not self.containers.restarts(run, policy) for run in runs)

    async def _terminate(self) -> None:
        """1 kill, within the grace · 2 sandbox · 3 a last status · 4 let the API server forget it."""
        if self.gone:
            return
        grace = self.pod["metadata"].get("deletionGracePeriodSeconds")
        if grace is None:
            grace = self.pod["spec"].get("terminationGracePeriodSeconds", 30)
        ran = any(run.state == RUNNING for run in self.facts.runs.values())
        await self.containers.kill_all(STOPPING, float(grace))
        if self.sandbox:
            await self.runtime.call("RemovePodSandbox", {"podSandboxId": self.sandbox})
        if ran and not self.is_finished:
            self.facts.over = True
            await self.write_status()
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": meta.uid_of(self.pod)}}
        try:
            await self.kubelet.client.delete("Pod", meta.name_of(self.pod), meta.namespace_of(self.pod), options)
        except ApiError as error:
            if error.code not in (404, 409):
                raise
        self.gone = True

    async def write_status(self) -> None:
        """PATCH the status when it differs from what the API server has."""
        status = pod_status.status_of(self.pod, self.facts, self.clock.now(), self.kubelet.registration.host_ip)
        old = self.pod.get("status") or {}
        if _same(status, old):
            return
        if [each["type"] for each in old.get("conditions") or ()][: len(pod_conditions.OURS)] != list(
            pod_conditions.OURS
        ):
            status["$setElementOrder/conditions"] = [{"type": kind} for kind in pod_conditions.OURS]
        await self._patch_status(status)

    async def _patch_status(self, status: Obj) -> None:
        try:
            written = await self.kubelet.client.patch(
                "Pod", meta.name_of(self.pod), {"status": status}, meta.namespace_of(self.pod), subresource="status"
            )
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return
        if int(written["metadata"]["resourceVersion"]) > int(self.pod["metadata"]["resourceVersion"]):
            self.pod = written

    # --- parts -----------------------------------------------------------------------------------------------------

    def identity(self) -> Obj:
        metadata = self.pod["metadata"]
        return {"name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"], "attempt": 0}

    def look_again(self, when: float) -> None:
        if self.again_at is None or when < self.again_at:
            self.again_at = when

    def tell(self, type: str, reason: str, message: str) -> None:
        self.kubelet.events.event(self.pod, type, reason, message)


def _observe(run: Run, found: Obj) -> None:
    run.state, run.started = found["state"], found["startedAt"]
    run.finished, run.exit_code, run.reason = found["finishedAt"], found["exitCode"], found.get("reason", "")


def _same(new: Obj, old: Obj) -> bool:
    """Is everything that would be written there already?"""
    for name, value in new.items():
        if name == "conditions":
            known = {each["type"]: each for each in old.get("conditions") or ()}
            if any(_told(known.get(each["type"]) or {}) != _told(each) for each in value):
                return False
        elif old.get(name) != value:
            return False
    return True


def _told(condition: Obj) -> tuple[object, ...]:
    return condition.get("status"), condition.get("reason"), condition.get("message")
