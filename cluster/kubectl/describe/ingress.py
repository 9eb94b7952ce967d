"""`kubectl describe ingress`: its rules, and the endpoints of each backend. Models: describe.go describeIngressV1 v1.37"""

from __future__ import annotations

from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.kubectl.describe import events, service
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation

DEFAULT = "<default>"


async def describe(invocation: Invocation, ingress: Obj) -> str:
    writer = Writer()
    metadata, spec = ingress["metadata"], ingress["spec"]
    found = await events.of(invocation, ingress, kind="Ingress")
    writer.line("Name", metadata["name"])
    writer.labels("Labels", metadata.get("labels"))
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("Address", _address(ingress.get("status") or {}))
    writer.line("Ingress Class", spec.get("ingressClassName") or NONE)
    default = spec.get("defaultBackend")
    backend = await _backend(invocation, metadata["namespace"], default) if default else DEFAULT
    writer.line("Default backend", backend)
    _tls(writer, spec.get("tls") or [])
    await _rules(invocation, writer, ingress, backend)
    writer.annotations("Annotations", metadata.get("annotations"))
    events.write(writer, found, invocation.now)
    return writer.text()


def _address(status: Obj) -> str:
    entries = (status.get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({each.get("ip") or each.get("hostname") or "" for each in entries} - {""}))


def _tls(writer: Writer, entries: list[Obj]) -> None:
    if entries:
        writer.put("TLS:\n")
    for entry in entries:
        hosts = ",".join(entry.get("hosts") or ())
        secret = entry.get("secretName")
        writer.put(f"{secret} terminates {hosts}\n" if secret else f"SNI routes {hosts}\n", 1)


async def _rules(invocation: Invocation, writer: Writer, ingress: Obj, default: str) -> None:
    writer.put("Rules:\n  Host\tPath\tBackends\n")
    writer.row("----", "----", "--------")
    rules = [rule for rule in ingress["spec"].get("rules") or () if rule.get("http")]
    for rule in rules:
        writer.put(f"{rule.get('host') or '*'}\t\n", 1)
        for path in rule["http"].get("paths") or ():
            backend = await _backend(invocation, ingress["metadata"]["namespace"], path["backend"])
            writer.put(f"\t{path.get('path', '')} \t{backend}\n", 2)
    if not rules:
        writer.row("*", "*", default)


async def _backend(invocation: Invocation, namespace: str, backend: Obj) -> str:
    """ "name:port (address:port,…)", or why the addresses are not known. Models: describeBackendV1"""
    if resource := backend.get("resource"):
        group = resource.get("apiGroup", NONE)
        return f"APIGroup: {group}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    wanted = backend.get("service")
    if not wanted:
        return ""
    port = wanted.get("port") or {}
    shown = f"{wanted['name']}:{port.get('name') or port.get('number', 0)}"
    try:
        query = {"labelSelector": f"kubernetes.io/service-name={wanted['name']}"}
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        slices = (await invocation.object("GET", path, query=query)).get("items") or []
        found = await invocation.object("GET", f"/api/v1/namespaces/{namespace}/services/{wanted['name']}")
    except ApiError as error:
        return f"{shown} (<error: {error.message}>)"
    return f"{shown} ({service.endpoints(slices, _port_name(found, port))})"


def _port_name(found: Obj, wanted: Obj) -> str:
    name = ""
    for port in found["spec"].get("ports") or ():
        by_number = wanted.get("number") and wanted["number"] == port.get("port")
        if by_number or (wanted.get("name") and wanted["name"] == port.get("name")):
            name = port.get("name") or ""
    return name
