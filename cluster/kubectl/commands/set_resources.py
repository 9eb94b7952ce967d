"""`kubectl set resources` and `set serviceaccount`.

Models: kubectl/pkg/cmd/set/set_{resources,serviceaccount}.go v1.37
"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import quantity
from cluster.kubectl.command import Command
from cluster.kubectl.commands import set_pod_spec
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import Flag
from cluster.kubectl.invocation import Invocation

Obj = dict[str, Any]


async def resources(invocation: Invocation) -> None:
    flags = invocation.flags
    infos = await set_pod_spec.found(invocation, invocation.arguments)
    if not flags["limits"] and not flags["requests"]:
        raise CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    new = {name: _amounts(flags[name]) for name in ("limits", "requests")}

    def change(spec: Obj) -> Obj:
        if not set_pod_spec.fits(spec, flags["containers"]):
            raise CommandError(f"error: unable to find container named {flags['containers']}")
        return set_pod_spec.with_containers(spec, flags["containers"], lambda each: _with_amounts(each, new))

    await set_pod_spec.update(
        invocation, infos, change, operation="resource requirements updated", what="resources update to pod template"
    )


def _amounts(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(",") if text else ():
        pair = part.split("=")
        if len(pair) != 2:
            raise CommandError(f"invalid argument syntax {part}, expected <resource>=<value>")
        try:
            found[pair[0]] = quantity.canonical(pair[1])
        except ValueError as error:
            raise CommandError(str(error)) from error
    return found


def _with_amounts(container: Obj, new: dict[str, dict[str, str]]) -> Obj:
    before = container.get("resources") or {}
    after = {name: {**(before.get(name) or {}), **amounts} for name, amounts in new.items() if amounts}
    return {**container, "resources": {**before, **after}}


async def service_account(invocation: Invocation) -> None:
    if not invocation.arguments:
        raise CommandError("serviceaccount is required")
    *words, name = invocation.arguments
    infos = await set_pod_spec.found(invocation, words)

    def change(spec: Obj) -> Obj:
        return {**spec, "serviceAccountName": name}

    await set_pod_spec.update(invocation, infos, change, operation="serviceaccount updated", what="ServiceAccountName")


RESOURCES = Command(
    "resources",
    "kubectl set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS] [options]",
    "Update resource requests/limits on objects with pod templates",
    (
        *set_pod_spec.FLAGS,
        set_pod_spec.CONTAINERS,
        Flag("limits", help="resource=quantity pairs, comma-separated"),
        Flag("requests", help="resource=quantity pairs, comma-separated"),
    ),
    resources,
)
SERVICE_ACCOUNT = Command(
    "serviceaccount",
    "kubectl set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]",
    "Update the service account of a resource",
    set_pod_spec.FLAGS,
    service_account,
)
