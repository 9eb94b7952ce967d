"""`kubectl attach`: what a container's own process writes from now on. Models: kubectl/pkg/cmd/attach/attach.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command
from cluster.kubectl.commands import attachable, streaming
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation

RECORDED = (
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive "
    "information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n"
)


async def run(invocation: Invocation) -> None:
    words, flags = invocation.arguments, invocation.flags
    if not words:
        raise CommandError("at least 1 argument is required for attach")
    if len(words) > 2:
        saw = f"{len(words)}: [{' '.join(words)}]"
        raise CommandError(f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {saw}")
    if flags["pod-running-timeout"] <= 0:
        raise CommandError("--pod-running-timeout must be higher than zero")
    pod = await attachable.pod_of(invocation, "/".join(words))
    phase = (pod.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise CommandError(f"cannot attach a container in a completed pod; current phase is {phase}")
    try:
        container = attachable.container_of(invocation, pod)
    except CommandError as error:
        raise CommandError(f"cannot attach to the container: {error}") from error
    if flags["tty"] and not container.get("tty") and not flags["quiet"]:
        invocation.err(f"error: Unable to use a TTY - container {container['name']} did not allocate one\n")
    flags.values["tty"] = bool(container.get("tty"))
    tty = streaming.wants_terminal(invocation, quiet=flags["quiet"])
    if not flags["quiet"]:
        invocation.err(RECORDED)
    await streaming.run(invocation, attachable.path_of(pod, "attach"), {"container": container["name"]}, tty=tty)


COMMAND = Command(
    "attach",
    "kubectl attach (POD | TYPE/NAME) -c CONTAINER [options]",
    "Attach to a process that is already running inside an existing container.",
    attachable.FLAGS,
    run,
)
