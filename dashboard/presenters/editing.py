"""Editing an object: what was typed goes to the API server as the user; its faults stand beside the lines they speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from cluster.apimachinery.status import ApiError
from cluster.client.rest import Client
from cluster.kubeadm.running import RunningCluster
from cluster.wire import component
from cluster.wire.message import ConnectionLost, Payload
from dashboard.permission import groups_of
from dashboard.presenters import difference

LONGEST = 1_000_000
SEGMENT = re.compile(r"[^.\[\]]+")


@dataclass(slots=True)
class Edit:
    """What was typed, its faults as (line from 1, 0 for the whole; words), and what became of it."""

    text: str
    faults: list[tuple[int, str]] = field(default_factory=list)
    notice: str = ""
    lines: list[difference.Line] = field(default_factory=list)


def start(obj: dict[str, Any]) -> Edit:
    return Edit(difference.as_yaml(obj, managed_fields=False))


async def send(
    cluster: RunningCluster, user: str, text: str, key: str, known: dict[str, Any], *, dry_run: bool
) -> Edit:
    """PUT what was typed; a dry run tells what would change and writes nothing."""
    edit = Edit(text)
    obj = _read(edit, known)
    if obj is None:
        return edit
    client = cluster.client(component.WEB_FORM, user, groups_of(user))
    try:
        answer = await _put(client, path_of(cluster, key, obj), obj, dry_run=dry_run)
    except ApiError as error:
        edit.faults = faults_of(error, text)
        return edit
    except ConnectionLost as error:
        edit.faults = [(0, f"The API server did not answer: {error}.")]
        return edit
    edit.lines = difference.lines(_settled(known), _settled(answer))
    if dry_run:
        edit.notice = "The API server would take it. Nothing is written yet."
    else:
        edit.notice = f"Written as revision {answer['metadata'].get('resourceVersion', '')}."
        edit.text = start(answer).text
    return edit


async def _put(client: Client, path: str, obj: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    query = {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
    response = await client.request("PUT", path, query=query, body=Payload(object=obj))
    found: dict[str, Any] = response.body.object
    return found


def path_of(cluster: RunningCluster, key: str, obj: dict[str, Any]) -> str:
    """Where the API serves it; a custom kind's key begins with its group and plural."""
    metadata = obj["metadata"]
    name, namespace = metadata["name"], metadata.get("namespace", "")
    kind = cluster.registry.of_object(obj["apiVersion"], obj["kind"])
    if kind is not None:
        return kind.path(namespace, name)
    plural = key.removeprefix("/registry/").split("/")[1]
    where = f"/namespaces/{namespace}" if namespace else ""
    return f"/apis/{obj['apiVersion']}{where}/{plural}/{name}"


def _read(edit: Edit, known: dict[str, Any]) -> dict[str, Any] | None:
    """The object typed; None with its fault when it is not YAML, or another object."""
    if len(edit.text) > LONGEST:
        edit.faults.append((0, "This is longer than the API server takes."))
        return None
    try:
        obj = yaml.safe_load(edit.text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        edit.faults.append((mark.line + 1 if mark else 0, f"This is not YAML: {error.problem or error.context}."))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        edit.faults.append((0, f"This is not YAML: {error}."))
        return None
    same = isinstance(obj, dict) and isinstance(obj.get("metadata"), dict)
    if not same or any(_identity(obj)[name] != value for name, value in _identity(known).items()):
        edit.faults.append((0, f"This form changes {known['kind']} {known['metadata']['name']}: kind and name stay."))
        return None
    return dict(obj)


def _identity(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = obj["metadata"]
    told = {name: obj.get(name) for name in ("apiVersion", "kind")}
    return {**told, "name": metadata.get("name"), "namespace": metadata.get("namespace")}


def _settled(obj: dict[str, Any]) -> dict[str, Any]:
    """Without what every write changes."""
    metadata = {name: value for name, value in obj["metadata"].items() if name not in ("resourceVersion", "generation")}
    return {**obj, "metadata": metadata}


# --- faults beside lines -----------------------------------------------------------------------------------------------


def faults_of(error: ApiError, text: str) -> list[tuple[int, str]]:
    """Each cause with the line of the field that it names, as near as the text has it."""
    causes = (error.status.get("details") or {}).get("causes") or ()
    found = [
        (line_of(text, cause.get("field", "")), f"{cause.get('field', '')}: {cause.get('message', '')}")
        for cause in causes
    ]
    return found or [(0, error.message)]


def line_of(text: str, path: str) -> int:
    """The line (from 1) where the field `spec.containers[0].image` stands, or its nearest parent; 0 when none does."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return 0
    line = 0
    for segment in SEGMENT.findall(path):
        key, node = _step(node, segment)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _step(node: Any, segment: str) -> tuple[Any, Any]:
    """(the node of the name, the node below it); (None, None) when there is none."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == segment), (None, None))
    if isinstance(node, yaml.SequenceNode) and segment.isdigit() and int(segment) < len(node.value):
        return None, node.value[int(segment)]
    return None, None
