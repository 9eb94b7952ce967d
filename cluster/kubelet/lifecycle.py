"""Lifecycle hooks: postStart holds a container back until it is done, preStop goes before SIGTERM.

Models: pkg/kubelet/lifecycle/handlers.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.kubelet import probe
from cluster.kubelet.pod_status import Run
from cluster.kubelet.runtime_service import RuntimeRefused

if TYPE_CHECKING:
    from cluster.kubelet.pod_worker import PodWorker


async def run_hook(worker: PodWorker, container: Obj, run: Run, handler: Obj, timeout_seconds: float = 0.0) -> str:
    """Run a hook to its end, `timeout_seconds` at most (0: no limit); "" or why it failed."""
    if "sleep" in handler:
        seconds = float(handler["sleep"].get("seconds") or 0)
        await worker.clock.sleep(min(seconds, timeout_seconds) if timeout_seconds else seconds)
        return ""
    if "exec" in handler:
        return await _exec(worker, container, run, handler["exec"].get("command") or [], timeout_seconds)
    if "httpGet" in handler:
        return await _http(worker, container, handler["httpGet"])
    return ""


async def _exec(worker: PodWorker, container: Obj, run: Run, command: list[str], timeout_seconds: float) -> str:
    shown = f"[{' '.join(command)}]"
    pod = f"{meta.name_of(worker.pod)}_{meta.namespace_of(worker.pod)}({meta.uid_of(worker.pod)})"
    said = f'Exec lifecycle hook ({shown}) for Container "{container["name"]}" in Pod "{pod}" failed - error: '
    try:
        found = await worker.runtime.call(
            "ExecSync", {"containerId": run.id, "cmd": command, "timeout": timeout_seconds}
        )
    except RuntimeRefused as refused:
        return f'{said}{refused}, message: ""'
    if not found["exitCode"]:
        return ""
    output = (found["stdout"] + found["stderr"]).replace("\n", "\\n")
    return (
        f"{said}command '{' '.join(command)}' exited with {found['exitCode']}: {found['stderr']}, message: \"{output}\""
    )


async def _http(worker: PodWorker, container: Obj, get: Obj) -> str:
    port = probe.port_of(container, get.get("port"))
    scheme, path = (get.get("scheme") or "HTTP").lower(), get.get("path") or "/"
    body = {"podSandboxId": worker.sandbox, "port": port, "scheme": scheme, "path": path}
    try:
        await worker.runtime.call("Connect", body)
    except RuntimeRefused as refused:
        return (
            f'HTTP lifecycle hook ({path}) failed - error: Get "{scheme}://{worker.facts.ip}:{port}{path}": {refused}'
        )
    return ""
