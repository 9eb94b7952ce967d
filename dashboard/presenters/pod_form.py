"""The create-pod form: what was typed, the pod it stands for, and faults beside their fields.

The form is a client like any other: it POSTs as `web-form`, then watches until the pod runs (step 14).
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cluster.apimachinery import quantity
from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost
from dashboard.permission import groups_of

NAMESPACE = "default"
FIELDS = ("name", "image", "labels", "command", "cpu", "memory", "restartPolicy")
CATALOGUE = {
    "nginx": "serves",
    "httpd": "serves",
    "redis": "serves",
    "postgres": "serves",
    "busybox": "runs its command, then ends",
    "alpine": "runs its command, then ends",
    "hello-world": "says hello and ends",
    "crash": "fails after a second",
    "nginx:missing": "can never be pulled",
}
OF_PATH = {
    "metadata.name": "name",
    "spec.containers[0].name": "name",
    "spec.containers[0].image": "image",
    "metadata.labels": "labels",
    "spec.restartPolicy": "restartPolicy",
    "spec.containers[0].command": "command",
    "spec.containers[0].resources.requests[memory]": "memory",
    "spec.containers[0].resources": "cpu",
}
ANSWER_SECONDS, WATCH_SECONDS, RETRY_SECONDS = 2.0, 600.0, 1.0
_asking: set[asyncio.Task[Any]] = set()


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it, by field."""

    typed: dict[str, str]
    pod: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """`made` is the pod; None with `errors`, or with neither when the API server has not answered yet."""

    made: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)


# --- what was typed ----------------------------------------------------------------------------------------------------


def read(post: Mapping[str, Any]) -> Form:
    """The form as typed; what cannot be read at all is a fault already."""
    typed = {name: str(post.get(name) or "").strip() for name in FIELDS}
    errors: dict[str, str] = {}
    container: dict[str, Any] = {"name": typed["name"][:63] or "pod", "image": typed["image"]}
    try:
        if typed["command"]:
            container["command"] = shlex.split(typed["command"])
    except ValueError as error:
        errors["command"] = str(error)
    requests = {name: typed[name] for name in ("cpu", "memory") if typed[name]}
    for name, text in requests.items():
        if fault := quantity_fault(text):
            errors[name] = fault
    if requests:
        container["resources"] = {"requests": requests}
    labels, fault = read_labels(typed["labels"])
    if fault:
        errors["labels"] = fault
    metadata = {"name": typed["name"], "labels": labels or {"run": typed["name"][:63]}}
    spec = {"containers": [container], "restartPolicy": typed["restartPolicy"] or "Always"}
    return Form(typed, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, errors)


def command(form: Form) -> list[str]:
    """`kubectl run` that makes the same pod; [] when it has no flags for what was typed."""
    typed, spec = form.typed, form.pod["spec"]
    if form.errors or "resources" in spec["containers"][0]:
        return []
    words = ["kubectl", "run", typed["name"], f"--image={typed['image']}"]
    if typed["labels"]:
        words.append(f"--labels={','.join(f'{key}={value}' for key, value in form.pod['metadata']['labels'].items())}")
    if spec["restartPolicy"] != "Always":
        words.append(f"--restart={spec['restartPolicy']}")
    given = spec["containers"][0].get("command")
    return [*words, "--command", "--", *given] if given else words


def read_labels(text: str) -> tuple[dict[str, str], str]:
    """`app=web,tier=front` as labels, and what is wrong with it."""
    labels = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        key, sign, value = part.partition("=")
        if not sign:
            return {}, f'"{part}" is not key=value'
        labels[key.strip()] = value.strip()
    return labels, ""


def quantity_fault(text: str) -> str:
    """ "" when it is a quantity, else why it is none."""
    try:
        quantity.parse(text)
    except ValueError as error:
        return str(error)
    return ""


# --- asking ------------------------------------------------------------------------------------------------------------


async def submit(cluster: RunningCluster, user: str, pod: dict[str, Any]) -> Outcome:
    """POST the pod. An answer that takes long is not waited for: the story shows where it hangs."""
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    asking = asyncio.get_running_loop().create_task(_ask(cluster, client, pod))
    _asking.add(asking)
    asking.add_done_callback(_asking.discard)
    try:
        return await cluster.pace_clock.wait_for(asyncio.shield(asking), ANSWER_SECONDS)
    except TimeoutError:
        return Outcome()


async def _ask(cluster: RunningCluster, client: Client, pod: dict[str, Any]) -> Outcome:
    try:
        made = await client.create("Pod", pod, NAMESPACE)
    except ApiError as error:
        return Outcome(errors=errors_of(error))
    except ConnectionLost as error:
        return Outcome(errors={"form": f"The API server did not answer: {error}."})
    watching = asyncio.get_running_loop().create_task(_watch(cluster, client, made))
    _asking.add(watching)
    watching.add_done_callback(_asking.discard)
    return Outcome(made)


def errors_of(error: ApiError) -> dict[str, str]:
    return beside_fields(error, OF_PATH.items())


def beside_fields(error: ApiError, fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The Status' causes beside their fields, by (prefix of a path, field); what has no field stands above the form."""
    places, found = list(fields), dict[str, str]()
    for cause in (error.status.get("details") or {}).get("causes") or ():
        path, message = cause.get("field", ""), cause.get("message", "")
        name = next((name for prefix, name in places if path.startswith(prefix)), "form")
        found.setdefault(name, message if name != "form" else f"{path}: {message}")
    return found or {"form": error.message}


async def _watch(cluster: RunningCluster, client: Client, pod: dict[str, Any]) -> None:
    """Watch the pod as its submitter until it runs or ends; a watch that breaks is taken up again where it was."""
    clock = cluster.pace_clock
    metadata, deadline = pod["metadata"], clock.now() + WATCH_SECONDS
    query = {"fieldSelector": f"metadata.name={metadata['name']}", "resourceVersion": metadata["resourceVersion"]}
    while clock.now() < deadline:
        try:
            stream = await client.watch("Pod", metadata["namespace"], **query)
            timer = clock.call_later(deadline - clock.now(), stream.close)
            try:
                async for deliveries in stream:
                    for event, _ in deliveries:
                        if event.type == "ERROR":
                            return
                        query["resourceVersion"] = event.object["metadata"]["resourceVersion"]
                        if event.type == "DELETED" or _ran(event.object):
                            return
            finally:
                timer.cancel()
                stream.close()
        except ApiError as error:
            if error.code < 500:
                return
        except ConnectionLost:
            pass  # the API server is away: the client comes back, as kubectl's watch does
        await clock.sleep(RETRY_SECONDS)


def _ran(pod: dict[str, Any]) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Running", "Succeeded", "Failed")
