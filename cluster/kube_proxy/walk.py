"""The way of one packet through a node's rules, in words: which rule it meets, and where it goes. Pure.

Models: pkg/proxy/iptables/proxier.go v1.37 (the chains KUBE-SERVICES → KUBE-SVC → KUBE-SEP, and KUBE-NODEPORTS)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any, NamedTuple

from cluster.kube_proxy.rules import Rule

PROTOCOLS = ("TCP", "UDP", "SCTP")
NODE = "*"


class Packet(NamedTuple):
    protocol: str
    address: str
    port: int


def packet(protocol: str, address: str, port: Any) -> Packet:
    """ValueError says what is wrong. The address `*` is the node's own."""
    if protocol not in PROTOCOLS:
        raise ValueError(f"a protocol is one of {', '.join(PROTOCOLS)}")
    if address != NODE:
        address = str(ipaddress.ip_address(address))
    if not str(port).isdigit() or not 0 < int(port) < 65536:
        raise ValueError("a port is a number from 1 to 65535")
    return Packet(protocol, address, int(port))


def follow(table: Sequence[Rule], sent: Packet) -> dict[str, Any]:
    """{"matched": index of the rule or None, "steps": [[chain, what happens]], "endpoints", "verdict"}"""
    index = next((number for number, rule in enumerate(table) if _matches(rule, sent)), None)
    steps = [["KUBE-SERVICES", f"Who wants packets to {sent.protocol} {_shown(sent)}? The rules are asked in order."]]
    if index is None:
        steps.append(["", "No rule matches: the packet goes on as it is, to whoever has that address."])
        return {"matched": None, "steps": steps, "endpoints": [], "verdict": "passed on unchanged"}
    rule = table[index]
    chain = "KUBE-NODEPORTS" if rule.address == NODE else "KUBE-SERVICES"
    port = f", port {rule.port_name}" if rule.port_name else ""
    steps.append([chain, f"Rule {index + 1} matches: it belongs to Service {rule.service}{port}."])
    if not rule.endpoints:
        steps.append(["KUBE-SERVICES", "The Service has no ready endpoint: REJECT, the sender is told at once."])
        return {"matched": index, "steps": steps, "endpoints": [], "verdict": "rejected"}
    count = len(rule.endpoints)
    if rule.affinity == "ClientIP":
        steps.append(["KUBE-SVC", "ClientIP affinity: a sender that came before goes to the same endpoint again."])
    chance = (
        "the only endpoint" if count == 1 else f"one of {count} endpoints by chance, each with probability 1/{count}"
    )
    steps.append(["KUBE-SVC", f"It takes {chance}."])
    steps.append(["KUBE-SEP", f"DNAT: the address {_shown(sent)} becomes the pod's, for example {rule.endpoints[0]}."])
    return {"matched": index, "steps": steps, "endpoints": list(rule.endpoints), "verdict": "sent to a pod"}


def _matches(rule: Rule, sent: Packet) -> bool:
    return rule.protocol == sent.protocol and rule.port == sent.port and rule.address == sent.address


def _shown(sent: Packet) -> str:
    return f"port {sent.port} of this node" if sent.address == NODE else f"{sent.address}:{sent.port}"
