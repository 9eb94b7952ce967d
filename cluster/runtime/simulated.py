"""A simulated container runtime: containers are entries with a state, started and ended by the cluster's clock.

Serves CRI's verbs on the wire; tells of containers that end by a stream (GetContainerEvents).
Models: cri-api/pkg/apis/runtime/v1/api.proto v1.37. Simplified: nothing is executed; `images` says what images do.
"""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass, field
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.clock import Clock, Timer, rfc3339_micro
from cluster.runtime import images
from cluster.wire import component
from cluster.wire.hop import current_hop
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Stream

RUNNING, EXITED, CREATED = "CONTAINER_RUNNING", "CONTAINER_EXITED", "CONTAINER_CREATED"
LOG_LINES = 2_000


class CriError(Exception):
    """A refused request: gRPC's code word and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Sandbox:
    """A pod's sandbox."""

    id: str
    metadata: Obj
    ip: str
    ready: bool = True


@dataclass(slots=True)
class Container:
    """A container in a sandbox; times are cluster seconds."""

    id: str
    sandbox: str
    name: str
    attempt: int
    image: str
    command: list[str]
    args: list[str]
    state: str = CREATED
    started: float = 0.0
    finished: float = 0.0
    exit_code: int = 0
    log: list[tuple[float, str]] = field(default_factory=list)
    timer: Timer | None = None


class ContainerEvent:
    """A container ended by itself."""

    __slots__ = ("hop", "payload", "revision", "type")

    def __init__(self, container: Container, pod_uid: str) -> None:
        self.type = "CONTAINER_STOPPED_EVENT"
        self.revision = 0
        self.hop = current_hop.get()
        self.payload = Payload(object={"containerId": container.id, "podUid": pod_uid, "exitCode": container.exit_code})


