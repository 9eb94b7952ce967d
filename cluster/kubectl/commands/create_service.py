"""`kubectl create service`: clusterip, nodeport, loadbalancer, externalname.

Models: kubectl/pkg/cmd/create/create_service.go v1.37
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from cluster.apimachinery import names
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import INT, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

SERVICES = Resource("", "v1", "services", "service", "Service", True)
TCP = Flag("tcp", LIST, help="Port pairs as <port>:<targetPort>")
PARTS = {
    "clusterip": "create_service:CLUSTER_IP",
    "nodeport": "create_service:NODE_PORT",
    "loadbalancer": "create_service:LOAD_BALANCER",
    "externalname": "create_service:EXTERNAL_NAME",
}


def _of_type(kind: str) -> Callable[[Invocation], Awaitable[None]]:
    async def run(invocation: Invocation) -> None:
        name, flags = submission.name_argument(invocation), invocation.flags
        cluster_ip = flags.values.get("clusterip", "")
        if cluster_ip != "None" and not flags["tcp"] and kind != "ExternalName":
            raise CommandError("at least one tcp port specifier must be provided")
        if kind == "ExternalName" and names.dns1123_subdomain(flags["external-name"]):
            raise CommandError(f"invalid service external name {flags['external-name']}")
        spec: dict[str, Any] = {"selector": {"app": name}, "type": kind}
        if flags["tcp"]:
            spec["ports"] = [_port(pair, flags.values.get("node-port", 0)) for pair in flags["tcp"]]
        if cluster_ip:
            spec["clusterIP"] = cluster_ip
        if kind == "ExternalName":
            spec["externalName"] = flags["external-name"]
        obj = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "labels": {"app": name}},
            "spec": spec,
            "status": {"loadBalancer": {}},
        }
        await submission.submit(invocation, SERVICES, obj, prefix=f"failed to create {kind} service")

    return run


def _port(pair: str, node_port: int) -> dict[str, Any]:
    text, colon, target = pair.partition(":")
    number = _number(text)
    found: dict[str, Any] = {"name": pair.replace(":", "-"), "port": number, "protocol": "TCP"}
    found["targetPort"] = _target(target) if colon else number
    if node_port:
        found["nodePort"] = node_port
    return found


def _number(text: str) -> int:
    if not re.fullmatch(r"\d+", text):
        raise CommandError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    if int(text) > 65535:
        raise CommandError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return int(text)


def _target(text: str) -> int | str:
    if not re.fullmatch(r"-?\d+", text):
        return text
    if not 1 <= int(text) <= 65535:
        raise CommandError("must be between 1 and 65535, inclusive")
    return int(text)


def _command(name: str, kind: str, short: str, *flags: Flag) -> Command:
    usage = f"kubectl create service {name} NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]"
    return Command(name, usage, short, (*submission.FLAGS, TCP, *flags), _of_type(kind))


CLUSTER_IP = _command("clusterip", "ClusterIP", "Create a ClusterIP service", Flag("clusterip"))
NODE_PORT = _command("nodeport", "NodePort", "Create a NodePort service", Flag("node-port", INT))
LOAD_BALANCER = _command("loadbalancer", "LoadBalancer", "Create a LoadBalancer service")
EXTERNAL_NAME = _command(
    "externalname", "ExternalName", "Create an ExternalName service", Flag("external-name", required=True)
)
COMMAND = Command(
    "service", "kubectl create service [flags] [options]", "Create a service using a specified subcommand", parts=PARTS
)
