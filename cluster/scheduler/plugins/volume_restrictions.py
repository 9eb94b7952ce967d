"""VolumeRestrictions: a claim of mode ReadWriteOncePod is one pod's.

Models: framework/plugins/volumerestrictions/volume_restrictions.go v1.37
Simplified: disks of clouds that are named in pods (GCE, EBS, iSCSI, RBD) are not compared.
"""

from __future__ import annotations

from cluster.scheduler import pod_claims
from cluster.scheduler.cache import Cache
from cluster.scheduler.framework import CLAIM, POD_DELETE, Filter, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "VolumeRestrictions"
ERR_REASON = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
REFUSAL = Refusal(NAME, (ERR_REASON,), resolvable=True)
ONE_POD = "ReadWriteOncePod"


class VolumeRestrictions:
    """Filter."""

    name = NAME
    local = False
    events = frozenset({POD_DELETE, CLAIM})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        wanted = {
            f"{pod.namespace}/{claim['metadata']['name']}"
            for claim in pod_claims.of(pod.pod, cache)
            if ONE_POD in (claim["spec"].get("accessModes") or ())
        }
        if not wanted or not any(
            wanted & set(pod_claims.keys(other.pod))
            for node in cache.listed
            for other in node.pods.values()
            if other.uid != pod.uid and other.pod["spec"].get("volumes")
        ):
            return None
        return lambda node: REFUSAL
