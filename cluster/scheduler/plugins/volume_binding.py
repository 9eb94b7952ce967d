"""VolumeBinding: a pod's claims must be there, and bound; a bound volume may be reached from some nodes only.

Models: framework/plugins/volumebinding/{volume_binding,binder}.go v1.37
Simplified: capacities that drivers publish are not looked at; of a claim that waits for its first consumer, any node that
a free volume's affinity allows will do, or any at all when its class makes volumes.
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apis.core import node_selector
from cluster.scheduler import pod_claims
from cluster.scheduler.cache import Cache, NodeInfo
from cluster.scheduler.framework import CLAIM, CLASS, ITSELF, NODE_ADD, NODE_LABEL, VOLUME, Filter, PodRefused, Refusal
from cluster.scheduler.pod_info import PodInfo

NAME = "VolumeBinding"
UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
CONFLICT = Refusal(NAME, ("node(s) didn't match PersistentVolume's node affinity",), resolvable=False)
NOTHING_TO_BIND = Refusal(NAME, ("node(s) didn't find available persistent volumes to bind",), resolvable=False)
NO_PROVISIONER = "kubernetes.io/no-provisioner"


class VolumeBinding:
    """Filter."""

    name = NAME
    local = False
    events = frozenset({NODE_ADD, NODE_LABEL, CLAIM, VOLUME, CLASS, ITSELF})

    def pre_filter(self, pod: PodInfo, cache: Cache) -> Filter | None:
        """PodRefused when no node will do: a claim is missing, lost or not bound yet."""
        names = list(pod_claims.names(pod.pod))
        if not names:
            return None
        bound: list[Obj] = []
        waiting: list[Obj] = []
        for name in names:
            claim = cache.claims.get(f"{meta.namespace_of(pod.pod)}/{name}")
            if claim is None or meta.is_being_deleted(claim):
                raise PodRefused(NAME, f'persistentvolumeclaim "{name}" {"is being deleted" if claim else "not found"}')
            if (claim.get("status") or {}).get("phase") == "Lost":
                raise PodRefused(
                    NAME,
                    f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim["spec"].get("volumeName")}"',
                )
            volume = cache.volumes.get(claim["spec"].get("volumeName") or "")
            if volume is not None and (claim.get("status") or {}).get("phase") == "Bound":
                bound.append(volume)
            elif waits_for_a_node(claim, cache):
                waiting.append(claim)
            else:
                raise PodRefused(NAME, UNBOUND)
        return _Reachable(bound, waiting, cache).refusal


class _Reachable:
    """The volumes of one pod, asked node by node."""

    def __init__(self, bound: list[Obj], waiting: list[Obj], cache: Cache) -> None:
        self.bound = bound
        self.waiting = waiting
        self.cache = cache

    def refusal(self, node: NodeInfo) -> Refusal | None:
        if not all(reaches(node, volume) for volume in self.bound):
            return CONFLICT
        return None if all(self._can_bind(node, claim) for claim in self.waiting) else NOTHING_TO_BIND

    def _can_bind(self, node: NodeInfo, claim: Obj) -> bool:
        storage_class = self.cache.classes.get(claim["spec"].get("storageClassName") or "")
        if storage_class is not None and storage_class["provisioner"] != NO_PROVISIONER:
            return True
        return any(
            volume["spec"].get("storageClassName") == claim["spec"].get("storageClassName")
            and not volume["spec"].get("claimRef")
            and reaches(node, volume)
            for volume in self.cache.volumes.values()
        )


def waits_for_a_node(claim: Obj, cache: Cache) -> bool:
    storage_class = cache.classes.get(claim["spec"].get("storageClassName") or "")
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def reaches(node: NodeInfo, volume: Obj) -> bool:
    """May the volume be used from the node? Models: CheckNodeAffinity"""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    if required is None:
        return True
    return any(node_selector.term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())
