"""The claims that pods mount, as the scheduler knows them; pure.

Models: component-helpers/storage/ephemeral/ephemeral.go v1.37
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.scheduler.cache import Cache


def names(pod: Obj) -> Iterator[str]:
    """The claims that a pod mounts; those of its own ephemeral volumes have its name."""
    for volume in pod["spec"].get("volumes") or ():
        if (source := volume.get("persistentVolumeClaim")) is not None:
            yield source["claimName"]
        elif volume.get("ephemeral") is not None:
            yield f"{meta.name_of(pod)}-{volume['name']}"


def keys(pod: Obj) -> list[str]:
    namespace = meta.namespace_of(pod)
    return [f"{namespace}/{name}" for name in names(pod)]


def of(pod: Obj, cache: Cache) -> list[Obj]:
    """Those of a pod's claims that are there."""
    return [cache.claims[key] for key in keys(pod) if key in cache.claims]


def volume_of(claim: Obj, cache: Cache) -> Obj | None:
    """The volume that a claim has, None while it has none."""
    return cache.volumes.get(claim["spec"].get("volumeName") or "")
