"""The persistentvolumebinder loop: a volume for every claim, made when its class can make one; what becomes of it after.

Watches PersistentVolumeClaims, PersistentVolumes and StorageClasses · binds the two to each other, creates and deletes
volumes, writes their phases · the story goes on in the scheduler, which waits for bound claims.
Models: pkg/controller/volume/persistentvolume/pv_controller.go v1.37
Simplified: every class's provisioner is simulated here; upstream's are drivers of their own. Nothing is recycled.
"""

from __future__ import annotations

from cluster.apimachinery import meta
from cluster.apimachinery.meta import Obj
from cluster.apimachinery.status import ApiError
from cluster.client.events import NORMAL, WARNING
from cluster.clock import rfc3339
from cluster.controllers.loop import DONE, STALE_SECONDS, Loop, Result, overtaken
from cluster.controllers.volume import binding

RESYNC_SECONDS = 15.0
NO_CLASS = "no persistent volumes available for this claim and no storage class is set"
WAITS = "waiting for first consumer to be created before binding"
LOST = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system administrator. "
    "If volume creation is delayed, please verify that the provisioner is running and correctly registered."
)
NOT_RECYCLABLE = "No recycler plugin found for the volume!"
NOT_DELETABLE = 'error getting deleter volume plugin for volume "{}": no deletable volume plugin matched'


