"""The create-pod form: what was typed, the pod it stands for, and the API server's faults beside their fields.

The form is a client like any other: it POSTs as `web-form`, then watches until the pod runs (step 14).
"""

from __future__ import annotations

import asyncio
import shlex
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost

FIELDS = ("name", "image", "labels", "command", "cpu", "memory", "restartPolicy")
OF_PATH = {
    "metadata.name": "name",
    "spec.containers[0].name": "name",
    "spec.containers[0].image": "image",
    "metadata.labels": "labels",
    "spec.restartPolicy": "restartPolicy",
    "spec.containers[0].resources": "cpu",
}
OWNER_GROUPS = ("kubeadm:cluster-admins",)
WATCH_SECONDS = 600.0
_watching: set[asyncio.Task[None]] = set()


def read(post: Any) -> dict[str, Any]:
    """The fields as typed, the pod they stand for, and what cannot be read."""
    typed = {field: (post.get(field) or "").strip() for field in FIELDS}
    errors: dict[str, str] = {}
    labels = {}
    for part in filter(None, (each.strip() for each in typed["labels"].split(","))):
        key, sign, value = part.partition("=")
        if not sign:
            errors["labels"] = f'"{part}" is not key=value'
        labels[key.strip()] = value.strip()
    container: dict[str, Any] = {"name": typed["name"] or "pod", "image": typed["image"]}
    try:
        if typed["command"]:
            container["command"] = shlex.split(typed["command"])
    except ValueError as error:
        errors["command"] = str(error)
    requests = {name: typed[name] for name in ("cpu", "memory") if typed[name]}
    if requests:
        container["resources"] = {"requests": requests}
    metadata: dict[str, Any] = {"name": typed["name"], "labels": labels or {"run": typed["name"]}}
    spec = {"containers": [container], "restartPolicy": typed["restartPolicy"] or "Always"}
    return {**typed, "errors": errors, "pod": {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}}


async def submit(
    cluster: RunningCluster, user: str, form: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """(the pod made, no errors) or (None, errors by field)."""
    client = cluster.client(component.WEB_FORM, user, OWNER_GROUPS)
    try:
        made = await client.create("Pod", form["pod"], "default")
    except ApiError as error:
        return None, errors_of(error)
    except ConnectionLost as error:
        return None, {"form": f"no answer: {error}"}
    task = asyncio.get_running_loop().create_task(_watch(cluster, client, made))
    _watching.add(task)
    task.add_done_callback(_watching.discard)
    return made, {}


def errors_of(error: ApiError) -> dict[str, str]:
    """The Status' causes beside their fields; what has no field stands above the form."""
    found: dict[str, str] = {}
    for cause in (error.status.get("details") or {}).get("causes") or ():
        path = cause.get("field", "")
        field = next((field for prefix, field in OF_PATH.items() if path.startswith(prefix)), "form")
        found.setdefault(field, cause.get("message", ""))
    return found or {"form": error.message}


async def _watch(cluster: RunningCluster, client: Client, pod: dict[str, Any]) -> None:
    """Watch the pod as its submitter until it runs or ends."""
    metadata = pod["metadata"]
    query = {"fieldSelector": f"metadata.name={metadata['name']}", "resourceVersion": metadata["resourceVersion"]}
    try:
        stream = await client.watch("Pod", metadata["namespace"], **query)
        timer = cluster.pace_clock.call_later(WATCH_SECONDS, stream.close)
        try:
            async for deliveries in stream:
                for event, _ in deliveries:
                    phase = (event.object.get("status") or {}).get("phase")
                    if event.type == "DELETED" or phase in ("Running", "Succeeded", "Failed"):
                        return
        finally:
            timer.cancel()
            stream.close()
    except (ApiError, ConnectionLost):
        return
