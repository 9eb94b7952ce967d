"""`kubectl drain`: cordon a node and evict its pods, but for those that belong to the node.

Models: kubectl/pkg/cmd/drain/drain.go, pkg/drain/{drain,filters}.go v1.37
"""

from __future__ import annotations

import asyncio
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import deletion
from cluster.kubectl.builder import Info
from cluster.kubectl.command import Command
from cluster.kubectl.commands import nodes
from cluster.kubectl.commands.run import PODS
from cluster.kubectl.errors import Bare, CommandError, Several, raise_all
from cluster.kubectl.flags import BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats, name
from cluster.wire.message import Payload

Obj = dict[str, Any]
MIRROR = "kubernetes.io/config.mirror"
RETRY_SECONDS = 5.0
FLAGS = (
    formats.DRY_RUN,
    Flag("force", BOOL, help="Also pods that no controller would make anew"),
    Flag("ignore-daemonsets", BOOL, help="Leave pods of daemon sets alone"),
    Flag("delete-emptydir-data", BOOL, help="Also pods with local storage"),
    Flag("grace-period", INT, default=-1, help="Seconds that each pod has to end"),
    Flag("timeout", DURATION, help="How long to wait; 0 takes what it needs"),
    Flag("pod-selector", help="Only pods with these labels"),
    Flag("disable-eviction", BOOL, help="Delete instead of evicting"),
    Flag("selector", short="l", help="Label selector for nodes"),
    Flag("skip-wait-for-delete-timeout", INT),
    Flag("chunk-size", INT, default=500),
)


async def run(invocation: Invocation) -> None:
    strategy = formats.dry_run(invocation)
    infos = await nodes.chosen(invocation, "drain NODE")
    await nodes.set_unschedulable(invocation, infos, True)
    failed: list[tuple[str, Exception]] = []
    for info in infos:
        try:
            await _drain(invocation, info, strategy)
            invocation.out(name.line(info.obj, formats.told("drained", strategy)))
        except (CommandError, ApiError, Several) as error:
            told = f"[{error}]" if isinstance(error, Several) else str(error)
            invocation.err(f'error: unable to drain node "{info.name}" due to error: {told}, continuing command...\n')
            failed.append((info.name, error))
    if failed:
        invocation.err("There are pending nodes to be drained:\n" + "".join(f" {node}\n" for node, _ in failed))
    raise_all([error if isinstance(error, ApiError) else Bare(str(error)) for _, error in failed])


async def _drain(invocation: Invocation, info: Info, strategy: str) -> None:
    pods = await _pods(invocation, info.name)
    if strategy == "client":
        for pod in pods:
            invocation.out(f"evicting pod {_named(pod)} (dry run)\n")
        return
    results = await asyncio.gather(*(_remove(invocation, pod, strategy) for pod in pods), return_exceptions=True)
    raise_all([result for result in results if isinstance(result, Exception)])


def _named(pod: Obj) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


async def _pods(invocation: Invocation, node: str) -> list[Obj]:
    """The pods to remove. Raises CommandError when one of them must not be."""
    query = {"fieldSelector": f"spec.nodeName={node}", "limit": "500"}
    if invocation.flags["pod-selector"]:
        query["labelSelector"] = invocation.flags["pod-selector"]
    answer = await invocation.object("GET", "/api/v1/pods", query=query)
    removed: list[Obj] = []
    refused: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for pod in answer.get("items") or ():
        goes, refusal, warning = _verdict(pod, invocation)
        if goes:
            removed.append({"apiVersion": "v1", "kind": "Pod", **pod})
        for told, message in ((refused, refusal), (warned, warning)):
            if message:
                told.setdefault(message, []).append(_named(pod))
    raise_all([CommandError(f"cannot delete {message}: {', '.join(pods)}") for message, pods in refused.items()])
    if warned:
        invocation.err(
            "Warning: " + "; ".join(f"{message}: {', '.join(pods)}" for message, pods in warned.items()) + "\n"
        )
    return removed


def _verdict(pod: Obj, invocation: Invocation) -> tuple[bool, str, str]:
    """(whether it goes, why it must not, what to warn of)."""
    flags, metadata = invocation.flags, pod["metadata"]
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    owner = next((each for each in metadata.get("ownerReferences") or () if each.get("controller")), None)
    if owner and owner["kind"] == "DaemonSet" and not ended:
        if not flags["ignore-daemonsets"]:
            return False, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", ""
        return False, "", "ignoring DaemonSet-managed Pods"
    if MIRROR in (metadata.get("annotations") or {}):
        return False, "", ""
    warning = ""
    if not ended and any("emptyDir" in volume for volume in pod["spec"].get("volumes") or ()):
        if not flags["delete-emptydir-data"]:
            return False, "Pods with local storage (use --delete-emptydir-data to override)", ""
        warning = "" if owner else "deleting Pods with local storage"
    if not ended and owner is None:
        if not flags["force"]:
            return False, "Pods that declare no controller (use --force to override)", ""
        warning = "deleting Pods that declare no controller"
    return True, "", warning


async def _remove(invocation: Invocation, pod: Obj, strategy: str) -> None:
    metadata, flags = pod["metadata"], invocation.flags
    info = Info(PODS, metadata["namespace"], metadata["name"], pod)
    options: Obj = {} if flags["grace-period"] < 0 else {"gracePeriodSeconds": flags["grace-period"]}
    if strategy == "server":
        options["dryRun"] = ["All"]
    if flags["disable-eviction"]:
        await invocation.request("DELETE", info.path(), body=Payload(object=options))
        word = "deleted"
    else:
        if not await _evict(invocation, info, options, strategy):
            return
        word = "evicted"
    if strategy != "server":
        await deletion.wait(invocation, info, metadata["uid"], flags["timeout"] or deletion.WEEK)
        invocation.out(name.line(pod, word))


async def _evict(invocation: Invocation, info: Info, options: Obj, strategy: str) -> bool:
    """Ask until the eviction is granted; False when the pod is gone already. Raises CommandError."""
    metadata = {"name": info.name, "namespace": info.namespace}
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata, "deleteOptions": options}
    while True:
        invocation.out(f"evicting pod {_named(info.obj)}{' (server dry run)' if strategy == 'server' else ''}\n")
        try:
            await invocation.request("POST", info.path("eviction"), body=Payload(object=eviction))
            return True
        except ApiError as error:
            if error.code == 404:
                return False
            told = f'error when evicting pods/"{info.name}" -n "{info.namespace}"'
            if error.code != 429:
                raise CommandError(f"{told}: {error.message}") from error
            invocation.err(f"{told} (will retry after 5s): {error.message}\n")
        await invocation.session.clock.sleep(RETRY_SECONDS)


COMMAND = Command("drain", "kubectl drain NODE [options]", "Drain node in preparation for maintenance.", FLAGS, run)
