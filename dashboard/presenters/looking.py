"""Looking into a component: its own inspection pages, asked over the wire. Blocks; call it from a thread."""

from __future__ import annotations

from typing import Any

from cluster.kubeadm.fleet import FLEET
from cluster.kubeadm.running import RunningCluster
from cluster.wire.inspection import UnknownPage
from cluster.wire.message import Unreachable


def look(cluster: RunningCluster, component_id: str, path: str, /, **asked: Any) -> Any:
    """What the component says on one of its pages; None while it does not run. ValueError for a wrong question."""
    try:
        return FLEET.run(_ask(cluster, component_id, path, asked))
    except (Unreachable, UnknownPage):
        return None


async def _ask(cluster: RunningCluster, component_id: str, path: str, asked: dict[str, Any]) -> Any:
    return cluster.wire.inspections.ask(component_id, path, asked)
