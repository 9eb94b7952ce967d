"""What a kube-proxy shows of its inside: its rules, and the way of a packet through them.

Models: pkg/proxy/healthcheck, cmd/kube-proxy zpages v1.37
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cluster.kube_proxy import walk
from cluster.wire.inspection import Pages

if TYPE_CHECKING:
    from cluster.kube_proxy.proxier import KubeProxy


def of(proxy: KubeProxy) -> Pages:
    return {"/debug/rules": lambda asked: rules(proxy), "/debug/walk": lambda asked: follow(proxy, asked)}


def rules(proxy: KubeProxy) -> dict[str, Any]:
    """The table, in the order in which a packet meets it."""
    return {"syncs": proxy.syncs, "rules": [asdict(rule) for rule in proxy.table]}


def follow(proxy: KubeProxy, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A packet to `address`:`port` over `protocol` walks through the table. ValueError for what is no packet."""
    protocol = str(asked.get("protocol") or "TCP").upper()
    return walk.follow(proxy.table, walk.packet(protocol, str(asked.get("address") or ""), asked.get("port")))
