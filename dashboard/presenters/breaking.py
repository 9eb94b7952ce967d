"""What a person breaks, as it is asked for: a kind of fault and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.kubeadm import faults
from cluster.kubeadm.running import RunningCluster


async def break_(cluster: RunningCluster, given: Mapping[str, Any]) -> str:
    """The id of the fault that `given` (kind; node, component, image, or source, target and seconds) asks for.
    KeyError when there is no such node or component, ValueError for what cannot be."""
    kind, breaks = given.get("kind"), cluster.faults
    if kind == faults.STOPPED:
        return await breaks.stop(str(given.get("component") or ""))
    if kind == faults.POWER:
        return await breaks.stop(f"node.{given.get('node') or ''}")
    if kind == faults.NETWORK:
        return await breaks.cut_network(str(given.get("node") or ""))
    if kind == faults.SLOW:
        return await breaks.slow_down(
            str(given.get("source") or ""), str(given.get("target") or ""), _seconds(given.get("seconds"))
        )
    if kind == faults.ETCD_FULL:
        return await breaks.fill_etcd()
    if kind == faults.IMAGE:
        return await breaks.break_image(str(given.get("image") or "").strip())
    raise ValueError(f"a fault is {', '.join(faults.KINDS[:-1])} or {faults.KINDS[-1]}")


def _seconds(given: Any) -> float:
    try:
        return float(given or 0)
    except ValueError:
        return 0.0
