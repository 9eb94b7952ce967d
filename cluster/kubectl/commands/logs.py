"""`kubectl logs`: what containers have written; of a pod, or of the pods of a workload or selector.

Models: kubectl/pkg/cmd/logs/logs.go, polymorphichelpers/logsforobject.go v1.37
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl.builder import Query, fetch, targets
from cluster.kubectl.command import Command
from cluster.kubectl.commands import logs_pods
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, DURATION, INT, Flag
from cluster.kubectl.invocation import Invocation

TAIL_OF_SELECTED = 10
FLAGS = (
    Flag("follow", BOOL, short="f", help="Stream the log"),
    Flag("previous", BOOL, short="p", help="Of the container's previous instance"),
    Flag("container", short="c", help="The container"),
    Flag("all-containers", BOOL, help="Of all the pod's containers"),
    Flag("all-pods", BOOL, help="Of all pods of the workload"),
    Flag("selector", short="l", help="Label selector"),
    Flag("tail", INT, default=-1, help="How many of the last lines"),
    Flag("since", DURATION, help="Only lines newer than this"),
    Flag("since-time", help="Only lines after this time (RFC 3339)"),
    Flag("timestamps", BOOL, help="Begin each line with its time"),
    Flag("limit-bytes", INT, help="At most so many bytes"),
    Flag("prefix", BOOL, help="Begin each line with pod and container"),
    Flag("max-log-requests", INT, default=5, help="How many logs to follow at once"),
    Flag("ignore-errors", BOOL, help="Go on when a log cannot be had"),
    Flag("pod-running-timeout", DURATION, default=20.0),
    Flag("insecure-skip-tls-verify-backend", BOOL),
)
USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs "
    "command"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One container's log."""

    namespace: str
    pod: str
    container: str

    @property
    def path(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}/log"


async def run(invocation: Invocation) -> None:
    flags = invocation.flags
    _check_arguments(invocation)
    if flags["all-pods"]:
        flags.values["prefix"] = True
    objects = await _objects(invocation)
    _check_flags(invocation)
    sources = [source for obj in objects for source in await logs_pods.sources(invocation, obj)]
    if flags["follow"] and len(sources) > 1:
        if len(sources) > flags["max-log-requests"]:
            raise CommandError(
                f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is "
                f"{flags['max-log-requests']}, use --max-log-requests to increase the limit"
            )
        await asyncio.gather(*(_show(invocation, Source(*source)) for source in sources))
        return
    for source in sources:
        await _show(invocation, Source(*source))


def _check_arguments(invocation: Invocation) -> None:
    arguments, flags = invocation.arguments, invocation.flags
    if (not arguments and not flags["selector"]) or len(arguments) > 2:
        raise invocation.usage_error(USAGE)
    if len(arguments) == 1 and flags["selector"]:
        raise invocation.usage_error("only a selector (-l) or a POD name is allowed")


def _check_flags(invocation: Invocation) -> None:
    flags = invocation.flags
    container = _container(invocation)
    if flags["since-time"] and flags["since"]:
        raise CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if flags["all-containers"] and container:
        raise CommandError(f"--all-containers=true should not be specified with container name {container}")
    if "container" in flags.changed and len(invocation.arguments) == 2:
        raise CommandError("only one of -c or an inline [CONTAINER] arg is allowed")
    if flags["limit-bytes"] < 0:
        raise CommandError("--limit-bytes must be greater than 0")
    if flags["since"] < 0:
        raise CommandError("--since must be greater than 0")
    if flags["tail"] < -1:
        raise CommandError("--tail must be greater than or equal to -1")


def _container(invocation: Invocation) -> str:
    if len(invocation.arguments) == 2:
        return invocation.arguments[1]
    return str(invocation.flags["container"])


async def _objects(invocation: Invocation) -> list[dict[str, Any]]:
    """The pod or workload that is named, or the pods that the selector chooses."""
    selector = invocation.flags["selector"]
    name = invocation.arguments[0] if invocation.arguments else ""
    arguments = ["pods"] if not name else [name] if "/" in name else ["pods", name]
    found = await targets(invocation, Query(arguments, selector=selector or None))
    try:
        infos = [info for target in found.infos for info in await fetch(invocation, target, found.query)]
    except ApiError as error:
        if error.code == 404:
            message = f'error from server (NotFound): {error.message} in namespace "{invocation.namespace}"'
            raise CommandError(message) from error
        raise
    if selector and not infos:
        invocation.err(f"No resources found in {invocation.namespace} namespace.\n")
    if len(invocation.arguments) == 2:
        invocation.flags.values["container"] = invocation.arguments[1]
    return [info.obj for info in infos]


def _query(invocation: Invocation, container: str) -> dict[str, str]:
    flags = invocation.flags
    found = {"container": container}
    for name in ("follow", "previous", "timestamps"):
        if flags[name]:
            found[name] = "true"
    if flags["since-time"]:
        found["sinceTime"] = flags["since-time"]
    if flags["since"]:
        found["sinceSeconds"] = str(round(flags["since"]))
    if flags["limit-bytes"]:
        found["limitBytes"] = str(flags["limit-bytes"])
    if flags["selector"] and "tail" not in flags.changed:
        found["tailLines"] = str(TAIL_OF_SELECTED)
    elif flags["tail"] != -1:
        found["tailLines"] = str(flags["tail"])
    return found


async def _show(invocation: Invocation, source: Source) -> None:
    prefix = f"[pod/{source.pod}/{source.container}] " if invocation.flags["prefix"] else ""
    try:
        answer = await invocation.request("GET", source.path, query=_query(invocation, source.container))
    except ApiError as error:
        if not invocation.flags["ignore-errors"]:
            raise
        invocation.out(f"error: {error.message}\n")
        return
    if answer.stream is None:
        _write(invocation, answer.body.raw.decode("utf-8", "replace"), prefix)
        return
    try:
        async for deliveries in answer.stream:
            for chunk, _ in deliveries:
                _write(invocation, chunk.payload.raw.decode("utf-8", "replace"), prefix)
    finally:
        answer.stream.close()


def _write(invocation: Invocation, text: str, prefix: str) -> None:
    invocation.out("".join(prefix + line for line in text.splitlines(keepends=True)) if prefix else text)


COMMAND = Command(
    "logs",
    "kubectl logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    "Print the logs for a container in a pod or specified resource.",
    FLAGS,
    run,
)
