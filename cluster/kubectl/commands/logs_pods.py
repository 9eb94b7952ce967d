"""Which containers' logs are meant: of a pod, or of a pod of a workload.

Models: polymorphichelpers/{logsforobject,helpers}.go, util/podutils/podutils.go ByLogging, cmd/util/podcmd v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import labels
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
LISTS = ("initContainers", "containers", "ephemeralContainers")
Obj = dict[str, Any]
Found = list[tuple[str, str, str]]


async def sources(invocation: Invocation, obj: Obj) -> Found:
    """(namespace, pod, container) of each log. Raises CommandError."""
    if obj["kind"] == "Pod":
        return of_pod(invocation, obj)
    pods = await _pods(invocation, obj)
    if len(pods) > 1:
        if invocation.flags["all-pods"]:
            return [source for pod in pods for source in of_pod(invocation, pod)]
        invocation.err(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return of_pod(invocation, pods[0])


def of_pod(invocation: Invocation, pod: Obj) -> Found:
    metadata, flags = pod["metadata"], invocation.flags
    known = [container["name"] for part in LISTS for container in pod["spec"].get(part) or ()]
    if flags["all-containers"]:
        return [(metadata["namespace"], metadata["name"], container) for container in known]
    chosen = flags["container"] or _annotated(invocation, pod, known)
    if not chosen:
        chosen = pod["spec"]["containers"][0]["name"]
        if len(known) > 1 and not flags["all-pods"]:
            invocation.err(f'Defaulted container "{chosen}" out of: {all_names(pod)}\n')
    if chosen not in known:
        raise CommandError(f"container {chosen} is not valid for pod {metadata['name']} out of: {all_names(pod)}")
    return [(metadata["namespace"], metadata["name"], chosen)]


def _annotated(invocation: Invocation, pod: Obj, known: list[str]) -> str:
    name: str = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if name and name not in known:
        invocation.err(f'Default container name "{name}" not found in pod {pod["metadata"]["name"]}\n')
        return ""
    return name


def all_names(pod: Obj) -> str:
    """ "web, sidecar, setup (init)"."""
    spec = pod["spec"]
    found = [each["name"] for each in spec["containers"]]
    found += [f"{each['name']} (ephem)" for each in spec.get("ephemeralContainers") or ()]
    found += [f"{each['name']} (init)" for each in spec.get("initContainers") or ()]
    return ", ".join(found)


async def first_pod(invocation: Invocation, obj: Obj, refusal: str) -> Obj:
    """The pod of a workload that is best to attach to. Raises CommandError, with `refusal` for what has no pods."""
    return (await _pods(invocation, obj, refusal))[0]


async def _pods(invocation: Invocation, obj: Obj, refusal: str = "") -> list[Obj]:
    """The workload's pods, the one to log first. Raises CommandError when there is none."""
    spec = obj.get("spec") or {}
    selector = spec.get("selector")
    if not selector:
        unlogged = f"cannot get the logs from {obj['apiVersion']}, Kind={obj['kind']}: selector for {obj['kind']} not implemented"
        raise CommandError(refusal or unlogged)
    structured = "matchLabels" in selector or "matchExpressions" in selector
    chosen = labels.from_label_selector(selector) if structured else labels.from_match_labels(selector)
    path = f"/api/v1/namespaces/{obj['metadata']['namespace']}/pods"
    answer = await invocation.object("GET", path, query={"labelSelector": str(chosen)})
    pods = answer.get("items") or []
    if not pods:
        raise CommandError("timed out waiting for the condition")
    return sorted(({"kind": "Pod", **pod} for pod in pods), key=_rank)


def _rank(pod: Obj) -> tuple[Any, ...]:
    """Assigned before unassigned, running before pending, ready before not, longest ready and fewest restarts first."""
    status = pod.get("status") or {}
    phases = ["Running", "Unknown", "Pending"]
    phase = status.get("phase", "")
    ready: Obj = next((each for each in status.get("conditions") or () if each["type"] == "Ready"), {})
    restarts = max((each.get("restartCount", 0) for each in status.get("containerStatuses") or ()), default=0)
    return (
        not pod["spec"].get("nodeName"),
        phases.index(phase) if phase in phases else len(phases),
        ready.get("status") != "True",
        ready.get("lastTransitionTime", ""),
        restarts,
        pod["metadata"].get("creationTimestamp", ""),
    )
