"""`kubectl describe service`: with the endpoints of its slices. Models: describe.go describeService v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.printers import table

MOST = 3


async def describe(invocation: Invocation, service: Obj) -> str:
    metadata = service["metadata"]
    path = f"/apis/discovery.k8s.io/v1/namespaces/{metadata['namespace']}/endpointslices"
    query = {"labelSelector": f"kubernetes.io/service-name={metadata['name']}"}
    try:
        slices = (await invocation.object("GET", path, query=query)).get("items") or []
    except ApiError:
        slices = []
    return text(service, slices, await events.of(invocation, service, kind="Service"), invocation.now)


def text(service: Obj, slices: Sequence[Obj], found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    spec = service["spec"]
    writer.metadata(service["metadata"])
    writer.line("Selector", table.labels_text(spec.get("selector")))
    writer.line("Type", spec.get("type", ""))
    if spec.get("ipFamilyPolicy"):
        writer.line("IP Family Policy", spec["ipFamilyPolicy"])
    writer.line("IP Families", ",".join(spec.get("ipFamilies") or ()) or NONE)
    writer.line("IP", spec.get("clusterIP", ""))
    writer.line("IPs", ",".join(spec.get("clusterIPs") or ()) or NONE)
    _outside(writer, spec, service.get("status") or {})
    for port in spec.get("ports") or ():
        _port(writer, port, slices)
    writer.line("Session Affinity", spec.get("sessionAffinity", ""))
    for title, name in (
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        if spec.get(name):
            writer.line(title, spec[name])
    if spec.get("loadBalancerSourceRanges"):
        writer.line("LoadBalancer Source Ranges", ",".join(spec["loadBalancerSourceRanges"]))
    if spec.get("trafficDistribution"):
        writer.line("Traffic Distribution", spec["trafficDistribution"])
    events.write(writer, found, now)
    return writer.text()


def _outside(writer: Writer, spec: Obj, status: Obj) -> None:
    if spec.get("externalIPs"):
        writer.line("External IPs", ",".join(spec["externalIPs"]))
    if spec.get("loadBalancerIP"):
        writer.line("Desired LoadBalancer IP", spec["loadBalancerIP"])
    if spec.get("externalName"):
        writer.line("External Name", spec["externalName"])
    if ingress := (status.get("loadBalancer") or {}).get("ingress"):
        writer.line("LoadBalancer Ingress", ", ".join(_ingress(each) for each in ingress))


def _ingress(entry: Obj) -> str:
    if not entry.get("ip"):
        return str(entry.get("hostname", ""))
    return f"{entry['ip']} ({entry['ipMode']})" if entry.get("ipMode") else str(entry["ip"])


def _port(writer: Writer, port: Obj, slices: Sequence[Obj]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "")
    writer.line("Port", f"{name}\t{port.get('port', 0)}/{protocol}")
    writer.line("TargetPort", f"{port.get('targetPort', 0)}/{protocol}")
    if port.get("appProtocol"):
        writer.line("AppProtocol", port["appProtocol"])
    if port.get("nodePort"):
        writer.line("NodePort", f"{name}\t{port['nodePort']}/{protocol}")
    writer.line("Endpoints", endpoints(slices, port.get("name") or ""))


def endpoints(slices: Sequence[Obj], port_name: str) -> str:
    """The first three ready addresses with their ports, and how many more there are.

    Models: describe.go formatEndpointSlices
    """
    if not slices:
        return NONE
    shown: list[str] = []
    count = 0
    for each in slices:
        ports = [port for port in each.get("ports") or () if (port.get("name") or "") == port_name and port.get("port")]
        if not each.get("ports"):
            ports = [{}]
        for port in ports:
            for endpoint in each.get("endpoints") or ():
                if (endpoint.get("conditions") or {}).get("ready") is False:
                    continue
                for address in endpoint.get("addresses") or ():
                    count += 1
                    shown.append(f"{address}:{port['port']}" if port else address)
    more = f" + {count - MOST} more..." if count > MOST else ""
    return ",".join(shown[:MOST]) + more
