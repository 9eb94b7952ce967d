"""`kubectl exec`: a command in a container, and its exit code. Models: kubectl/pkg/cmd/exec/exec.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command
from cluster.kubectl.commands import attachable, streaming
from cluster.kubectl.errors import CommandError
from cluster.kubectl.invocation import Invocation
from cluster.wire.message import REPEATED

OLD_FORM = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead"


async def run(invocation: Invocation) -> None:
    words, dash, flags = invocation.arguments, invocation.flags.dash, invocation.flags
    name = words[0] if words and dash != 0 else ""
    command = words[dash:] if dash in (0, 1) else []
    if dash not in (0, 1) and (len(words) > 1 or (words and flags["filename"])):
        raise invocation.usage_error(OLD_FORM)
    if not name and not flags["filename"]:
        raise CommandError("pod, type/name or --filename must be specified")
    if not command:
        raise CommandError("you must specify at least one command for the container")
    pod = await attachable.pod_of(invocation, name, flags["filename"])
    phase = (pod.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise CommandError(f"cannot exec into a container in a completed pod; current phase is {phase}")
    container = attachable.container_of(invocation, pod)
    tty = streaming.wants_terminal(invocation, quiet=flags["quiet"])
    query = {"command": REPEATED.join(command), "container": container["name"]}
    await streaming.run(invocation, attachable.path_of(pod, "exec"), query, tty=tty)


COMMAND = Command(
    "exec",
    "kubectl exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
    "Execute a command in a container.",
    (*attachable.FLAGS, attachable.FILENAME),
    run,
)
