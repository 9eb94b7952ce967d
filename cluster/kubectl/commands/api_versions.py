"""`kubectl api-versions`. Models: kubectl/pkg/cmd/apiresources/apiversions.go v1.37"""

from __future__ import annotations

from cluster.kubectl.command import Command
from cluster.kubectl.invocation import Invocation


async def run(invocation: Invocation) -> None:
    if invocation.arguments:
        raise invocation.usage_error(f"unexpected arguments: [{' '.join(invocation.arguments)}]")
    known = await invocation.resources(anew=True)
    invocation.out("".join(f"{version}\n" for version in sorted({each.api_version for each in known.known})))


COMMAND = Command(
    "api-versions",
    "kubectl api-versions [options]",
    'Print the supported API versions on the server, in the form of "group/version".',
    (),
    run,
)