class PersistentVolumeBinderLoop(Loop):
    """Binds claims and volumes. Keys are "claim|namespace/name" and "volume|name"."""

    name = "persistentvolumebinder"
    source = "persistentvolume-controller"

    def watch(self) -> None:
        self.claims = self.informers.informer("PersistentVolumeClaim")
        self.volumes = self.informers.informer("PersistentVolume")
        self.classes = self.informers.informer("StorageClass")
        self.claims.add_handler(self.on_claim)
        self.volumes.add_handler(self.on_volume)
        self.classes.add_handler(lambda type, old, new: self._look_at_waiting())

    def on_claim(self, type: str, old: Obj | None, new: Obj | None) -> None:
        claim = new or old or {}
        self.queue.add(f"claim|{meta.key_of(claim)}")
        if name := claim["spec"].get("volumeName"):
            self.queue.add(f"volume|{name}")

    def on_volume(self, type: str, old: Obj | None, new: Obj | None) -> None:
        volume = new or old or {}
        self.queue.add(f"volume|{meta.name_of(volume)}")
        if reference := volume["spec"].get("claimRef"):
            self.queue.add(f"claim|{reference.get('namespace')}/{reference.get('name')}")
        else:
            self._look_at_waiting()

    def _look_at_waiting(self) -> None:
        for claim in self.claims.store.values():
            if (claim.get("status") or {}).get("phase") != "Bound":
                self.queue.add(f"claim|{meta.key_of(claim)}")

    async def reconcile(self, key: str) -> Result:
        kind, _, name = key.partition("|")
        try:
            if kind == "claim":
                found = self.claims.store.get(name)
                return (
                    await self._sync_claim({"apiVersion": "v1", "kind": "PersistentVolumeClaim", **found})
                    if found
                    else DONE
                )
            found = self.volumes.store.get(name)
            return await self._sync_volume({"apiVersion": "v1", "kind": "PersistentVolume", **found}) if found else DONE
        except ApiError as error:
            return overtaken(error)

    # --- claims ----------------------------------------------------------------------------------------------------

    async def _sync_claim(self, claim: Obj) -> Result:
        """1 deleted: nothing · 2 bound: is the volume still there · 3 one that suits · 4 one that is made."""
        if meta.is_being_deleted(claim):
            return DONE
        named = claim["spec"].get("volumeName")
        if named:
            return await self._sync_named(claim, named)
        if await self._waits_for_a_pod(claim):
            return DONE
        volume = binding.best_match(claim, self.volumes.store.values())
        if volume is not None:
            return await self._bind(claim, {"apiVersion": "v1", "kind": "PersistentVolume", **volume})
        return await self._provision(claim)

    async def _sync_named(self, claim: Obj, name: str) -> Result:
        volume = self.volumes.store.get(name)
        if volume is None:
            if binding.BIND_COMPLETED in meta.annotations_of(claim):
                self.events.event(claim, WARNING, "ClaimLost", LOST)
                await self._set_claim_phase(claim, {"phase": "Lost"})
            return DONE
        if volume["spec"].get("claimRef") and not binding.is_bound_to(volume, claim):
            text = f'volume "{name}" already bound to a different claim.'
            self.events.event(claim, WARNING, "FailedBinding", text)
            return Result(RESYNC_SECONDS)
        return await self._bind(claim, {"apiVersion": "v1", "kind": "PersistentVolume", **volume})

    async def _waits_for_a_pod(self, claim: Obj) -> bool:
        """Is the claim one that waits until the scheduler has chosen a node? Models: shouldDelayBinding"""
        storage_class = self.classes.store.get(binding.class_of(claim))
        if storage_class is None or storage_class.get("volumeBindingMode") != "WaitForFirstConsumer":
            return False
        if binding.SELECTED_NODE in meta.annotations_of(claim):
            return False
        if any(binding.is_bound_to(volume, claim) for volume in self.volumes.store.values()):
            return False
        self.events.event(claim, NORMAL, "WaitForFirstConsumer", WAITS)
        return True

    async def _bind(self, claim: Obj, volume: Obj) -> Result:
        """Both ways, the volume first: a claim never names a volume that is not its own. Models: bind"""
        reference = volume["spec"].get("claimRef") or {}
        if reference.get("uid") != meta.uid_of(claim):
            volume = await self.client.update("PersistentVolume", binding.bound_volume(volume, claim))
        await self._set_volume_phase(volume, "Bound")
        if claim["spec"].get("volumeName") != meta.name_of(volume) or binding.BIND_COMPLETED not in meta.annotations_of(
            claim
        ):
            claim = await self.client.update("PersistentVolumeClaim", binding.bound_claim(claim, volume))
        spec = volume["spec"]
        status = {
            "phase": "Bound",
            "accessModes": spec.get("accessModes") or [],
            "capacity": spec.get("capacity") or {},
        }
        await self._set_claim_phase(claim, status)
        return DONE

    async def _provision(self, claim: Obj) -> Result:
        name = binding.class_of(claim)
        if not name:
            self.events.event(claim, NORMAL, "FailedBinding", NO_CLASS)
            return Result(RESYNC_SECONDS)
        storage_class = self.classes.store.get(name)
        if storage_class is None:
            text = f'storageclass.storage.k8s.io "{name}" not found'
            self.events.event(claim, WARNING, "ProvisioningFailed", text)
            return Result(RESYNC_SECONDS)
        provisioner = storage_class["provisioner"]
        if provisioner == binding.NO_PROVISIONER:
            return Result(RESYNC_SECONDS)
        self.events.event(claim, NORMAL, "ExternalProvisioning", EXTERNAL.format(provisioner))
        where = f'External provisioner is provisioning volume for claim "{meta.key_of(claim)}"'
        self.events.event(claim, NORMAL, "Provisioning", where)
        try:
            volume = await self.client.create("PersistentVolume", binding.provisioned(claim, storage_class))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            return DONE
        self.events.event(
            claim, NORMAL, "ProvisioningSucceeded", f"Successfully provisioned volume {meta.name_of(volume)}"
        )
        return DONE

    async def _set_claim_phase(self, claim: Obj, status: Obj) -> None:
        known = claim.get("status") or {}
        if any(known.get(name) != value for name, value in status.items()):
            changed = {**claim, "status": {**known, **status}}
            await self.client.update("PersistentVolumeClaim", changed, subresource="status")

    # --- volumes ---------------------------------------------------------------------------------------------------

    async def _sync_volume(self, volume: Obj) -> Result:
        """1 nobody's: available · 2 somebody's · 3 its claim is gone: released, then as its policy says."""
        reference = volume["spec"].get("claimRef")
        if not reference or not reference.get("uid"):
            await self._set_volume_phase(volume, "Available")
            return DONE
        claim = self.claims.get(reference["name"], reference["namespace"])
        if claim is None or meta.uid_of(claim) != reference["uid"]:
            if claim is None and await self._is_there(reference):
                return Result(STALE_SECONDS)
            await self._release(volume)
        elif claim["spec"].get("volumeName") == meta.name_of(volume):
            await self._set_volume_phase(volume, "Bound")
        else:
            self.queue.add(f"claim|{meta.key_of(claim)}")
        return DONE

    async def _is_there(self, reference: Obj) -> bool:
        """The informer may not know a claim yet that the volume was bound to."""
        try:
            found = await self.client.get("PersistentVolumeClaim", reference["name"], reference["namespace"])
        except ApiError as error:
            if error.code == 404:
                return False
            raise
        return meta.uid_of(found) == str(reference["uid"])

    async def _release(self, volume: Obj) -> None:
        """Models: reclaimVolume"""
        volume = await self._set_volume_phase(volume, "Released")
        policy = volume["spec"].get("persistentVolumeReclaimPolicy")
        if policy == "Recycle" and (volume.get("status") or {}).get("phase") != "Failed":
            self.events.event(volume, WARNING, "VolumeFailedRecycle", NOT_RECYCLABLE)
            await self._set_volume_phase(volume, "Failed", NOT_RECYCLABLE)
        if policy != "Delete" or meta.is_being_deleted(volume):
            return
        if binding.PROVISIONED_BY in meta.annotations_of(volume):
            await self.client.delete("PersistentVolume", meta.name_of(volume))
        elif (volume.get("status") or {}).get("phase") != "Failed":
            text = NOT_DELETABLE.format(meta.name_of(volume))
            self.events.event(volume, WARNING, "VolumeFailedDelete", text)
            await self._set_volume_phase(volume, "Failed", text)

    async def _set_volume_phase(self, volume: Obj, phase: str, message: str = "") -> Obj:
        known = volume.get("status") or {}
        if known.get("phase") == phase or (phase == "Released" and known.get("phase") == "Failed"):
            return volume
        status = {"phase": phase, "lastPhaseTransitionTime": rfc3339(self.clock.now())}
        if message:
            status["message"] = message
        return await self.client.update("PersistentVolume", {**volume, "status": status}, subresource="status")
