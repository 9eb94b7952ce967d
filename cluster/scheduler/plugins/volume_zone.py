"""VolumeZone: a volume that says in labels where it is can be used there only.

Models: framework/plugins/volumezone/volume_zone.go v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.scheduler import pod_claims
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import CLAIM, CLASS, NODE_ADD, NODE_LABEL, VOLUME, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "VolumeZone"
REFUSAL = Refusal(NAME, ("node(s) had no available volume zone",), resolvable=False)
ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
OLD = {"failure-domain.beta.kubernetes.io/zone": ZONE, "failure-domain.beta.kubernetes.io/region": REGION}
LABELS = (ZONE, REGION, *OLD)
SEPARATOR = "__"


class VolumeZone:
    """Filter."""

    name = NAME
    local = False
    events = frozenset({NODE_ADD, NODE_LABEL, CLAIM, VOLUME, CLASS})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        volumes = (pod_claims.volume_of(claim, cache) for claim in pod_claims.of(pod.pod, cache))
        asked = [
            (label, frozenset(meta.labels_of(volume)[label].split(SEPARATOR)))
            for volume in volumes
            if volume is not None
            for label in LABELS
            if label in meta.labels_of(volume)
        ]
        if not asked:
            return None
        return lambda node: None if _is_there(node, asked) else REFUSAL


def _is_there(node: NodeInfo, asked: list[tuple[str, frozenset[str]]]) -> bool:
    """A node that says nothing of places is of a cluster that has one only."""
    known = node.labels
    if not any(label in known for label in LABELS):
        return True
    return all(known.get(label, known.get(OLD.get(label, ""))) in values for label, values in asked)
