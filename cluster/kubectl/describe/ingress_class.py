"""`kubectl describe ingressclass`. Models: describe.go describeIngressClassV1 v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.kubectl.describe import events
from cluster.kubectl.describe.writer import Writer
from cluster.kubectl.invocation import Invocation


async def describe(invocation: Invocation, ingress_class: Obj) -> str:
    return text(ingress_class, await events.of(invocation, ingress_class, kind="IngressClass"), invocation.now)


def text(ingress_class: Obj, found: list[Obj] | None, now: float) -> str:
    writer = Writer()
    spec = ingress_class.get("spec") or {}
    writer.metadata(ingress_class["metadata"], namespaced=False)
    writer.line("Controller", spec.get("controller", ""))
    if parameters := spec.get("parameters"):
        writer.put("Parameters:\n")
        if "apiGroup" in parameters:
            writer.line("APIGroup", parameters["apiGroup"], 1)
        writer.line("Kind", parameters.get("kind", ""), 1)
        writer.line("Name", parameters.get("name", ""), 1)
    events.write(writer, found, now)
    return writer.text()
