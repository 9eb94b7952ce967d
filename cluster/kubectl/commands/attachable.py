"""The pod and container that exec and attach are about: a pod, or a pod of a workload.

Models: polymorphichelpers/attachablepodforobject.go, cmd/util/podcmd/podcmd.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl import builder
from cluster.kubectl.builder import Query
from cluster.kubectl.commands import logs_pods
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, DURATION, Flag
from cluster.kubectl.invocation import Invocation

Obj = dict[str, Any]
FLAGS = (
    Flag("container", short="c", help="The container; the default one when none is given"),
    Flag("stdin", BOOL, short="i", help="Pass standard input to the container"),
    Flag("tty", BOOL, short="t", help="Standard input is a terminal"),
    Flag("quiet", BOOL, short="q", help="Only what the container writes"),
    Flag("pod-running-timeout", DURATION, default=60.0, help="How long to wait for a pod"),
)
FILENAME = Flag("filename", ARRAY, short="f", help="A file that names the object")


async def pod_of(invocation: Invocation, name: str, filenames: tuple[str, ...] = ()) -> Obj:
    """Raises CommandError, ApiError."""
    words = [] if not name else [name] if "/" in name else ["pods", name]
    found = await builder.infos(invocation, Query(words, filenames=filenames))
    raise_all(found.errors)
    if len(found.infos) != 1:
        raise CommandError("cannot exec into multiple objects at a time")
    info = found.infos[0]
    if filenames:
        info.obj = await invocation.object("GET", info.path())
    if info.resource.kind == "Pod":
        return info.obj
    return await logs_pods.first_pod(invocation, info.obj, _unattachable(info))


def _unattachable(info: builder.Info) -> str:
    resource = info.resource
    return f"cannot attach to *{resource.version}.{resource.kind}: selector for *{resource.version}.{resource.kind} not implemented"


def container_of(invocation: Invocation, pod: Obj) -> Obj:
    """The container that is meant. Raises CommandError."""
    spec, chosen = pod["spec"], invocation.flags["container"]
    known: dict[str, Obj] = {each["name"]: each for part in logs_pods.LISTS for each in spec.get(part) or ()}
    if not chosen:
        annotated = (pod["metadata"].get("annotations") or {}).get(logs_pods.DEFAULT_CONTAINER, "")
        if annotated in known:
            return known[annotated]
        if annotated and not invocation.flags["quiet"]:
            invocation.err(f'Default container name "{annotated}" not found in pod {pod["metadata"]["name"]}\n')
        first: Obj = spec["containers"][0]
        if len(known) > 1 and not invocation.flags["quiet"]:
            invocation.err(f'Defaulted container "{first["name"]}" out of: {logs_pods.all_names(pod)}\n')
        return first
    if chosen not in known:
        name, names = pod["metadata"]["name"], logs_pods.all_names(pod)
        raise CommandError(f"container {chosen} is not valid for pod {name} out of: {names}")
    return known[chosen]


def path_of(pod: Obj, door: str) -> str:
    metadata = pod["metadata"]
    return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/{door}"
