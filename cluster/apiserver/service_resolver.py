"""Where a Service is really reached from here: what webhooks and aggregated servers are called at.

A pod of this cluster is simulated and listens nowhere; a Service without a selector whose EndpointSlices somebody wrote, and
one with an external name, stand for a program that does.
Models: apiserver/pkg/util/proxy/proxy.go ResolveEndpoint, ResolveCluster v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj

if TYPE_CHECKING:
    from cluster.apiserver.server import Reader

SERVICE_NAME = "kubernetes.io/service-name"


class Unresolved(Exception):
    """There is nobody; why, as upstream words it."""


def resolve(reader: Reader, namespace: str, name: str, port: int) -> tuple[str, int]:
    """(host, port) of one that listens. Unresolved."""
    service = reader.get("Service", name, namespace)
    if service is None:
        raise Unresolved(f'service "{name}" not found')
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return str(spec["externalName"]), port
    wanted = next((each for each in spec.get("ports") or () if each["port"] == port), None)
    if wanted is None:
        raise Unresolved(f'no service port {port} found for service "{name}"')
    for each in reader.list("EndpointSlice", namespace):
        if (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == name and (found := _ready(each, wanted)):
            if spec.get("selector"):
                raise Unresolved(f"dial tcp {found[0]}:{found[1]}: connect: connection refused")
            return found
    raise Unresolved(f'no endpoints available for service "{name}"')


def _ready(part: Obj, wanted: Obj) -> tuple[str, int] | None:
    """The first ready address and the port of a slice that stands for a Service's port."""
    port = next(
        (each for each in part.get("ports") or () if (each.get("name") or "") == (wanted.get("name") or "")), None
    )
    for endpoint in part.get("endpoints") or ():
        if port is not None and (endpoint.get("conditions") or {}).get("ready") is not False:
            return str(endpoint["addresses"][0]), int(port["port"])
    return None
