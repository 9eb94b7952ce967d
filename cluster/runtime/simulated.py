"""A simulated container runtime: containers are entries with a state, started and ended by the cluster's clock.

Serves CRI's verbs on the wire; tells of containers that end by a stream (GetContainerEvents).
Models: containerd's CRI plugin. Simplified: nothing is executed; `images` says what images do. Containers are the
machine's (`machine`): they outlive a runtime that is stopped.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.apis.core import image_reference
from cluster.clock import Clock
from cluster.runtime import cri, images, zpages
from cluster.runtime.container import Container, Sandbox, follow, shown_lines
from cluster.runtime.cri import CREATED, RUNNING, CriError, required
from cluster.runtime.exec_session import ExecSession
from cluster.runtime.execution import Commands
from cluster.runtime.machine import Machine
from cluster.wire import component
from cluster.wire.hop import current_hop
from cluster.wire.inspection import Pages
from cluster.wire.message import ConnectionLost, Response
from cluster.wire.stream import Stream

KILLED = 137


class SimulatedRuntime(cri.Runtime):
    """The runtime of one node."""

    def __init__(self, node_name: str, clock: Clock, machine: Machine | None = None) -> None:
        self.id = component.runtime(node_name)
        self.clock = clock
        self.machine = machine or Machine()
        self.sandboxes, self.containers = self.machine.sandboxes, self.machine.containers
        self.images = self.machine.images
        self.commands = Commands(self.machine, clock)
        self._streams: set[Stream] = set()
        self._stopping: dict[str, list[asyncio.Future[None]]] = {}
        self._taken = self.machine.taken
        for container in self.containers.values():
            self._take_up(container)

    async def run(self) -> None:
        """Run until cancelled; the containers go on."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for container in self.containers.values():
                container.rest()
            for waiter in [each for waiters in self._stopping.values() for each in waiters if not each.done()]:
                waiter.set_exception(ConnectionLost(f"{self.id} was stopped"))

    def inspect(self) -> dict[str, Any]:
        return {
            "sandboxes": len(self.sandboxes),
            "containers": len(self.containers),
            "images": sorted(self.images),
            "calls": self.calls,
        }

    def zpages(self) -> Pages:
        return zpages.of(self)

    # --- the runtime itself ----------------------------------------------------------------------------------------

    def _Version(self, body: Obj) -> Obj:
        return {"version": "0.1.0", "runtimeName": "simulated", "runtimeVersion": "1.0", "runtimeApiVersion": "v1"}

    def _Status(self, body: Obj) -> Obj:
        conditions = [{"type": name, "status": True} for name in ("RuntimeReady", "NetworkReady")]
        return {"status": {"conditions": conditions}}

    def _GetContainerEvents(self, body: Obj) -> Stream:
        stream = Stream()
        self._streams.add(stream)
        stream.on_close(lambda: self._streams.discard(stream))
        return stream

    # --- sandboxes -------------------------------------------------------------------------------------------------

    def _RunPodSandbox(self, body: Obj) -> Obj:
        config = required(body, "config")
        required(body, "config", "metadata", "uid")
        sandbox = Sandbox(self.clock.uid().replace("-", ""), config["metadata"], self._address(config))
        self.sandboxes[sandbox.id] = sandbox
        return {"podSandboxId": sandbox.id, "ip": sandbox.ip}

    def _address(self, config: Obj) -> str:
        """The next free address of the node's subnet, its first being the bridge's; the host's for a host network."""
        if config.get("hostIP"):
            return str(config["hostIP"])
        network = _network(config.get("podCIDR") or "10.244.0.0/24")
        room = network.num_addresses - 3
        for _ in range(room):
            self.machine.next_ip = self.machine.next_ip % room + 1
            address = str(network[self.machine.next_ip + 1])
            if address not in self._taken:
                self._taken.add(address)
                return address
        raise CriError("ResourceExhausted", f"no IP addresses available in network: {network}")

    def _ListPodSandbox(self, body: Obj) -> Obj:
        return {"items": [each.shown() for each in self.sandboxes.values()]}

    def _PodSandboxStatus(self, body: Obj) -> Obj:
        return {"status": self._sandbox(body).shown()}

    def _StopPodSandbox(self, body: Obj) -> Obj:
        for container in self._of_sandbox(body):
            if container.state == RUNNING:
                self._end(container, KILLED, "Error")
        if sandbox := self.sandboxes.get(required(body, "podSandboxId")):
            sandbox.ready = False
            self._taken.discard(sandbox.ip)
        return {}

    def _RemovePodSandbox(self, body: Obj) -> Obj:
        self._StopPodSandbox(body)
        for container in self._of_sandbox(body):
            del self.containers[container.id]
        if (gone := self.sandboxes.pop(body["podSandboxId"], None)) is not None and self.machine.volumes:
            own = f"/var/lib/kubelet/pods/{gone.metadata['uid']}/"
            for path in [each for each in self.machine.volumes if each.startswith(own)]:
                del self.machine.volumes[path]
        return {}

    # --- images ----------------------------------------------------------------------------------------------------

    def _PullImage(self, body: Obj) -> Obj:
        name = required(body, "image", "image")
        if refusal := images.pulls(name, self.machine.unpullable):
            raise CriError("NotFound", refusal)
        image = images.pulled(name)
        self.images[image.name] = image
        return {"imageRef": image.id, "sizeBytes": image.size_bytes}

    def _ImageStatus(self, body: Obj) -> Obj:
        image = self.images.get(image_reference.full_name(required(body, "image", "image")))
        return {"image": _image(image)} if image else {}

    def _ListImages(self, body: Obj) -> Obj:
        return {"images": [_image(each) for each in self.images.values()]}

    def _RemoveImage(self, body: Obj) -> Obj:
        self.images.pop(image_reference.full_name(required(body, "image", "image")), None)
        return {}

    def _ImageFsInfo(self, body: Obj) -> Obj:
        used = sum(each.size_bytes for each in self.images.values())
        return {"imageFilesystems": [{"timestamp": int(self.clock.now() * 1e9), "usedBytes": {"value": used}}]}

    # --- containers ------------------------------------------------------------------------------------------------

    def _CreateContainer(self, body: Obj) -> Obj:
        config, sandbox = required(body, "config"), self._sandbox(body)
        command, args = tuple(config.get("command") or ()), tuple(config.get("args") or ())
        container = Container(
            id=self.clock.uid().replace("-", ""),
            sandbox=sandbox.id,
            name=required(body, "config", "container"),
            attempt=config.get("attempt", 0),
            image=required(body, "config", "image", "image"),
            behaviour=images.behaviour(config["image"]["image"], command, args),
            env=dict(config.get("envs") or {}),
            mounts=tuple(config.get("mounts") or ()),
            folder=config.get("workingDir") or "",
            created=self.clock.now(),
            command=command,
            args=args,
        )
        self.containers[container.id] = container
        return {"containerId": container.id}

    def _StartContainer(self, body: Obj) -> Obj:
        container = self._container(body)
        if container.state != CREATED:
            raise CriError("FailedPrecondition", f"container {container.id} is in {container.state} state")
        container.state, container.started = RUNNING, self.clock.now()
        self._await_end(container)
        return {"startedAt": container.started}

    def _await_end(self, container: Container) -> None:
        """A running container ends when its program does."""
        found = container.behaviour
        if found.script:
            self.commands.start(container, self._end)
        elif found.seconds is not None:
            at, reason = container.started + found.seconds, found.end_reason or _stopped(found.exit_code)[1]
            container.timer = self.clock.call_at(at, self._end, container, found.exit_code, reason)

    def _take_up(self, container: Container) -> None:
        """One that ran when a runtime was here before: it may have ended since, and nobody was told."""
        found = container.behaviour
        if container.state != RUNNING:
            return
        if found.seconds is not None and (at := container.started + found.seconds) < self.clock.now():
            container.end(at, found.exit_code, found.end_reason or _stopped(found.exit_code)[1])
        else:
            self._await_end(container)

    async def _StopContainer(self, body: Obj) -> Obj:
        """SIGTERM, and SIGKILL when `timeout` seconds have not been enough; answers when it has ended."""
        container = self._container(body)
        if container.state != RUNNING:
            return {}
        needed, timeout = container.behaviour.stop_seconds, float(body.get("timeout") or 0)
        if container.program is not None and timeout > 0 and container.program.traps():
            return await self._trapped(container, timeout)
        if timeout <= 0:
            self._end(container, KILLED, "Error")
            return {}
        if needed is not None and needed <= 0:
            self._end(container, *_stopped(container.behaviour.stop_code))
            return {}
        if container.timer is not None:
            container.timer.cancel()
        if needed is not None and needed <= timeout:
            end = (needed, *_stopped(container.behaviour.stop_code))
        else:
            end = (timeout, KILLED, "Error")
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stopping.setdefault(container.id, []).append(ended)
        container.timer = self.clock.call_later(end[0], self._end, container, end[1], end[2])
        await ended
        return {}

    async def _trapped(self, container: Container, grace: float) -> Obj:
        """Its shell has a trap for SIGTERM: that runs, and the rest of the script when it does not exit."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stopping.setdefault(container.id, []).append(ended)
        container.timer = self.clock.call_later(grace, self._end, container, KILLED, "Error")
        if container.program is not None:
            container.program.terminate()
        await ended
        return {}

    def _RemoveContainer(self, body: Obj) -> Obj:
        container = self.containers.get(required(body, "containerId"))
        if container is not None:
            if container.state == RUNNING:
                self._end(container, KILLED, "Error")
            del self.containers[container.id]
        return {}

    def _ListContainers(self, body: Obj) -> Obj:
        wanted = body.get("podSandboxId")
        return {"containers": [each.shown() for each in self.containers.values() if wanted in (None, each.sandbox)]}

    def _ContainerStatus(self, body: Obj) -> Obj:
        return {"status": self._container(body).shown()}

    def _ContainerStats(self, body: Obj) -> Obj:
        return {"stats": self._container(body).stats(self.clock.now())}

    def _ListContainerStats(self, body: Obj) -> Obj:
        return {"stats": [each.stats(self.clock.now()) for each in self.containers.values() if each.state == RUNNING]}

    # --- what goes on in them --------------------------------------------------------------------------------------

    def _ContainerLogs(self, body: Obj) -> Obj | Stream:
        container = self._container(body)
        if body.get("follow"):
            return follow(container, self.clock, body)
        return {"lines": shown_lines(container.log(self.clock.now(), body), body)}

    async def _ExecSync(self, body: Obj) -> Obj:
        """Run a command in a container; `timeout` seconds at most (0: no limit)."""
        command = [str(each) for each in required(body, "cmd")]
        return await self.commands.run(self._container(body), command, float(body.get("timeout") or 0))

    def _WriteVolume(self, body: Obj) -> Obj:
        """Not CRI's: the kubelet writes to the disk; a volume holds exactly these files from now on."""
        self.machine.volume(required(body, "path")).replace(body.get("files") or {}, self.clock.now())
        return {}

    def _Exec(self, body: Obj) -> Response:
        """Upstream answers with a URL of its streaming server; here the answer is what one would be led to."""
        container, command = self._container(body), [str(each) for each in required(body, "cmd")]
        run = self.commands.conversing(container, command)
        return ExecSession(run, command, stdin=bool(body.get("stdin")), tty=bool(body.get("tty"))).conversation()

    def _Connect(self, body: Obj) -> Obj:
        """What a client meets at a pod's address: nobody, a listener, or for `scheme` http an HTTP status."""
        now, sandbox = self.clock.now(), self._sandbox(body)
        listeners = [
            each
            for each in self._of_sandbox({"podSandboxId": sandbox.id})
            if each.state == RUNNING and each.behaviour.listens and each.age(now) >= each.behaviour.healthy_after
        ]
        if not listeners:
            raise CriError("Unavailable", f"dial tcp {sandbox.ip}:{body.get('port')}: connect: connection refused")
        return {"httpStatus": 200 if all(each.is_healthy(now) for each in listeners) else 500}

    # --- parts -----------------------------------------------------------------------------------------------------

    def _sandbox(self, body: Obj) -> Sandbox:
        found = self.sandboxes.get(required(body, "podSandboxId"))
        if found is None:
            raise CriError(
                "NotFound", f'an error occurred when try to find sandbox "{body["podSandboxId"]}": not found'
            )
        return found

    def _container(self, body: Obj) -> Container:
        found = self.containers.get(required(body, "containerId"))
        if found is None:
            text = f'an error occurred when try to find container "{body["containerId"]}": not found'
            raise CriError("NotFound", text)
        return found

    def _of_sandbox(self, body: Obj) -> list[Container]:
        wanted = required(body, "podSandboxId")
        return [each for each in self.containers.values() if each.sandbox == wanted]

    def _end(self, container: Container, exit_code: int, reason: str) -> None:
        if container.timer is not None:
            container.timer.cancel()
            container.timer = None
        container.end(self.clock.now(), exit_code, reason)
        container.halt()
        for waiter in self._stopping.pop(container.id, ()):
            if not waiter.done():
                waiter.set_result(None)
        sandbox = self.sandboxes.get(container.sandbox)
        if sandbox is not None:
            event = cri.ContainerEvent(container.id, sandbox.metadata["uid"], exit_code, current_hop.get())
            for stream in list(self._streams):
                stream.push([event])


@functools.cache
def _network(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(cidr)


def _stopped(code: int) -> tuple[int, str]:
    return code, "Completed" if code == 0 else "Error"


def _image(image: images.Image) -> Obj:
    return {"id": image.id, "repoTags": [image.name], "size": image.size_bytes}
