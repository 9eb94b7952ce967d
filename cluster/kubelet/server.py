"""What a kubelet serves on the wire: health, its pods, container logs and exec. Models: pkg/kubelet/server/server.go v1.37

Logs: `follow`, `previous`, `tailLines`, `sinceSeconds`, `sinceTime`, `timestamps`, `limitBytes`; worded as
pkg/kubelet/kubelet_pods.go validateContainerLogStatus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError, bad_request, failure, not_found
from cluster.clock import parse_rfc3339
from cluster.kubelet.pod_status import EXITED, RUNNING, Run
from cluster.kubelet.runtime_service import RuntimeRefused
from cluster.wire.message import Payload, Request, Response
from cluster.wire.stream import Delivery, Stream

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet
    from cluster.kubelet.pod_worker import PodWorker

TEXT = {"content-type": "text/plain"}


async def handle(kubelet: Kubelet, request: Request) -> Response:
    """GET /healthz, /pods, /containerLogs/<namespace>/<pod>/<container>; POST /exec/… and /portForward/<namespace>/<pod> likewise."""
    parts = request.path.strip("/").split("/")
    try:
        if parts[0] == "healthz":
            return Response(200, Payload(raw=b"ok"))
        if parts[0] == "pods":
            items = [worker.pod for worker in kubelet.workers.values()]
            return Response(
                200, Payload(object={"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items})
            )
        if parts[0] == "containerLogs" and len(parts) == 4:
            return await _logs(kubelet, parts[1], parts[2], parts[3], request.query)
        if parts[0] == "exec" and len(parts) == 4:
            return await _exec(kubelet, parts[1], parts[2], parts[3], request)
        if parts[0] == "portForward" and len(parts) == 3:
            return await _port_forward(kubelet, parts[1], parts[2], request)
    except ApiError as error:
        return Response(error.code, Payload(object=error.status), {"content-type": "application/json"})
    except RuntimeRefused as refused:
        status = failure(500, "InternalError", str(refused)).status
        return Response(500, Payload(object=status), {"content-type": "application/json"})
    return Response(404, Payload(raw=b"404 page not found"))


# --- logs -----------------------------------------------------------------------------------------------------------


async def _logs(kubelet: Kubelet, namespace: str, name: str, container: str, query: dict[str, str]) -> Response:
    worker = _worker_of(kubelet, namespace, name)
    run = worker.facts.runs.get(container) or Run()
    container_id = _log_of(run, name, container, previous=_is_set(query, "previous"))
    asked = _options(kubelet, query)
    limit = int(query["limitBytes"]) if "limitBytes" in query else None
    if _is_set(query, "follow"):
        stream = await kubelet.runtime.stream("ContainerLogs", {"containerId": container_id, "follow": True, **asked})
        return Response(200, headers=TEXT, stream=_limited(stream, limit) if limit is not None else stream)
    found = await kubelet.runtime.call("ContainerLogs", {"containerId": container_id, **asked})
    text = "".join(f"{line}\n" for line in found["lines"]).encode()
    return Response(200, Payload(raw=text if limit is None else text[:limit]), TEXT)


def _options(kubelet: Kubelet, query: dict[str, str]) -> Obj:
    asked: Obj = {"timestamps": _is_set(query, "timestamps")}
    if "tailLines" in query:
        asked["tail"] = int(query["tailLines"])
    if "sinceSeconds" in query:
        asked["since"] = kubelet.clock.now() - int(query["sinceSeconds"])
    if "sinceTime" in query:
        try:
            asked["since"] = parse_rfc3339(query["sinceTime"])
        except ValueError:
            raise bad_request(f'parsing time "{query["sinceTime"]}": not RFC 3339') from None
    return asked


def _log_of(run: Run, name: str, container: str, *, previous: bool) -> str:
    """The container whose log is asked for. Models: validateContainerLogStatus"""
    ended = run.state == EXITED
    if previous:
        wanted = run.id if ended and run.waiting else run.previous_id
        if not wanted:
            raise bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
        return wanted
    if run.id:
        return run.id
    if run.waiting:
        why = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
        raise bad_request(
            f'container "{container}" in pod "{name}" is waiting to start: {why.get(run.waiting, run.waiting)}'
        )
    raise bad_request(f'container "{container}" in pod "{name}" is waiting to start: ContainerCreating')


def _limited(stream: Stream, limit: int) -> Stream:
    """The first `limit` bytes of a followed log."""
    limited = Stream()
    left = limit

    def take(deliveries: list[Delivery]) -> None:
        nonlocal left
        for event, _ in deliveries:
            event.line = event.line[:left]
            event.payload = Payload(raw=event.line)
            left -= len(event.line)
            limited.push([event])
        if left <= 0:
            limited.close()
            stream.close()

    limited.on_close(stream.close)
    stream.consume(take)
    stream.on_close(limited.close)
    return limited


def _is_set(query: dict[str, str], name: str) -> bool:
    return query.get(name, "").lower() in ("true", "1", "t")


# --- exec -----------------------------------------------------------------------------------------------------------


async def _exec(kubelet: Kubelet, namespace: str, name: str, container: str, request: Request) -> Response:
    run = _worker_of(kubelet, namespace, name).facts.runs.get(container) or Run()
    if run.state != RUNNING:
        raise bad_request(f"container {container} is not running")
    command = (request.body.object or {}).get("command") or []
    if not command:
        raise bad_request("you must specify at least 1 command for the container")
    asked = {name: _is_set(request.query, name) for name in ("stdin", "tty")}
    return await kubelet.runtime.converse("Exec", {"containerId": run.id, "cmd": command, **asked})


# --- port-forward ----------------------------------------------------------------------------------------------------


async def _port_forward(kubelet: Kubelet, namespace: str, name: str, request: Request) -> Response:
    """What a pod's port says: to nothing (is somebody there?) nothing, to the head of an HTTP request an answer."""
    worker, body = _worker_of(kubelet, namespace, name), request.body.object or {}
    port, head = body.get("port"), body.get("head") or ""
    try:
        found = await kubelet.runtime.call("Connect", {"podSandboxId": worker.sandbox, "port": port, "scheme": "http"})
    except RuntimeRefused as refused:
        uid = meta.uid_of(worker.pod)
        raise bad_request(f"error forwarding port {port} to pod {name}, uid {uid}: {refused}") from refused
    return Response(200, Payload(object={"answer": _answer_to(head, found["httpStatus"], name) if head else ""}))


def _answer_to(head: str, code: int, name: str) -> str:
    """An HTTP answer that says who answers: images say nothing of what they serve."""
    method, _, rest = head.partition(" ")
    phrase = {200: "OK", 500: "Internal Server Error"}.get(code, "")
    text = f"{name} answers {method} {rest.partition(' ')[0]}\n"
    shown = "" if method == "HEAD" else text
    fields = f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close"
    return f"HTTP/1.1 {code} {phrase}\r\n{fields}\r\n\r\n{shown}"


def _worker_of(kubelet: Kubelet, namespace: str, name: str) -> PodWorker:
    for worker in kubelet.workers.values():
        if (meta.namespace_of(worker.pod), meta.name_of(worker.pod)) == (namespace, name):
            return worker
    raise not_found("pods", name)
