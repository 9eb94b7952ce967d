"""`kubectl expose`: a service for a pod, a workload or another service.

Models: kubectl/pkg/cmd/expose/expose.go, polymorphichelpers/{canbeexposed,mapbasedselectorforobject,portsforobject}.go v1.37
Simplified: no --overrides.
"""

from __future__ import annotations

import re
from typing import Any

from cluster.apimachinery.status import ApiError
from cluster.kubectl import builder, submission
from cluster.kubectl.builder import Info, Query
from cluster.kubectl.command import Command
from cluster.kubectl.commands.create_service import SERVICES
from cluster.kubectl.errors import CommandError, raise_all
from cluster.kubectl.flags import ARRAY, BOOL, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.last_applied import annotated
from cluster.kubectl.printers import formats

Obj = dict[str, Any]
EXPOSABLE = ("ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet")
LONGEST_NAME = 63
NO_PORT = "couldn't find port via --port flag or introspection"
FLAGS = (
    *formats.OUTPUT,
    formats.DRY_RUN,
    Flag("port", help="The port of the service"),
    Flag("target-port", help="The container's port or its name"),
    Flag("protocol", help="TCP, UDP or SCTP"),
    Flag("name", help="The name of the service"),
    Flag("type", help="ClusterIP, NodePort, LoadBalancer or ExternalName"),
    Flag("selector", help="Labels of the pods"),
    Flag("labels", short="l", help="Labels of the service"),
    Flag("cluster-ip", help="The service's address, or None"),
    Flag("external-ip", help="A further address"),
    Flag("load-balancer-ip", help="The load balancer's address"),
    Flag("session-affinity", help='"None" or "ClientIP"'),
    Flag("save-config", BOOL),
    Flag("field-manager", default="kubectl-expose"),
    Flag("filename", ARRAY, short="f", help="A file that names the objects"),
    Flag("recursive", BOOL, short="R", help="Read folders within folders"),
)


async def run(invocation: Invocation) -> None:
    flags, strategy = invocation.flags, formats.dry_run(invocation)
    show = formats.printer(invocation, formats.told("exposed", strategy))
    asked = Query(invocation.arguments, filenames=flags["filename"], recursive=flags["recursive"])
    found = await builder.infos(invocation, asked)
    for info in found.infos:
        try:
            service = _service(invocation, info)
            if strategy == "client":
                if invocation.access.namespace_given:
                    service["metadata"]["namespace"] = invocation.namespace
            else:
                service = annotated(service) if flags["save-config"] else service
                service = await submission.post(invocation, SERVICES, invocation.namespace, service, strategy)
            invocation.out(show(service))
        except (ApiError, CommandError) as error:
            found.errors.append(error)
    raise_all(found.errors)


def _service(invocation: Invocation, info: Info) -> Obj:
    flags, kind = invocation.flags, info.resource.kind
    if kind not in EXPOSABLE:
        raise CommandError(f"cannot expose a {kind}{'.' + info.resource.group if info.resource.group else ''}")
    selector = _pairs(flags["selector"], "selector") if flags["selector"] else _selector(info)
    labels = _pairs(flags["labels"], "label") if flags["labels"] else info.obj["metadata"].get("labels")
    metadata: Obj = {"name": flags["name"] or info.name[:LONGEST_NAME]}
    if labels:
        metadata["labels"] = labels
    spec: Obj = {"selector": selector}
    if ports := _ports(invocation, info):
        spec["ports"] = ports
    for field, flag in (
        ("type", "type"),
        ("clusterIP", "cluster-ip"),
        ("loadBalancerIP", "load-balancer-ip"),
        ("sessionAffinity", "session-affinity"),
    ):
        if flags[flag]:
            spec[field] = flags[flag]
    if flags["external-ip"]:
        spec["externalIPs"] = [flags["external-ip"]]
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}}}


def _pairs(text: str, what: str) -> dict[str, str]:
    found = {}
    for part in text.split(","):
        pair = part.split("=")
        if len(pair) != 2:
            raise CommandError(f"unexpected {what} spec: {part}")
        found[pair[0]] = pair[1]
    return found


def _selector(info: Info) -> dict[str, str]:
    """The labels by which the service finds the object's pods. Raises CommandError."""
    kind, obj = info.resource.kind, info.obj
    prefix = "couldn't retrieve selectors via --selector flag or introspection: "
    spec = obj.get("spec") or {}
    if kind == "Pod":
        found = obj["metadata"].get("labels")
        if not found:
            raise CommandError(prefix + "the pod has no labels and cannot be exposed")
    elif kind in ("Service", "ReplicationController"):
        found = spec.get("selector")
        if not found and kind == "Service":
            raise CommandError(prefix + "the service has no pod selector set")
    else:
        selector = spec.get("selector") or {}
        if selector.get("matchExpressions"):
            raise CommandError(prefix + "couldn't convert expressions - to map-based selector format")
        found = selector.get("matchLabels")
    return dict(found or {})


def _ports(invocation: Invocation, info: Info) -> list[Obj]:
    """The service's ports: as the flags say, else those that the object's containers have. Raises CommandError."""
    flags = invocation.flags
    known = _known_ports(info)
    texts = flags["port"].split(",") if flags["port"] else list(known)
    if not texts and flags["cluster-ip"] != "None":
        raise CommandError(NO_PORT)
    ports = []
    for at, text in enumerate(texts, 1):
        if not re.fullmatch(r"\d+", text):
            raise CommandError(f'strconv.Atoi: parsing "{text}": invalid syntax')
        port: Obj = {"port": int(text), "protocol": flags["protocol"] or known.get(text, "TCP")}
        target = flags["target-port"] or text
        port["targetPort"] = int(target) if target.isdigit() else target
        if len(texts) > 1:
            port["name"] = f"port-{at}"
        ports.append(port)
    return ports


def _known_ports(info: Info) -> dict[str, str]:
    """Port and protocol of what the object offers, in order."""
    spec = info.obj.get("spec") or {}
    if info.resource.kind == "Service":
        return {str(port["port"]): port.get("protocol", "TCP") for port in spec.get("ports") or ()}
    if info.resource.kind != "Pod":
        spec = (spec.get("template") or {}).get("spec") or {}
    return {
        str(port["containerPort"]): port.get("protocol", "TCP")
        for container in spec.get("containers") or ()
        for port in container.get("ports") or ()
    }


COMMAND = Command(
    "expose",
    "kubectl expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
    "[--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]",
    "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service.",
    FLAGS,
    run,
)
