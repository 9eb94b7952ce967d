"""`kubectl describe endpoints`. Models: describe.go describeEndpoints v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, endpoints: Obj) -> str:
    found = await events.of(invocation, endpoints, kind="Endpoints")
    writer = Writer()
    writer.metadata(endpoints["metadata"])
    writer.put("Subsets:\n")
    for subset in endpoints.get("subsets") or ():
        for title, name in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            writer.line(title, ",".join(each["ip"] for each in subset.get(name) or ()) or NONE, 1)
        if subset.get("ports"):
            writer.put("Ports:\n", 1)
            writer.row("Name", "Port", "Protocol", level=2)
            writer.row("----", "----", "--------", level=2)
            for port in subset["ports"]:
                writer.row(port.get("name") or "<unset>", port.get("port", 0), port.get("protocol", ""), level=2)
        writer.put("\n")
    events.write(writer, found, invocation.now)
    return writer.text()
