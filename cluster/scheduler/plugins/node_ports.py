"""NodePorts: a host port can be had once. Models: framework/plugins/nodeports/node_ports.go v1.37"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.scheduler.cache import Cache
from cluster.scheduler.framework import NODE_ADD, POD_DELETE, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo, Port

NAME = "NodePorts"
ERR_REASON = "node(s) didn't have free ports for the requested pod ports"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=True)
ANY = "0.0.0.0"


class NodePorts:
    """Filter."""

    name = NAME
    local = True
    events = frozenset({NODE_ADD, POD_DELETE})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        wanted = pod.ports
        if not wanted:
            return None
        return lambda node: REFUSAL if any(taken(port, node.ports) for port in wanted) else None


def taken(port: Port, used: Iterable[Port]) -> bool:
    """Is a host port in use, on the same address or on any?"""
    address, protocol, number = port
    return any(
        (protocol, number) == (other[1], other[2]) and (address == other[0] or ANY in (address, other[0]))
        for other in used
    )
