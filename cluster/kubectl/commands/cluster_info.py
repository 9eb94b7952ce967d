"""`kubectl cluster-info`: where the control plane and its services answer.

Models: kubectl/pkg/cmd/clusterinfo/clusterinfo.go v1.37
Simplified: no dump.
"""

from __future__ import annotations

from typing import Any

from cluster.kubectl.command import Command
from cluster.kubectl.invocation import Invocation

DEBUG = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"


async def run(invocation: Invocation) -> None:
    namespace = invocation.flags["namespace"] or "kube-system"
    path = f"/api/v1/namespaces/{namespace}/services"
    answer = await invocation.object("GET", path, query={"labelSelector": "kubernetes.io/cluster-service=true"})
    server = invocation.access.server
    invocation.out(f"Kubernetes control plane is running at {server}\n")
    for service in answer.get("items") or ():
        metadata = service["metadata"]
        name = (metadata.get("labels") or {}).get("kubernetes.io/name") or metadata["name"]
        invocation.out(f"{name} is running at {_link(server, service)}\n")
    invocation.out(DEBUG)


def _link(server: str, service: dict[str, Any]) -> str:
    metadata, ports = service["metadata"], service["spec"].get("ports") or []
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if ingress:
        address = ingress[0].get("ip") or ingress[0].get("hostname")
        return "".join(f"http://{address}:{port['port']} " for port in ports)
    name = metadata["name"]
    if ports:
        https = ports[0].get("name") == "https" or ports[0].get("port") == 443
        port = ports[0].get("name") or ""
        name = f"https:{name}:{port}" if https else f"{name}:{port}" if port else name
    return f"{server}/api/v1/namespaces/{metadata['namespace']}/services/{name}/proxy"


COMMAND = Command(
    "cluster-info",
    "kubectl cluster-info [flags] [options]",
    "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true.",
    (),
    run,
)
