"""`kubectl describe endpointslice`. Models: describe.go describeEndpointSliceV1 v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import NONE, Writer, yes
from cluster.kubectl.invocation import Invocation

UNSET = "<unset>"


async def describe(invocation: Invocation, found: Obj) -> str:
    told = await events.of(invocation, found, kind="EndpointSlice")
    writer = Writer()
    writer.metadata(found["metadata"])
    writer.line("AddressType", found.get("addressType", ""))
    if found.get("ports"):
        writer.put("Ports:\n")
        writer.row("Name", "Port", "Protocol")
        writer.row("----", "----", "--------")
        for port in found["ports"]:
            writer.row(port.get("name") or UNSET, port.get("port", UNSET), port.get("protocol", ""))
    else:
        writer.put(f"Ports: {UNSET}\n")
    writer.put("Endpoints:\n" if found.get("endpoints") else f"Endpoints: {NONE}\n")
    for endpoint in found.get("endpoints") or ():
        _endpoint(writer, endpoint)
    events.write(writer, told, invocation.now)
    return writer.text()


def _endpoint(writer: Writer, endpoint: Obj) -> None:
    writer.line("- Addresses", ", ".join(endpoint.get("addresses") or ()) or NONE, 1)
    writer.put("Conditions:\n", 2)
    ready = (endpoint.get("conditions") or {}).get("ready")
    writer.line("Ready", UNSET if ready is None else yes(ready), 3)
    writer.line("Hostname", endpoint.get("hostname", UNSET), 2)
    if target := endpoint.get("targetRef"):
        writer.line("TargetRef", f"{target.get('kind', '')}/{target.get('name', '')}", 2)
    writer.line("NodeName", endpoint.get("nodeName", UNSET), 2)
    writer.line("Zone", endpoint.get("zone", UNSET), 2)
