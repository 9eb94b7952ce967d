"""`kubectl version`: this client's and the server's. Models: kubectl/pkg/cmd/version/version.go v1.37"""

from __future__ import annotations

import json
from typing import Any

from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import yaml

CLIENT = {"major": "1", "minor": "37", "gitVersion": "v1.37.1"}
"""The release whose kubectl this one follows."""
KUSTOMIZE = "v5.8.1"
FLAGS = (Flag("client", BOOL, help="The client's version only"), Flag("output", short="o", help='"yaml" or "json"'))


async def run(invocation: Invocation) -> None:
    output = invocation.flags["output"]
    if invocation.arguments:
        raise CommandError(f"extra arguments: [{' '.join(invocation.arguments)}]")
    if output not in ("", "yaml", "json"):
        raise CommandError("--output must be 'yaml' or 'json'")
    found: dict[str, Any] = {"clientVersion": CLIENT, "kustomizeVersion": KUSTOMIZE}
    if not invocation.flags["client"]:
        found["serverVersion"] = await invocation.object("GET", "/version")
    if output:
        text = json.dumps(found, indent=2) + "\n" if output == "json" else yaml.document(found) + "\n"
        invocation.out(text)
        return
    invocation.out(f"Client Version: {CLIENT['gitVersion']}\nKustomize Version: {KUSTOMIZE}\n")
    if "serverVersion" in found:
        invocation.out(f"Server Version: {found['serverVersion']['gitVersion']}\n")


COMMAND = Command(
    "version", "kubectl version [flags] [options]", "Print the client and server version information.", FLAGS, run
)
