"""One probe: what a handler meets, as upstream words it. Models: pkg/probe/{http,tcp,exec,grpc}, pkg/kubelet/prober/prober.go v1.37"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.kubelet.pod_status import Run
from cluster.kubelet.runtime_service import RuntimeRefused

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker


async def failure(worker: PodWorker, container: Obj, run: Run, spec: Obj) -> str | None:
    """None when the probe succeeds, else what it says."""
    timeout_seconds = spec.get("timeoutSeconds") or 1
    if "exec" in spec:
        return await _exec(worker, run, spec["exec"].get("command") or [], timeout_seconds)
    if "httpGet" in spec:
        return await _http(worker, container, spec["httpGet"])
    if "tcpSocket" in spec:
        port = port_of(container, spec["tcpSocket"].get("port"))
        return await _connect(worker, port, {"scheme": "tcp"})
    if "grpc" in spec:
        return await _grpc(worker, spec["grpc"]["port"], timeout_seconds)
    return None


async def _exec(worker: PodWorker, run: Run, command: list[str], timeout_seconds: int) -> str | None:
    try:
        found = await worker.runtime.call(
            "ExecSync", {"containerId": run.id, "cmd": command, "timeout": timeout_seconds}
        )
    except RuntimeRefused as refused:
        if refused.code == "DeadlineExceeded":
            return f'command timed out: "{" ".join(command)}" timed out after {timeout_seconds}s'
        return str(refused)
    return (found["stdout"] + found["stderr"]) if found["exitCode"] else None


async def _http(worker: PodWorker, container: Obj, get: Obj) -> str | None:
    port = port_of(container, get.get("port"))
    scheme, path = (get.get("scheme") or "HTTP").lower(), get.get("path") or "/"
    host = get.get("host") or worker.facts.ip
    try:
        found = await worker.runtime.call(
            "Connect", {"podSandboxId": worker.sandbox, "port": port, "scheme": scheme, "path": path}
        )
    except RuntimeRefused as refused:
        return f'Get "{scheme}://{host}:{port}{path}": {refused}'
    code = found["httpStatus"]
    return None if 200 <= code < 400 else f"HTTP probe failed with statuscode: {code}"


async def _connect(worker: PodWorker, port: int | str, body: Obj) -> str | None:
    try:
        await worker.runtime.call("Connect", {"podSandboxId": worker.sandbox, "port": port, **body})
    except RuntimeRefused as refused:
        return str(refused)
    return None


async def _grpc(worker: PodWorker, port: int, timeout_seconds: int) -> str | None:
    try:
        found = await worker.runtime.call("Connect", {"podSandboxId": worker.sandbox, "port": port, "scheme": "grpc"})
    except RuntimeRefused:
        at = f"{worker.facts.ip}:{port}"
        return f'timeout: failed to connect service "{at}" within {timeout_seconds}s: context deadline exceeded'
    return None if found["httpStatus"] == 200 else 'service unhealthy (responded with "NOT_SERVING")'


def port_of(container: Obj, port: int | str | None) -> int | str:
    """A port's number; a name is looked up among the container's."""
    if isinstance(port, str) and not port.isdigit():
        for each in container.get("ports") or ():
            if each.get("name") == port:
                return int(each["containerPort"])
    return int(port) if isinstance(port, str) and port.isdigit() else port or 80