class SimulatedRuntime:
    """The runtime of one node."""

    def __init__(self, node_name: str, clock: Clock) -> None:
        self.id = component.runtime(node_name)
        self.clock = clock
        self.sandboxes: dict[str, Sandbox] = {}
        self.containers: dict[str, Container] = {}
        self.images: set[str] = set()
        self.calls = 0
        self._streams: set[Stream] = set()
        self._next_ip = 1

    async def run(self) -> None:
        """Run until cancelled; a power cut takes the containers with it."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for container in self.containers.values():
                if container.timer is not None:
                    container.timer.cancel()

    async def handle(self, request: Request) -> Response:
        self.calls += 1
        method = getattr(self, f"_{request.verb}", None)
        try:
            if method is None:
                raise CriError("Unimplemented", f"unknown method {request.verb}")
            found = method(request.body.object or {})
        except CriError as error:
            code = 404 if error.code == "NotFound" else 400
            return Response(code, Payload(object={"code": error.code, "error": str(error)}))
        if isinstance(found, Stream):
            return Response(200, stream=found)
        return Response(200, Payload(object=found))

    def inspect(self) -> dict[str, Any]:
        return {
            "sandboxes": len(self.sandboxes),
            "containers": len(self.containers),
            "images": sorted(self.images),
            "calls": self.calls,
        }

    # --- CRI -------------------------------------------------------------------------------------------------------

    def _Version(self, body: Obj) -> Obj:
        return {"version": "0.1.0", "runtimeName": "simulated", "runtimeVersion": "1.0", "runtimeApiVersion": "v1"}

    def _Status(self, body: Obj) -> Obj:
        conditions = [{"type": name, "status": True} for name in ("RuntimeReady", "NetworkReady")]
        return {"status": {"conditions": conditions}}

    def _RunPodSandbox(self, body: Obj) -> Obj:
        config = body["config"]
        network = ipaddress.ip_network(config.get("podCIDR") or "10.244.0.0/24")
        self._next_ip = self._next_ip % (network.num_addresses - 2) + 1
        sandbox = Sandbox(self.clock.uid(), config["metadata"], str(network[self._next_ip]))
        self.sandboxes[sandbox.id] = sandbox
        return {"podSandboxId": sandbox.id, "ip": sandbox.ip}

    def _ListPodSandbox(self, body: Obj) -> Obj:
        return {
            "items": [{"id": each.id, "metadata": each.metadata, "ip": each.ip} for each in self.sandboxes.values()]
        }

    def _StopPodSandbox(self, body: Obj) -> Obj:
        for container in list(self.containers.values()):
            if container.sandbox == body["podSandboxId"] and container.state == RUNNING:
                self._end(container, 137, tell=False)
        return {}

    def _RemovePodSandbox(self, body: Obj) -> Obj:
        self._StopPodSandbox(body)
        for container in [each for each in self.containers.values() if each.sandbox == body["podSandboxId"]]:
            del self.containers[container.id]
        self.sandboxes.pop(body["podSandboxId"], None)
        return {}

    def _PullImage(self, body: Obj) -> Obj:
        image = body["image"]["image"]
        if refusal := images.pulls(image):
            raise CriError("NotFound", refusal)
        self.images.add(image)
        return {"imageRef": image}

    def _ImageStatus(self, body: Obj) -> Obj:
        image = body["image"]["image"]
        return {"image": {"id": image}} if image in self.images else {}

    def _CreateContainer(self, body: Obj) -> Obj:
        config = body["config"]
        if body["podSandboxId"] not in self.sandboxes:
            raise CriError("NotFound", f"sandbox {body['podSandboxId']} not found")
        container = Container(
            self.clock.uid().replace("-", ""),
            body["podSandboxId"],
            config["container"],
            config.get("attempt", 0),
            config["image"]["image"],
            list(config.get("command") or ()),
            list(config.get("args") or ()),
        )
        self.containers[container.id] = container
        return {"containerId": container.id}

    def _StartContainer(self, body: Obj) -> Obj:
        container = self._container(body)
        behaviour = images.behaviour(container.image, container.command, container.args)
        container.state, container.started = RUNNING, self.clock.now()
        container.log.extend((container.started, line) for line in behaviour.lines)
        del container.log[:-LOG_LINES]
        if behaviour.seconds is not None:
            container.timer = self.clock.call_later(behaviour.seconds, self._end, container, behaviour.exit_code)
        return {"startedAt": container.started}

    def _StopContainer(self, body: Obj) -> Obj:
        container = self._container(body)
        if container.state == RUNNING:
            self._end(container, 0, tell=False)
        return {}

    def _RemoveContainer(self, body: Obj) -> Obj:
        self.containers.pop(body["containerId"], None)
        return {}

    def _ListContainers(self, body: Obj) -> Obj:
        wanted = body.get("podSandboxId")
        return {"containers": [_shown(each) for each in self.containers.values() if wanted in (None, each.sandbox)]}

    def _ContainerStatus(self, body: Obj) -> Obj:
        return {"status": _shown(self._container(body))}

    def _ContainerLogs(self, body: Obj) -> Obj:
        lines = list(self._container(body).log)
        if (since := body.get("since")) is not None:
            lines = [each for each in lines if each[0] >= since]
        if (tail := body.get("tail")) is not None:
            lines = lines[-tail:] if tail else []
        return {"lines": [f"{rfc3339_micro(at)} {text}" if body.get("timestamps") else text for at, text in lines]}

    def _ExecSync(self, body: Obj) -> Obj:
        container = self._container(body)
        if container.state != RUNNING:
            raise CriError("FailedPrecondition", f"container {container.id} is not running")
        found = images.run(body["cmd"])
        return {"stdout": "".join(f"{line}\n" for line in found.lines), "stderr": "", "exitCode": found.exit_code}

    def _GetContainerEvents(self, body: Obj) -> Stream:
        stream = Stream()
        self._streams.add(stream)
        stream.on_close(lambda: self._streams.discard(stream))
        return stream

    # --- parts -----------------------------------------------------------------------------------------------------

    def _container(self, body: Obj) -> Container:
        found = self.containers.get(body.get("containerId", ""))
        if found is None:
            raise CriError(
                "NotFound", f'an error occurred when try to find container "{body.get("containerId")}": not found'
            )
        return found

    def _end(self, container: Container, exit_code: int, tell: bool = True) -> None:
        if container.timer is not None:
            container.timer.cancel()
            container.timer = None
        container.state, container.exit_code, container.finished = EXITED, exit_code, self.clock.now()
        sandbox = self.sandboxes.get(container.sandbox)
        if tell and sandbox is not None:
            for stream in list(self._streams):
                stream.push([ContainerEvent(container, sandbox.metadata["uid"])])


def _shown(container: Container) -> Obj:
    return {
        "id": container.id,
        "podSandboxId": container.sandbox,
        "metadata": {"name": container.name, "attempt": container.attempt},
        "image": container.image,
        "state": container.state,
        "startedAt": container.started,
        "finishedAt": container.finished,
        "exitCode": container.exit_code,
    }
