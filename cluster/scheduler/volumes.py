"""Claims that wait for their first consumer: told which node was chosen, and waited for, before the pod is bound.

Models: framework/plugins/volumebinding/binder.go BindPodVolumes v1.37
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.client.rest import MERGE_PATCH, Client
from cluster.clock import Clock
from cluster.scheduler import pod_claims
from cluster.scheduler.cache import Cache

SELECTED_NODE = "volume.kubernetes.io/selected-node"
PATIENCE_SECONDS, PAUSE_SECONDS = 600.0, 0.1


def waiting(pod: Obj, cache: Cache) -> list[str]:
    """The keys of a pod's claims that are not bound yet."""
    return [key for key in pod_claims.keys(pod) if key in cache.claims and not _is_bound(cache.claims[key])]


async def bind(client: Client, clock: Clock, cache: Cache, keys: list[str], node_name: str) -> bool:
    """False when the claims are not bound in time, or one of them has gone. Raises what the API server refuses."""
    for key in keys:
        namespace, name = meta.split_key(key)
        patch = {"metadata": {"annotations": {SELECTED_NODE: node_name}}}
        await client.patch("PersistentVolumeClaim", name, patch, namespace, content_type=MERGE_PATCH)
    deadline = clock.now() + PATIENCE_SECONDS
    while clock.now() < deadline:
        claims = [cache.claims.get(key) for key in keys]
        if all(claim is not None and _is_bound(claim) for claim in claims):
            return True
        if None in claims:
            return False
        await clock.sleep(PAUSE_SECONDS)
    return False


def _is_bound(claim: Obj) -> bool:
    return (claim.get("status") or {}).get("phase") == "Bound"
