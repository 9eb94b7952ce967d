"""`kubectl describe networkpolicy`. Models: describe.go describeNetworkPolicySpec v1.37"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apimachinery.meta import Obj
from cluster.apis import columns
from cluster.kubectl.describe.writer import NONE, Writer
from cluster.kubectl.invocation import Invocation

INDENT = "    "


async def describe(invocation: Invocation, policy: Obj) -> str:
    return text(policy)


def text(policy: Obj) -> str:
    writer = Writer()
    metadata, spec = policy["metadata"], policy.get("spec") or {}
    writer.line("Name", metadata["name"])
    writer.line("Namespace", metadata.get("namespace", ""))
    writer.line("Created on", f"{metadata['creationTimestamp'].replace('T', ' ').removesuffix('Z')} +0000 UTC")
    writer.labels("Labels", metadata.get("labels"))
    writer.annotations("Annotations", metadata.get("annotations"))
    writer.put("Spec:\n")
    selector = spec.get("podSelector")
    everything = f"{NONE} (Allowing the specific traffic to all pods in this namespace)"
    writer.put(f"PodSelector:     {columns.selector_text(selector) if selector else everything}\n", 1)
    types = spec.get("policyTypes") or ()
    for type, field, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
        if type in types:
            writer.put(f"Allowing {field} traffic:\n", 1)
            _rules(writer, spec.get(field) or (), field, peers)
        else:
            writer.put(f"Not affecting {field} traffic\n", 1)
    writer.put(f"Policy Types: {', '.join(types) or NONE}\n", 1)
    return writer.text()


def _rules(writer: Writer, rules: Sequence[Obj], direction: str, peers: str) -> None:
    if not rules:
        writer.put(f"{INDENT}{NONE} (Selected pods are isolated for {direction} connectivity)\n")
    for at, rule in enumerate(rules):
        _ports(writer, rule.get("ports") or ())
        word = peers.title()
        if not rule.get(peers):
            end = "source" if peers == "from" else "destination"
            writer.put(f"{INDENT}{word}: <any> (traffic not restricted by {end})\n")
        for peer in rule.get(peers) or ():
            writer.put(f"{INDENT}{word}:\n")
            _peer(writer, peer)
        if at < len(rules) - 1:
            writer.put(f"{INDENT}----------\n")


def _ports(writer: Writer, ports: Sequence[Obj]) -> None:
    if not ports:
        writer.put(f"{INDENT}To Port: <any> (traffic allowed to all ports)\n")
    for port in ports:
        number, protocol = port.get("port", "<nil>"), port.get("protocol", "TCP")
        if "endPort" in port:
            writer.put(f"{INDENT}To Port Range: {number}-{port['endPort']}/{protocol}\n")
        else:
            writer.put(f"{INDENT}To Port: {number}/{protocol}\n")


def _peer(writer: Writer, peer: Obj) -> None:
    selectors = (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector"))
    chosen = [(title, peer[field]) for title, field in selectors if peer.get(field) is not None]
    for title, selector in chosen:
        writer.put(f"{INDENT}{title}: {columns.selector_text(selector)}\n", 1)
    if not chosen and (block := peer.get("ipBlock")):
        writer.put(f"{INDENT}IPBlock:\n", 1)
        writer.put(f"{INDENT}CIDR: {block.get('cidr', '')}\n", 2)
        writer.put(f"{INDENT}Except: {', '.join(block.get('except') or ())}\n", 2)
