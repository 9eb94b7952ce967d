"""`kubectl run`: one pod of one image, and with --expose a service for it.

Models: kubectl/pkg/cmd/run/run.go v1.37
Simplified: nothing can be attached (-i, -t, --attach, --rm are refused).
"""

from __future__ import annotations

import json
import re
from typing import Any

from cluster.apimachinery import schema
from cluster.apimachinery.patch import merge as merge_patch
from cluster.apimachinery.patch import strategic as strategic_patch
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.commands.create_service import SERVICES
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats
from cluster.kubectl.resources import Resource

PODS = Resource("", "v1", "pods", "pod", "Pod", True)
POLICIES = ("Always", "OnFailure", "Never")
PULLS = ("Always", "IfNotPresent", "Never")
IMAGE = re.compile(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
    r"(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
    r"(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("image", required=True, help="The image of the container"),
    Flag("command", BOOL, help="Words after -- are the command, not its arguments"),
    Flag("env", ARRAY, help="Environment variables as NAME=value"),
    Flag("port", help="The port that the container exposes"),
    Flag("expose", BOOL, help="Create a service for the port"),
    Flag("labels", short="l", help="Labels, comma-separated"),
    Flag("annotations", ARRAY, help="Annotations as key=value"),
    Flag("restart", default="Always", help='"Always", "OnFailure" or "Never"'),
    Flag("image-pull-policy", help="When to pull the image"),
    Flag("overrides", help="JSON laid over the object"),
    Flag("override-type", default="merge", help='"merge" or "strategic"'),
    Flag("privileged", BOOL, help="Run the container in privileged mode"),
    Flag("quiet", BOOL, short="q"),
    Flag("save-config", BOOL),
    Flag("field-manager", default="kubectl-run"),
    Flag("stdin", BOOL, short="i"),
    Flag("tty", BOOL, short="t"),
    Flag("attach", BOOL),
    Flag("rm", BOOL),
)


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    labels, env = _labels(flags["labels"]), [_variable(text) for text in flags["env"]]
    _check(invocation)
    name = invocation.arguments[0]
    pod = _overridden(invocation, _pod(invocation, name, labels or {"run": name}, env))
    strategy = formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("created", strategy))
    made = [await _make(invocation, PODS, pod, strategy)]
    if flags["expose"]:
        made.append(await _make(invocation, SERVICES, _service(name, flags["port"], labels, pod), strategy))
    for obj in made:
        invocation.out(show(obj))


def _check(invocation: Invocation) -> None:
    flags = invocation.flags
    _choice("restart policy", flags["restart"], POLICIES)
    if flags["image-pull-policy"]:
        _choice("image pull policy", flags["image-pull-policy"], PULLS)
    if not invocation.arguments or flags.dash == 0:
        raise CommandError("NAME is required for run")
    if not flags["image"]:
        raise CommandError("--image is required")
    if not IMAGE.fullmatch(flags["image"]):
        raise CommandError(f'invalid image name "{flags["image"]}": invalid reference format')
    if flags["expose"] and not flags["port"]:
        raise CommandError("--port must be set when exposing a service")
    if flags["port"] and not re.fullmatch(r"[+-]?\d+", flags["port"]):
        raise CommandError("--port must be a number")
    if flags["rm"] and not (flags["attach"] or flags["stdin"]):
        raise CommandError("--rm should only be used for attached containers")
    if flags["attach"] or flags["stdin"] or flags["tty"]:
        raise CommandError("containers cannot be attached here (docs/kubectl.md)")


def _choice(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise CommandError(f"invalid {what}: {given}, valid values are: {', '.join(known)}")


def _labels(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(",") if text else ():
        pair = part.split("=")
        if len(pair) != 2:
            raise CommandError(f"unexpected label spec: {part}")
        if not pair[0]:
            raise CommandError("unexpected empty label key")
        found[pair[0]] = pair[1]
    return found


def _variable(text: str) -> dict[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", name):
        raise CommandError(f"invalid env: {text}")
    return {"name": name, "value": value}


def _pod(invocation: Invocation, name: str, labels: dict[str, str], env: list[dict[str, str]]) -> dict[str, Any]:
    flags = invocation.flags
    container: dict[str, Any] = {"name": name, "image": flags["image"], "resources": {}}
    if env:
        container["env"] = env
    if flags["image-pull-policy"]:
        container["imagePullPolicy"] = flags["image-pull-policy"]
    if flags["privileged"]:
        container["securityContext"] = {"privileged": True}
    if words := invocation.arguments[1:]:
        container["command" if flags["command"] else "args"] = words
    if flags["port"]:
        container["ports"] = [{"containerPort": int(flags["port"])}]
    metadata: dict[str, Any] = {"name": name, "labels": labels}
    if flags["annotations"]:
        metadata["annotations"] = dict(text.partition("=")[::2] for text in flags["annotations"])
    spec = {"containers": [container], "restartPolicy": flags["restart"], "dnsPolicy": "ClusterFirst"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}


def _overridden(invocation: Invocation, pod: dict[str, Any]) -> dict[str, Any]:
    text, kind = invocation.flags["overrides"], invocation.flags["override-type"]
    if kind not in ("merge", "strategic"):
        raise CommandError(f"invalid override type: {kind}")
    if not text:
        return pod
    try:
        patch = json.loads(text)
    except ValueError as error:
        raise CommandError("Invalid JSON Patch") from error
    if kind == "strategic":
        return strategic_patch.apply(pod, patch, schema.type_of("io.k8s.api.core.v1.Pod"))
    merged: dict[str, Any] = merge_patch.apply(pod, patch)
    return merged


def _service(name: str, port: str, labels: dict[str, str], pod: dict[str, Any]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if labels:
        metadata["labels"] = labels
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "ports": [{"port": int(port), "protocol": "TCP", "targetPort": int(port)}],
            "selector": labels or {"run": name},
        },
        "status": {"loadBalancer": {}},
    }


async def _make(invocation: Invocation, resource: Resource, obj: dict[str, Any], strategy: str) -> dict[str, Any]:
    if strategy == "client":
        if invocation.access.namespace_given:
            obj = {**obj, "metadata": {**obj["metadata"], "namespace": invocation.namespace}}
        return obj
    if invocation.flags["save-config"]:
        obj = annotated(obj)
    made: dict[str, Any] = await submission.post(invocation, resource, invocation.namespace, obj, strategy)
    return made


COMMAND = Command(
    "run",
    'kubectl run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] '
    "[--command] -- [COMMAND] [args...] [options]",
    "Create and run a particular image in a pod.",
    FLAGS,
    run,
)
