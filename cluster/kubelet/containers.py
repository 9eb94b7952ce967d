"""Starting, restarting and killing one pod's containers.

Models: pkg/kubelet/kuberuntime/{kuberuntime_manager,kuberuntime_container}.go v1.37
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.events import NORMAL, WARNING
from cluster.kubelet import environment, lifecycle, pod_status
from cluster.kubelet.pod_status import EXITED, RUNNING, Run

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, RESET_SECONDS = 10.0, 300.0, 600.0
MINIMUM_GRACE_SECONDS = 2.0
CRASH_LOOP, POST_START = "CrashLoopBackOff", "PostStartHookError"


class Containers:
    """What a pod's worker does to its containers."""

    __slots__ = ("clock", "worker")

    def __init__(self, worker: PodWorker) -> None:
        self.worker = worker
        self.clock = worker.clock

    def run_of(self, container: Obj) -> Run:
        return self.worker.facts.runs.setdefault(container["name"], Run())

    async def keep(self, container: Obj, policy: str) -> None:
        """Keep a container running as the policy says: kill what ails or changed, start what ended, after its back-off."""
        run = self.run_of(container)
        if run.state == RUNNING:
            if reason := run.ailing or self._outdated(container, run):
                restarts = policy != "Never"
                await self.kill(container, run, f"{reason}, will be restarted" if restarts else reason)
            if run.state == RUNNING:
                return
        if run.state == EXITED and not self.restarts(run, policy):
            return
        if run.state == EXITED and not run.retry_at:
            self._back_off(container, run)
        if self.clock.now() < run.retry_at and not run.pulls:
            self.worker.look_again(run.retry_at)
            return
        await self._start(container, run)

    @staticmethod
    def restarts(run: Run, policy: str) -> bool:
        """Does the policy start an ended container again?"""
        return policy == "Always" or (policy == "OnFailure" and run.exit_code != 0)

    # --- starting --------------------------------------------------------------------------------------------------

    async def _start(self, container: Obj, run: Run) -> None:
        """1 image · 2 configuration · 3 create · 4 start · 5 postStart hook."""
        worker = self.worker
        again = await worker.kubelet.images.ensure(worker.pod, container, run)
        if again is not None:
            worker.look_again(again)
            return
        if missing := await worker.references.missing_of(container):
            self._misconfigured(run, missing)
            return
        attempt = run.restarts + 1 if run.id or run.last else run.restarts
        config = await self._config(container, attempt)
        made = await worker.runtime.call("CreateContainer", {"podSandboxId": worker.sandbox, "config": config})
        worker.tell(NORMAL, "Created", "Container created")
        body = {"containerId": made["containerId"], "sandboxConfig": {"metadata": worker.identity()}}
        started = await worker.runtime.call("StartContainer", body)
        older, run.previous_id = run.previous_id, run.id
        run.id, run.image, run.state = made["containerId"], container["image"], RUNNING
        run.started, run.restarts, run.retry_at = started["startedAt"], attempt, 0.0
        run.waiting = run.message = run.ailing = run.reason = ""
        run.started_up, run.ready = not container.get("startupProbe"), not container.get("readinessProbe")
        worker.tell(NORMAL, "Started", "Container started")
        if older:
            await worker.runtime.call("RemoveContainer", {"containerId": older})
        if handler := (container.get("lifecycle") or {}).get("postStart"):
            await self._post_start(container, run, handler)

    async def _config(self, container: Obj, attempt: int) -> Obj:
        envs = await environment.of(self.worker, container)
        found = {
            "metadata": self.worker.identity(),
            "container": container["name"],
            "attempt": attempt,
            "image": {"image": container["image"]},
            "command": [environment.expanded(each, envs) for each in container.get("command") or ()],
            "args": [environment.expanded(each, envs) for each in container.get("args") or ()],
            "envs": envs,
            "mounts": await self.worker.volumes.mounts(container),
        }
        if folder := container.get("workingDir"):
            found["workingDir"] = folder
        return found

    def _misconfigured(self, run: Run, missing: str) -> None:
        if run.message != missing:
            self.worker.tell(WARNING, "Failed", f"Error: {missing}")
        run.waiting, run.message = "CreateContainerConfigError", missing
        self.worker.look_again(self.clock.now() + FIRST_BACKOFF_SECONDS)

    async def _post_start(self, container: Obj, run: Run, handler: Obj) -> None:
        failure = await lifecycle.run_hook(self.worker, container, run, handler)
        if failure:
            self.worker.tell(WARNING, "FailedPostStartHook", "PostStartHook failed")
            await self.kill(container, run, "FailedPostStartHook")
            run.waiting, run.message = POST_START, failure

    def _back_off(self, container: Obj, run: Run) -> None:
        """The first restart is at once, the next after 10 s, 20 s, … 300 s; ten good minutes forgive it all."""
        worker = self.worker
        if run.finished - run.started > RESET_SECONDS:
            run.failures = 0
        run.last = pod_status.terminated(run)
        run.failures += 1
        run.retry_at = self.clock.now()
        if run.failures == 1:
            return
        delay = min(FIRST_BACKOFF_SECONDS * 2 ** (run.failures - 2), LONGEST_BACKOFF_SECONDS)
        run.retry_at += delay
        pod = f"{meta.name_of(worker.pod)}_{meta.namespace_of(worker.pod)}({meta.uid_of(worker.pod)})"
        name = container["name"]
        run.waiting = CRASH_LOOP
        run.message = f"back-off {_duration(delay)} restarting failed container={name} pod={pod}"
        worker.tell(WARNING, "BackOff", f"Back-off restarting failed container {name} in pod {pod}")

    @staticmethod
    def _outdated(container: Obj, run: Run) -> str:
        return f"Container {container['name']} definition changed" if run.image != container["image"] else ""

    # --- killing ---------------------------------------------------------------------------------------------------

    async def kill(self, container: Obj, run: Run, message: str, grace: float | None = None) -> None:
        """preStop hook, then SIGTERM, then SIGKILL when the grace is over. Models: killContainer"""
        if run.state != RUNNING:
            return
        worker, since = self.worker, self.clock.now()
        if grace is None:
            grace = self._grace(container, run)
        worker.tell(NORMAL, "Killing", message)
        handler = (container.get("lifecycle") or {}).get("preStop")
        if handler and grace > 0:
            if await lifecycle.run_hook(worker, container, run, handler, grace):
                worker.tell(WARNING, "FailedPreStopHook", "PreStopHook failed")
            grace = max(grace - (self.clock.now() - since), MINIMUM_GRACE_SECONDS)
        await worker.runtime.call("StopContainer", {"containerId": run.id, "timeout": grace})
        await worker.observe()

    def _grace(self, container: Obj, run: Run) -> float:
        """A failed probe's own grace comes before the pod's."""
        pod = self.worker.pod["spec"].get("terminationGracePeriodSeconds", 30)
        for kind in ("liveness", "startup"):
            if run.ailing.endswith(f"{kind} probe"):
                return float((container.get(f"{kind}Probe") or {}).get("terminationGracePeriodSeconds") or pod)
        return float(pod)

    async def kill_all(self, message: str, grace: float) -> None:
        """The containers together, then the sidecars from the last to the first."""
        spec = self.worker.pod["spec"]
        plain = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") != "Always"]
        first = [*plain, *spec["containers"], *(spec.get("ephemeralContainers") or ())]
        since = self.clock.now()
        await asyncio.gather(
            *(self.kill(each, self.run_of(each), message.format(each["name"]), grace) for each in first)
        )
        for each in reversed(
            [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
        ):
            left = max(0.0, grace - (self.clock.now() - since))
            await self.kill(each, self.run_of(each), message.format(each["name"]), left)


def _duration(seconds: float) -> str:
    """Go's way to write a duration: 10s, 1m20s, 5m0s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
