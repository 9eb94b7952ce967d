"""NodeVolumeLimits: a node takes as many volumes of a driver as its CSINode says.

Models: framework/plugins/nodevolumelimits/csi.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.scheduler import pod_claims
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import CLAIM, CSI_NODE, NODE_ADD, POD_DELETE, VOLUME, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "NodeVolumeLimits"
REFUSAL = Refusal(NAME, ("node(s) exceed max volume count",), resolvable=True)

Volume = tuple[str, str]
"""(driver, what tells the volume from others)"""


class NodeVolumeLimits:
    """Filter."""

    name = NAME
    local = False
    events = frozenset({NODE_ADD, CSI_NODE, POD_DELETE, CLAIM, VOLUME})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        if not cache.csi_nodes or not pod.pod["spec"].get("volumes"):
            return None
        wanted = set(_volumes(pod.pod, cache))
        if not wanted:
            return None
        return lambda node: None if _has_room(node, wanted, cache) else REFUSAL


def _has_room(node: NodeInfo, wanted: set[Volume], cache: Cache) -> bool:
    limits = _limits(cache.csi_nodes.get(node.name))
    if not limits.keys() & {driver for driver, _ in wanted}:
        return True
    used = {volume for other in node.pods.values() for volume in _volumes(other.pod, cache)}
    fresh = wanted - used
    for driver, limit in limits.items():
        added = sum(each[0] == driver for each in fresh)
        if added and sum(each[0] == driver for each in used) + added > limit:
            return False
    return True


def _limits(csi_node: Obj | None) -> dict[str, int]:
    drivers = ((csi_node or {}).get("spec") or {}).get("drivers") or ()
    counts = {each["name"]: (each.get("allocatable") or {}).get("count") for each in drivers}
    return {name: count for name, count in counts.items() if count is not None}


def _volumes(pod: Obj, cache: Cache) -> Iterator[Volume]:
    """What a pod's claims have, or will have from their class."""
    for claim in pod_claims.of(pod, cache):
        volume = pod_claims.volume_of(claim, cache)
        if volume is not None:
            if (csi := volume["spec"].get("csi")) is not None:
                yield csi["driver"], csi["volumeHandle"]
        elif (of_class := cache.classes.get(claim["spec"].get("storageClassName") or "")) is not None:
            yield of_class["provisioner"], meta.key_of(claim)
