"""The persistentvolume-expander loop: claims that ask for more than they have get it where their class allows it.

Watches PersistentVolumeClaims and PersistentVolumes · writes volumes' capacity and claims' status.
Models: pkg/controller/volume/expand/expand_controller.go, external-resizer's pkg/controller/controller.go v1.37
Simplified: the resizer of the simulated drivers is part of the loop; no file system has to grow on a node.
"""

from __future__ import annotations

from cluster.apimachinery import meta, quantity
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result, Wish
from cluster.controllers.volume import binding

EXTERNAL = "waiting for an external controller to expand this PVC"


class ExpanderLoop(Loop):
    """Expands."""

    name = "persistentvolume-expander"
    source = "volume_expand"
    workers = 1
    wish = Wish(
        "PersistentVolumeClaim",
        "bytes",
        lambda obj: int(binding.size_of(obj)),
        lambda obj: int(quantity.parse(((obj.get("status") or {}).get("capacity") or {}).get("storage") or "0")),
        lambda obj: (obj.get("status") or {}).get("phase") == "Bound",
    )

    def watch(self) -> None:
        self.claims = self.informers.informer("PersistentVolumeClaim")
        self.volumes = self.informers.informer("PersistentVolume")
        self.claims.add_handler(self.enqueuing(lambda obj: [meta.key_of(obj)] if wants_more(obj) else []))

    async def reconcile(self, key: str) -> Result:
        """1 get · 2 say that a driver does it · 3 a driver of ours: the volume grows · 4 so does the claim's status."""
        found = self.claims.store.get(key)
        volume = self.volumes.store.get((found or {"spec": {}})["spec"].get("volumeName") or "")
        if found is None or volume is None or not wants_more(found):
            return DONE
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **found}
        size = claim["spec"]["resources"]["requests"]["storage"]
        self.events.event(claim, NORMAL, "ExternalExpanding", EXTERNAL)
        if binding.PROVISIONED_BY not in meta.annotations_of(volume):
            return DONE
        self.events.event(claim, NORMAL, "Resizing", f"External resizer is resizing volume {meta.name_of(volume)}")
        try:
            if binding.capacity_of(volume) < quantity.parse(size):
                capacity = {**(volume["spec"].get("capacity") or {}), "storage": size}
                await self.client.update("PersistentVolume", meta.evolve(volume, ("spec", "capacity"), capacity))
        except ApiError as error:
            if error.code in (404, 409):
                return Result(STALE_SECONDS)
            raise
        status = claim["status"]
        grown = {**status, "capacity": {**(status.get("capacity") or {}), "storage": size}}
        if await self.write_status("PersistentVolumeClaim", found, grown) is not None:
            self.events.event(claim, NORMAL, "VolumeResizeSuccessful", "Resize volume succeeded")
        return DONE


def wants_more(claim: Obj) -> bool:
    """Is it bound, and asks for more than it has?"""
    status = claim.get("status") or {}
    has = (status.get("capacity") or {}).get("storage")
    return status.get("phase") == "Bound" and has is not None and binding.size_of(claim) > quantity.parse(has)
