"""The container runtime's interface: CRI's verbs and JSON field names, on the wire.

A runtime answers requests whose verb is the RPC's name. `Runtime` looks the verb up among its methods, refuses what it
does not know by name, and words errors as gRPC does; `simulated` is one, a real engine would be another.
Models: staging/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto v1.37
"""

from __future__ import annotations

import inspect
from typing import Any

from cluster.apimachinery.meta import Obj
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Stream

CREATED, RUNNING, EXITED = "CONTAINER_CREATED", "CONTAINER_RUNNING", "CONTAINER_EXITED"
SANDBOX_READY, SANDBOX_NOT_READY = "SANDBOX_READY", "SANDBOX_NOTREADY"
STOPPED_EVENT = "CONTAINER_STOPPED_EVENT"
RUNTIME_VERBS = (
    "Version", "Status", "RunPodSandbox", "StopPodSandbox", "RemovePodSandbox", "PodSandboxStatus", "ListPodSandbox",
    "CreateContainer", "StartContainer", "StopContainer", "RemoveContainer", "ListContainers", "ContainerStatus",
    "ExecSync", "Exec", "ContainerStats", "ListContainerStats", "GetContainerEvents",
)  # fmt: skip
IMAGE_VERBS = ("ListImages", "ImageStatus", "PullImage", "RemoveImage", "ImageFsInfo")
OTHER_VERBS = ("ContainerLogs", "Connect", "WriteVolume")
"""Not CRI's: a container's log, which upstream reads from a file; what a probe meets at a pod's address; a volume's files."""
VERBS = frozenset((*RUNTIME_VERBS, *IMAGE_VERBS, *OTHER_VERBS))
HTTP_CODES = {"NotFound": 404, "Unimplemented": 501, "DeadlineExceeded": 504}


class CriError(Exception):
    """A refused request: gRPC's code word and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Runtime:
    """Answers CRI's verbs by methods of the same name, with a leading underscore; a method may be async."""

    calls = 0

    async def handle(self, request: Request) -> Response:
        self.calls += 1
        try:
            method = getattr(self, f"_{request.verb}", None) if request.verb in VERBS else None
            if method is None:
                raise CriError("Unimplemented", f"unknown method {request.verb} for service runtime.v1.RuntimeService")
            found = method(request.body.object or {})
            if inspect.isawaitable(found):
                found = await found
        except CriError as error:
            code = HTTP_CODES.get(error.code, 400)
            return Response(code, Payload(object={"code": error.code, "error": str(error)}))
        if isinstance(found, Response):
            return found
        return Response(200, stream=found) if isinstance(found, Stream) else Response(200, Payload(object=found))


class ContainerEvent:
    """A container ended."""

    __slots__ = ("hop", "payload", "revision", "type")

    def __init__(self, container_id: str, pod_uid: str, exit_code: int, hop: int) -> None:
        self.type = STOPPED_EVENT
        self.revision = 0
        self.hop = hop
        self.payload = Payload(object={"containerId": container_id, "podUid": pod_uid, "exitCode": exit_code})


class LogChunk:
    """Lines of a followed log."""

    __slots__ = ("hop", "line", "payload", "revision", "type")

    def __init__(self, text: str, hop: int) -> None:
        self.type = "LOG"
        self.revision = 0
        self.hop = hop
        self.line = text.encode()
        self.payload = Payload(raw=self.line)


def required(body: Obj, *path: str) -> Any:
    """A field of a request; CriError when it is not there."""
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found in (None, ""):
        raise CriError("InvalidArgument", f"{'.'.join(path)} is required")
    return found
