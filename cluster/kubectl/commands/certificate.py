"""`kubectl certificate approve` and `deny`: a condition on a certificate signing request.

Models: kubectl/pkg/cmd/certificates/certificates.go v1.37
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.clock import rfc3339
from cluster.kubectl import builder
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import formats
from cluster.wire.message import Payload

Obj = dict[str, Any]
RETRIES = 10
KIND = ("certificates.k8s.io", "CertificateSigningRequest")


def _judging(verb: str, type: str, other: str) -> Callable[[Invocation], Awaitable[None]]:
    condition = {
        "type": type,
        "status": "True",
        "reason": f"Kubectl{verb.title()}",
        "message": f"This CSR was {type.lower()} by kubectl certificate {verb}.",
    }

    async def run(invocation: Invocation) -> None:
        names, files = invocation.arguments, invocation.flags["filename"]
        show = formats.printer(invocation, type.lower())
        if not names and not files:
            raise CommandError("one or more CSRs must be specified as <name> or -f <filename>")
        words = [name if "/" in name else f"certificatesigningrequests/{name}" for name in names]
        found = await builder.infos(invocation, Query(words, filenames=files, recursive=invocation.flags["recursive"]))
        for info in found.infos:
            try:
                await _judge(invocation, info, condition, other)
                invocation.out(show(info.obj))
            except (ApiError, CommandError) as error:
                found.errors.append(error)
        raise_all(found.errors)
        if not found.infos:
            invocation.out("No resources found\n")

    return run


async def _judge(invocation: Invocation, info: Info, condition: Obj, other: str) -> None:
    """Add the condition unless it is there. Raises CommandError for a request that was judged otherwise, ApiError."""
    if (info.resource.group, info.resource.kind) != KIND:
        got = f"{info.resource.kind}.{info.resource.group}" if info.resource.group else info.resource.kind
        raise CommandError(f"can only handle CertificateSigningRequest.certificates.k8s.io objects, got {got}")
    for attempt in range(RETRIES + 1):
        request = await invocation.object("GET", info.path())
        known = (request.get("status") or {}).get("conditions") or []
        types = [each["type"] for each in known]
        if other in types:
            raise CommandError(f'certificate signing request "{info.name}" is already {other}')
        if condition["type"] in types:
            if not invocation.flags["force"]:
                return
        else:
            known = [*known, {**condition, "lastUpdateTime": rfc3339(invocation.now)}]
        changed = {**request, "status": {**(request.get("status") or {}), "conditions": known}}
        try:
            await invocation.request("PUT", info.path("approval"), body=Payload(object=changed))
        except ApiError as error:
            if error.reason != "Conflict" or attempt == RETRIES:
                raise
        else:
            return


def _command(name: str, type: str, other: str) -> Command:
    flags = (
        *formats.OUTPUT,
        Flag("force", BOOL, help="Write it again even if it is so already"),
        Flag("filename", ARRAY, short="f", help="A file that names the requests"),
        Flag("recursive", BOOL, short="R", help="Read folders within folders"),
    )
    usage = f"kubectl certificate {name} (-f FILENAME | NAME) [options]"
    return Command(name, usage, f"{name.title()} a certificate signing request", flags, _judging(name, type, other))


APPROVE = _command("approve", "Approved", "Denied")
DENY = _command("deny", "Denied", "Approved")
COMMAND = Command(
    "certificate",
    "kubectl certificate SUBCOMMAND [options]",
    "Modify certificate resources.",
    parts={"approve": "certificate:APPROVE", "deny": "certificate:DENY"},
)
